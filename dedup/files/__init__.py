"""Office files in and out: spreadsheets, CSV and JSON lines to submissions, and records back to files."""

from dedup.files.exporting import write_records, write_rows
from dedup.files.importing import Opened, Wanted, digest, header_key, open_rows
from dedup.files.jsonl import read_objects, read_submissions, record_json, submission_of
from dedup.files.labels import LABELS
from dedup.files.reading import read_table, sheets
from dedup.files.returned import write_returned
from dedup.files.rowkeys import keyed_once
from dedup.files.rows import ParsedRow, Problem, key_problem
from dedup.files.template import write_template
from dedup.files.units_file import UnitRow, read_units

__all__ = [
    "LABELS",
    "Opened",
    "ParsedRow",
    "Problem",
    "UnitRow",
    "Wanted",
    "digest",
    "header_key",
    "key_problem",
    "keyed_once",
    "open_rows",
    "read_objects",
    "read_submissions",
    "read_table",
    "read_units",
    "record_json",
    "sheets",
    "submission_of",
    "write_records",
    "write_returned",
    "write_rows",
    "write_template",
]
