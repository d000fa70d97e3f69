"""README against the code: its settings table, its commands, its limits on words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from dedup.config import Settings
from scripts.cli import app

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VIETNAMESE = (ROOT / "README.vi.md").read_text(encoding="utf-8")


def test_the_settings_table_is_the_code() -> None:
    stated = re.findall(r"^\| `SANGKIEN_(\w+)` \|\s*(.*?)\s*\| (.*) \|$", README, re.MULTILINE)

    coded = [
        (name.upper(), f"`{field.default}`" if field.default != "" else "", field.description)
        for name, field in Settings.model_fields.items()
    ]

    assert [(name, default.strip(), text) for name, default, text in stated] == coded


def commands() -> dict[str, Any]:
    """Name → command; typer's group is click's by shape, not by class."""
    found: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("readme", [README, VIETNAMESE], ids=["en", "vi"])
def test_every_command_shown_exists_with_its_options(readme: str) -> None:
    shown = re.findall(r"^sangkien ([a-z-]+)(.*)$", readme, re.MULTILINE)
    assert len(shown) >= 8

    for name, rest in shown:
        known = {o for p in commands()[name].params for o in (*p.opts, *p.secondary_opts)}
        asked = set(re.findall(r"(?<!\S)--[a-z-]+", rest.split("#")[0]))
        assert asked <= known, f"sangkien {name}"


def test_every_command_is_told_of() -> None:
    told = set(re.findall(r"`([a-z-]+)(?: [a-z]+)?`", README))

    assert commands().keys() <= told
