"""Long jobs: one of a kind at a time, progress and heartbeat in the database, cancel.

A run belongs to the process that began it. Where that process is dead, the next one that asks marks
the run failed and begins its own; a run so ended writes nothing more, should its process live after all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import StrEnum
from typing import Any

from dedup.errors import DedupError, JobLost
from dedup.initiatives import RunId
from dedup.jobs.telling import PROGRAM, tell
from dedup.people import Act
from dedup.ports import Clock, OpenUnit, Run, UnitOfWork

# Without a heartbeat for so long a process that cannot be asked after counts as dead: many times the
# longest step between two heartbeats, and the sleep of a laptop over a short break.
SILENCE = timedelta(minutes=10)

Watch = Callable[[float, str], None]


class Life(StrEnum):
    """What is known of a process."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"  # as on another machine


LifeOf = Callable[[Mapping[str, Any]], Life]


class JobCancelled(DedupError):
    """Đã dừng theo yêu cầu; những gì đã ghi vẫn còn, lần quét sau sẽ làm tiếp."""


class Jobs:
    """Starts, follows and ends runs. ``owner`` names this process, ``life_of`` asks after another."""

    def __init__(
        self, open_unit: OpenUnit, clock: Clock, *, owner: Mapping[str, Any], life_of: LifeOf
    ) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._owner = owner
        self._life_of = life_of

    def start(self, kind: str, options: Mapping[str, Any], *, by: str = PROGRAM) -> Run:
        """A new run; one of the kind whose process is dead has failed. Raises JobRunning."""
        with self._open_unit() as unit:
            unit.lock()
            before, now = unit.runs.latest(kind, state="running"), self._clock()
            if before is not None and (reason := self._why_dead(before)):
                unit.runs.finish(before.id, "failed", at=now, error=reason)
            run = unit.runs.start(kind, {**options, "owner": dict(self._owner)}, at=now)
            tell(unit, Act.RUN, f"runs/{run.id}", by=by, at=now, kind=kind, **options)
            unit.commit()
            return run

    @contextmanager
    def running(self, run: Run, watch: Watch | None = None) -> Iterator[Progressing]:
        """Reports progress while the block runs; ends the run as done, cancelled or failed.

        The block puts its result into ``report``. Raises JobLost where another ended the run.
        """
        progressing = Progressing(self, run.id, watch)
        try:
            yield progressing
        except JobCancelled:
            with suppress(JobLost):
                self.finish(run.id, "cancelled", report=progressing.report)
            raise
        except BaseException as error:
            with suppress(JobLost):
                self.finish(run.id, "failed", error=f"{type(error).__name__}: {error}")
            raise
        self.finish(run.id, "done", report=progressing.report)

    def beat(self, id: RunId, progress: float, stage: str) -> None:
        """Raises JobCancelled where a person asked to stop, JobLost where another ended the run."""
        with self._open_unit() as unit:
            self._beat(unit, id, progress, stage)
            unit.commit()

    def hold(self, unit: UnitOfWork, id: RunId, progress: float, stage: str) -> None:
        """A beat inside a unit that writes: nobody ends the run before the unit does. Raises alike."""
        unit.lock()
        self._beat(unit, id, progress, stage)

    def finish(
        self, id: RunId, state: str, *, report: Mapping[str, Any] | None = None, error: str = ""
    ) -> None:
        """Raises JobLost where another ended the run."""
        with self._open_unit() as unit:
            unit.runs.finish(id, state, at=self._clock(), report=report, error=error)
            unit.commit()

    def cancel(self, id: RunId, *, by: str = PROGRAM) -> None:
        with self._open_unit() as unit:
            unit.runs.get(id)
            unit.runs.ask_cancel(id)
            tell(unit, Act.CANCEL_RUN, f"runs/{id}", by=by, at=self._clock())
            unit.commit()

    def get(self, id: RunId) -> Run:
        with self._open_unit() as unit:
            return unit.runs.get(id)

    def _beat(self, unit: UnitOfWork, id: RunId, progress: float, stage: str) -> None:
        if not unit.runs.beat(id, progress=progress, stage=stage, at=self._clock()):
            raise JobCancelled

    def _why_dead(self, run: Run) -> str:
        """Why a run's process counts as dead; empty where it does not."""
        life = self._life_of(run.options.get("owner", {}))
        if life is Life.DEAD:
            return "Chương trình đang quét đã dừng giữa chừng."
        silent = self._clock() - run.heartbeat_at
        if life is Life.UNKNOWN and silent >= SILENCE:
            minutes = silent // timedelta(minutes=1)
            return f"Không còn tín hiệu từ máy đang quét ({minutes} phút)."
        return ""


class Progressing:
    """Progress of one run in [0, 1], split into stages that each own a share of it."""

    def __init__(self, jobs: Jobs, id: RunId, watch: Watch | None) -> None:
        self._jobs = jobs
        self.id = id
        self._watch = watch
        self._done = 0.0
        self._now = (0.0, "")  # progress and stage
        self.report: dict[str, Any] = {}

    def stage(self, name: str, share: float) -> Callable[[float], None]:
        """Progress of the next stage, which owns ``share`` of the whole; call it with 0-1."""
        begin = self._done
        self._done += share

        def tell(fraction: float) -> None:
            self._now = (min(1.0, begin + share * fraction), name)
            self._jobs.beat(self.id, *self._now)
            if self._watch is not None:
                self._watch(*self._now)

        tell(0.0)
        return tell

    def hold(self, unit: UnitOfWork) -> None:
        """Before a unit's writes: they stand only while the run is this process's own.

        Raises JobLost, JobCancelled.
        """
        self._jobs.hold(unit, self.id, *self._now)
