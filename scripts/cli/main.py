"""The commands put together, and the table of exit codes."""

from __future__ import annotations

import sys

import typer

from dedup.errors import Conflict, DedupError, InvalidInput, NotFound, Unavailable
from scripts.cli import (
    accounts,
    adapting,
    archive,
    deciding,
    importing,
    learning,
    measuring,
    monitoring,
    screening,
    upkeep,
)
from scripts.cli.output import tell_error

EXIT_CODES: tuple[tuple[type[DedupError], int], ...] = (
    (InvalidInput, 2),
    (NotFound, 3),
    (Conflict, 4),
    (Unavailable, 5),
    (DedupError, 1),
)

app = typer.Typer(
    name="sangkien",
    help="Sàng lọc sáng kiến trùng lặp / screening of duplicate initiatives.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for room in (
    importing,
    archive,
    screening,
    deciding,
    learning,
    adapting,
    monitoring,
    measuring,
    accounts,
    upkeep,
):
    room.add_to(app)


def main() -> None:
    """Run the command line; errors of the domain are told in one line and become exit codes."""
    try:
        app()
    except DedupError as error:
        tell_error(error, as_json="--json" in sys.argv)
        sys.exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
