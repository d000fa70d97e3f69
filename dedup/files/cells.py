"""One cell as text: what Excel would show, without the traces of how it stored the value."""

from __future__ import annotations

from datetime import date, datetime, time

from dedup.files.table import Cell


def cell_text(cell: Cell) -> str:
    """The cell as text, verbatim where it is text; a whole number has no ".0", a date is ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "Có" if cell else "Không"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _number(value: float) -> str:
    # Up to 15 digits a float holds a whole number exactly, and Excel keeps no more.
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
