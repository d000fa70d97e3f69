"""Whether the process that a run names still lives: told for this machine alone."""

import subprocess
import sys

import pytest

from dedup.jobs.running import Life
from dedup.processes import life_of, this_process


def test_this_process_lives() -> None:
    assert life_of(this_process()) is Life.ALIVE


@pytest.mark.skipif(sys.platform == "win32", reason="there another process cannot be asked after")
def test_a_process_that_ended_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    assert life_of({**this_process(), "pid": ended.pid, "since": ""}) is Life.DEAD


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell when one began")
def test_a_number_given_again_is_not_the_process_of_before() -> None:
    assert life_of({**this_process(), "since": "1"}) is Life.DEAD


@pytest.mark.parametrize("owner", [{}, {"host": "elsewhere", "pid": 1}, {"host": "", "pid": None}])
def test_a_process_elsewhere_is_unknown(owner: dict[str, object]) -> None:
    assert life_of(owner) is Life.UNKNOWN


def test_where_processes_cannot_be_asked_after_only_this_one_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    this = this_process()
    assert life_of(this) is Life.ALIVE
    assert life_of({**this, "pid": this["pid"] + 1}) is Life.UNKNOWN
