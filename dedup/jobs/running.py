"""Long jobs: one of a kind at a time, progress and heartbeat in the database, cancel, take-over.

A job whose process died is taken over by the next one that asks: at once where the process is known
to be gone from this machine, after ``SILENCE`` without a heartbeat otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from dedup.errors import DedupError, JobRunning
from dedup.initiatives import RunId
from dedup.ports import Clock, OpenUnit, Run

# Ten heartbeats of a busy job; a laptop's sleep longer than this lets another process take over.
SILENCE = timedelta(seconds=60)

Alive = Callable[[Mapping[str, Any]], bool]
Watch = Callable[[float, str], None]


class JobCancelled(DedupError):
    """Đã dừng theo yêu cầu; những gì đã ghi vẫn còn, lần quét sau sẽ làm tiếp."""


class JobLost(DedupError):
    """Lần chạy này đã được tiến trình khác tiếp quản."""


class Jobs:
    """Starts, follows and ends runs. ``owner`` names this process, ``alive`` asks after another's."""

    def __init__(
        self, open_unit: OpenUnit, clock: Clock, *, owner: Mapping[str, Any], alive: Alive
    ) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._owner = owner
        self._alive = alive

    def start(self, kind: str, options: Mapping[str, Any]) -> Run:
        """A new run, or the one a dead process left, resumed. Raises JobRunning."""
        with self._open_unit() as unit:
            resumed = self._abandoned(unit, kind)
            run = resumed or unit.runs.start(
                kind, {**options, "owner": dict(self._owner)}, at=self._clock()
            )
            unit.commit()
            return run

    @contextmanager
    def running(self, run: Run, watch: Watch | None = None) -> Iterator[Progressing]:
        """Reports progress while the block runs; ends the run as done, cancelled or failed.

        The block puts its result into ``report``.
        """
        progressing = Progressing(self, run.id, watch)
        try:
            yield progressing
        except JobCancelled:
            self.finish(run.id, "cancelled", report=progressing.report)
            raise
        except BaseException as error:
            self.finish(run.id, "failed", error=f"{type(error).__name__}: {error}")
            raise
        self.finish(run.id, "done", report=progressing.report)

    def beat(self, id: RunId, progress: float, stage: str) -> None:
        """Raises JobCancelled where a person asked to stop."""
        with self._open_unit() as unit:
            go_on = unit.runs.beat(id, progress=progress, stage=stage, at=self._clock())
            unit.commit()
        if not go_on:
            raise JobCancelled

    def finish(
        self, id: RunId, state: str, *, report: Mapping[str, Any] | None = None, error: str = ""
    ) -> None:
        with self._open_unit() as unit:
            unit.runs.finish(id, state, at=self._clock(), report=report, error=error)
            unit.commit()

    def cancel(self, id: RunId) -> None:
        with self._open_unit() as unit:
            unit.runs.get(id)
            unit.runs.ask_cancel(id)
            unit.commit()

    def get(self, id: RunId) -> Run:
        with self._open_unit() as unit:
            return unit.runs.get(id)

    def _abandoned(self, unit: Any, kind: str) -> Run | None:
        now = self._clock()
        latest = unit.runs.latest(kind, state="running")
        if latest is None:
            return None
        dead = not self._alive(latest.options.get("owner", {}))
        run: Run | None = unit.runs.take_over(
            kind, silent_since=now if dead else now - SILENCE, at=now
        )
        if run is None:
            raise JobRunning(run=latest.id)
        return run


class Progressing:
    """Progress of one run in [0, 1], split into stages that each own a share of it."""

    def __init__(self, jobs: Jobs, id: RunId, watch: Watch | None) -> None:
        self._jobs = jobs
        self.id = id
        self._watch = watch
        self._done = 0.0
        self.report: dict[str, Any] = {}

    def stage(self, name: str, share: float) -> Callable[[float], None]:
        """Progress of the next stage, which owns ``share`` of the whole; call it with 0-1."""
        begin = self._done
        self._done += share

        def tell(fraction: float) -> None:
            progress = min(1.0, begin + share * fraction)
            self._jobs.beat(self.id, progress, name)
            if self._watch is not None:
                self._watch(progress, name)

        tell(0.0)
        return tell
