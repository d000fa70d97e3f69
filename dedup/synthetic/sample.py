"""The bundled sample archive: about 2,000 synthetic records, their truth and their union tree.

`python -m dedup.synthetic.bundle` writes the files; the same version writes the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import json
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

from dedup.synthetic.archive import TruthPair
from dedup.synthetic.units import UnitRow

RECORDS, TRUTH, UNITS = "sample.jsonl.gz", "sample_truth.csv.gz", "units.csv"
ALIAS_SEPARATOR = ";"


def sample_records() -> list[dict[str, Any]]:
    """The sample's records, with the JSON keys of the project; a new list each time."""
    lines = gzip.decompress(_read(RECORDS)).decode().splitlines()
    return [json.loads(line) for line in lines]


def sample_truth() -> list[TruthPair]:
    """The planted pairs of the sample."""
    rows = _rows(gzip.decompress(_read(TRUTH)).decode())
    return [TruthPair(r["left"], r["right"], r["kind"], int(r["label"])) for r in rows]


def sample_units() -> list[UnitRow]:
    """The sample's union tree, parents before children."""
    rows = _rows(_read(UNITS).decode("utf-8-sig"))
    return [UnitRow(r["code"], r["name"], _aliases(r["aliases"]), r["parent"]) for r in rows]


def _aliases(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(ALIAS_SEPARATOR)) if cell else ()


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


@cache
def _read(name: str) -> bytes:
    return (files("dedup.synthetic") / name).read_bytes()
