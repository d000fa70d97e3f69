"""The environment that scripts/serve and scripts/test make; pip and venv are stood in for."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest

from scripts import environment


class Machine:
    """Notes what is run; a new environment holds a Python."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.folder, self.failing = folder, ""
        self.pip: list[tuple[str, ...]] = []
        self.created: list[dict[str, Any]] = []
        monkeypatch.setenv("SANGKIEN_VENV", str(folder))
        monkeypatch.setattr(venv, "create", self._create)
        monkeypatch.setattr(subprocess, "run", self._run)

    def _create(self, folder: Path, **options: Any) -> None:
        self.created.append(options)
        python = environment.executable("python")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.unlink(missing_ok=True)
        python.touch()
        (folder / "pyvenv.cfg").touch()

    def _run(self, command: list[str], **_: Any) -> Any:
        after = command[command.index("pip") + 2 :]
        self.pip.append(tuple(after))
        return subprocess.CompletedProcess(command, 1 if self.failing in after[:1] else 0)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    return Machine(monkeypatch, tmp_path / "venv")


def test_a_new_environment_gets_a_setuptools_that_knows_licence_expressions(
    machine: Machine,
) -> None:
    environment.prepare(extras=("test",), wheels="w")

    assert [options["clear"] for options in machine.created] == [False]
    assert machine.pip[0][-2:] == ("setuptools>=77", "torch")
    assert machine.pip[1][-1] == f"{environment.ROOT}[test]"
    assert all("--no-index" in line for line in machine.pip[:2])
    assert machine.pip[2:] == [("check",)]


def test_nothing_is_done_where_nothing_changed(machine: Machine) -> None:
    environment.prepare()
    environment.prepare()

    assert (len(machine.created), len(machine.pip)) == (1, 3)


@pytest.mark.parametrize("failing", ["install", "check"])
def test_what_pip_refuses_is_told_and_tried_again_next_time(machine: Machine, failing: str) -> None:
    machine.failing = failing
    with pytest.raises(SystemExit, match="Cài đặt không thành công"):
        environment.prepare()
    machine.failing = ""
    environment.prepare()

    assert machine.pip[-1] == ("check",)


@pytest.mark.skipif(os.name == "nt", reason="environments hold no links there")
def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine, tmp_path: Path) -> None:
    environment.prepare()
    python = environment.executable("python")
    python.unlink()
    python.symlink_to(tmp_path / "removed" / "python3.11")
    environment.prepare()

    assert [options["clear"] for options in machine.created] == [False, True]
    assert len(machine.pip) == 6


def test_a_folder_that_is_no_environment_is_never_cleared(machine: Machine) -> None:
    machine.folder.mkdir()
    (machine.folder / "thesis.txt").touch()
    environment.prepare()

    assert [options["clear"] for options in machine.created] == [False]
