"""What a running service holds: the application, its readiness, and one worker for long jobs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

from fastapi import Depends, Request

from api.uploads import Uploads
from dedup.bootstrap import Application
from dedup.errors import DedupError, IndexNotReady
from dedup.initiatives import RunId
from dedup.jobs.rescanning import RescanOptions
from dedup.jobs.running import JobCancelled
from dedup.ports import Run
from dedup.service import Deduplicator

log = logging.getLogger("sangkien")


class State:
    """One a process. Long jobs run one after another on a thread of their own."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.ready = threading.Event()
        self.uploads = Uploads(application)
        self.uploads.recover()
        self._run: RunId | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="job")

    @property
    def service(self) -> Deduplicator:
        return self.application.deduplicator

    def warm(self) -> None:
        """Bring the index up in the background; ``/readyz`` answers 200 from then on."""
        self._worker.submit(self._logged, self._warmed)

    def rescan(self, options: RescanOptions, *, by: str) -> Run:
        """Start a re-scan in the background; raises JobRunning."""
        run = self.service.rescanner.start(options, by=by)
        self.later(lambda: self._carry_out(run, self.service.rescanner.carry_out))
        return run

    def audit(self, count: int, *, by: str) -> Run:
        """Draw a sample for audit in the background; raises JobRunning."""
        auditor = self.application.auditor
        run = auditor.start(count, by=by)
        self.later(lambda: self._carry_out(run, auditor.carry_out))
        return run

    def later(self, work: Callable[[], object]) -> None:
        self._worker.submit(self._logged, work)

    def close(self) -> None:
        """Stop the run under way, keep a snapshot of the index, let the database go."""
        if self._run is not None:
            self.service.jobs.cancel(self._run)
        self._worker.shutdown(wait=True, cancel_futures=True)
        self.service.live.save()
        self.application.close()

    def _carry_out(self, run: Run, work: Callable[[Run], object]) -> None:
        """A run that waited may have been ended meanwhile."""
        if self.service.jobs.get(run.id).state != "running":
            return
        self._run = run.id
        try:
            work(run)
        finally:
            self._run = None

    def _warmed(self) -> None:
        self.service.warm()
        self.ready.set()

    @staticmethod
    def _logged(work: Callable[[], object]) -> None:
        try:
            work()
        except JobCancelled:
            log.info("a job was cancelled")
        except DedupError as error:
            log.warning("a background job was refused: %s", error.message)
        except Exception:
            log.exception("a background job failed")


# Coroutines: a plain function would cost each request a thread for reading an attribute.
async def state_of(request: Request) -> State:
    state: State = request.app.state.holder
    return state


async def ready_service(state: Annotated[State, Depends(state_of)]) -> Deduplicator:
    """The service once its index is up; raises IndexNotReady."""
    if not state.ready.is_set():
        raise IndexNotReady
    return state.service


async def any_service(state: Annotated[State, Depends(state_of)]) -> Deduplicator:
    return state.service


Holder = Annotated[State, Depends(state_of)]
Service = Annotated[Deduplicator, Depends(ready_service)]
Records = Annotated[Deduplicator, Depends(any_service)]
