"""How the command line speaks: tables and progress for people, JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from dedup.errors import DedupError

STAGES = {
    "embed": "Tạo véc-tơ",
    "join": "Tìm các cặp gần nhau",
    "score": "Chấm điểm từng cặp",
    "group": "Gom nhóm",
    "verdicts": "Đọc các kết luận",
    "learn": "Học từ kết luận",
    "read": "Đọc tệp",
    "records": "Đọc hồ sơ",
    "adapt": "Học từ hồ sơ",
    "measure": "So với mô hình đang dùng",
    "write": "Ghi hồ sơ",
}

# What is printed comes from files and people: "[/b]" or ":cat:" in a title is text, not markup.
console = Console(markup=False, emoji=False)
errors = Console(stderr=True, markup=False, emoji=False, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document on standard output, Vietnamese letters as they are."""
    json.dump(plain(value), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)


def tell_error(error: DedupError, *, as_json: bool) -> None:
    if as_json:
        print_json({"error": type(error).__name__, "message": error.message, **error.data})
        return
    errors.print(Text.assemble(("Lỗi:", "bold red"), " ", error.message))
    for name, value in error.data.items():
        if value not in (None, "", []):
            errors.print(f"  {name}: {value}")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[float, str], None]]:
    """A bar with the time left on standard error; silent where ``quiet``."""
    if quiet:
        yield lambda _fraction, _stage: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("còn"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors) as bar:
        task = bar.add_task("…", total=1.0)

        def tell(fraction: float, stage: str) -> None:
            bar.update(task, completed=fraction, description=STAGES.get(stage, stage))

        yield tell
        bar.update(task, completed=1.0)
