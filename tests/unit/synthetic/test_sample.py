"""The bundled sample: the generator's own output, its truth and its union tree."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

from dedup.synthetic.bundle import write_sample
from dedup.synthetic.kinds import KINDS
from dedup.synthetic.sample import (
    RECORDS,
    TRUTH,
    UNITS,
    sample_records,
    sample_truth,
    sample_units,
)


def test_the_bundled_files_are_what_the_command_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    records = gzip.decompress((tmp_path / RECORDS).read_bytes()).decode().splitlines()
    truth = gzip.decompress((tmp_path / TRUTH).read_bytes()).decode().splitlines()
    assert [json.loads(line) for line in records] == sample_records()
    assert [tuple(row) for row in csv.reader(truth[1:])] == [
        (pair.left, pair.right, pair.kind, str(pair.label)) for pair in sample_truth()
    ]
    with (tmp_path / UNITS).open(encoding="utf-8-sig", newline="") as file:
        assert [row["code"] for row in csv.DictReader(file)] == [u.code for u in sample_units()]


def test_the_sample_has_two_thousand_records_and_every_kind() -> None:
    assert len(sample_records()) == 2_000
    assert {pair.kind for pair in sample_truth()} == {kind.code for kind in KINDS}


def test_the_sample_is_the_readers_own() -> None:
    sample_records()[0]["title"] = "đã sửa"
    assert sample_records()[0]["title"] != "đã sửa"


def test_parents_stand_before_their_children_and_codes_are_unique() -> None:
    seen: set[str] = set()
    for unit in sample_units():
        assert unit.parent in seen or unit.code == "CĐN"
        assert unit.code not in seen
        seen.add(unit.code)


def test_most_typed_workplaces_name_a_company_of_the_tree() -> None:
    names = {alias.lower() for unit in sample_units() for alias in unit.aliases if "." in unit.code}
    units = [record["unit"].lower() for record in sample_records()]
    named = sum(any(name in unit for name in names) for unit in units)
    assert 0.6 < named / len(units) < 1.0  # some are typed in forms nobody listed
