"""The application, opened for one command and closed after it."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.jobs.telling import PROGRAM

Json = Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON / JSON output.")]
By = Annotated[str, typer.Option("--by", help="Người thực hiện / who does it.")]


def doer(typed: str) -> str:
    """Who does it: where nobody is named, whom the operating system knows."""
    try:
        return typed.strip() or getpass.getuser()
    except (ImportError, KeyError, OSError):  # an account without a name, as in a container
        return PROGRAM


Doer = Annotated[
    str,
    typer.Option(
        "--by", callback=doer, help="Người thực hiện (bỏ trống: tài khoản máy này) / who does it."
    ),
]


@contextmanager
def opened(*, model: str | None = None) -> Iterator[Application]:
    """``model`` stands in for the setting's."""
    settings = Settings()
    if model is not None:
        settings = settings.model_copy(update={"model": model})
    application = build(settings)
    try:
        yield application
    finally:
        application.close()
