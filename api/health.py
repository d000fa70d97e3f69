"""``/healthz``, ``/readyz``, ``/metrics``: for whoever watches the service."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.state import Holder

router = APIRouter(tags=["upkeep"])
# Seconds; close together where checks are answered (their goal is 0.015 and 0.040).
BUCKETS = (0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25, 1.0, 5.0, 30.0)


class Metrics:
    """Counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "sangkien_requests",
            "Requests answered",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "sangkien_request_seconds",
            "Seconds to answer",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.indexed = Gauge(
            "sangkien_indexed_records", "Rows in the index", registry=self.registry
        )

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        # A route's pattern, never an address as asked: strangers must not make labels.
        route = getattr(scope.get("route"), "path", "other")
        self.requests.labels(route, scope["method"], status).inc()
        self.seconds.labels(route).observe(seconds)


class Measured:
    """Counts and times every answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._metrics.count(scope, status, time.perf_counter() - begin)


# The two probes wait for no thread: they answer while every thread is at work.
@router.get("/healthz", summary="Tiến trình đang sống")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="Chỉ mục đã lên",
    response_model=dict[str, bool],
    responses={503: {"description": "Chưa sẵn sàng / not ready", "model": dict[str, bool]}},
)
async def readyz(holder: Holder) -> JSONResponse:
    ready = holder.ready.is_set()
    return JSONResponse({"ready": ready}, status_code=200 if ready else 503)


@router.get("/metrics", summary="Số đo cho Prometheus", response_class=PlainTextResponse)
def metrics(request: Request, holder: Holder) -> PlainTextResponse:
    measured: Metrics = request.app.state.metrics
    if holder.ready.is_set():
        measured.indexed.set(holder.service.warm())
    return PlainTextResponse(generate_latest(measured.registry).decode())
