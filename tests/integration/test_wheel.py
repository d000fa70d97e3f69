"""The wheel holds what the program reads: pages, pictures, model, migrations, samples."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("dedup", "index", "api", "scripts")
MADE = shutil.ignore_patterns("__pycache__")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built of a copy, so that nothing is left beside the sources."""
    copy = tmp_path_factory.mktemp("source")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, copy / name, ignore=MADE)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    line = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*line, "--wheel-dir", "out", "."], cwd=copy, check=True)
    [built] = (copy / "out").glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_every_file_that_the_program_reads_is_in_the_wheel(wheel: set[str]) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("dedup", "index", "api")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert wanted - wheel == set()


def test_the_licence_and_the_command_are_in_the_wheel(wheel: set[str]) -> None:
    assert "scripts/cli/main.py" in wheel
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
