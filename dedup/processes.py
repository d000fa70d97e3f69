"""Processes: what names this one in the runs it owns, and whether the one so named still lives."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dedup.jobs.running import Life


def this_process() -> dict[str, Any]:
    pid = os.getpid()
    return {"host": socket.gethostname(), "pid": pid, "since": _began(pid)}


def life_of(owner: Mapping[str, Any]) -> Life:
    """Dead only where this machine knows it; another machine's process is unknown here."""
    pid = owner.get("pid")
    if owner.get("host") != socket.gethostname() or not isinstance(pid, int):
        return Life.UNKNOWN
    if sys.platform == "win32":  # its os.kill would end the process instead of asking after it
        return Life.ALIVE if pid == os.getpid() else Life.UNKNOWN
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return Life.DEAD
    except PermissionError:
        pass  # another user's: it lives
    return Life.ALIVE if owner.get("since", "") in {"", _began(pid)} else Life.DEAD


def _began(pid: int) -> str:
    """When a process began, in ticks since the start of the machine: numbers of processes are given
    again, to a stranger after a power cut, to the same program in a container. "" where not told.
    """
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return status.rpartition(")")[2].split()[19]
