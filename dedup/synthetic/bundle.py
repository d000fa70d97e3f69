"""The command that makes the bundled sample: `python -m dedup.synthetic.bundle [FOLDER]`."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from dedup.synthetic.archive import make_archive, smaller_union
from dedup.synthetic.sample import ALIAS_SEPARATOR, RECORDS, TRUTH, UNITS
from dedup.synthetic.units import unit_rows
from dedup.synthetic.vocabulary import load_vocabulary

_SIZE = 2_000
_SEED = 2022


def write_sample(folder: Path) -> None:
    """Writes the three files of the sample into `folder`, always the same bytes."""
    archive = make_archive(_SIZE, seed=_SEED)
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in archive.records)
    truth = [(pair.left, pair.right, pair.kind, pair.label) for pair in archive.truth]
    units = [
        (row.code, row.name, ALIAS_SEPARATOR.join(row.aliases), row.parent)
        for row in unit_rows(smaller_union(load_vocabulary("main"), _SIZE))
    ]
    # No time of writing in the gzip header: the bytes depend on the content alone.
    (folder / RECORDS).write_bytes(gzip.compress(lines.encode(), mtime=0))
    truth_text = _table(("left", "right", "kind", "label"), truth)
    (folder / TRUTH).write_bytes(gzip.compress(truth_text.encode(), mtime=0))
    # Excel takes a CSV for UTF-8 only with the byte order mark.
    (folder / UNITS).write_bytes(
        _table(("code", "name", "aliases", "parent"), units).encode("utf-8-sig")
    )


def _table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    write_sample(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
