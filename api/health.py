"""``/healthz``, ``/readyz``, ``/metrics``: for whoever watches the service."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.state import Holder

router = APIRouter(tags=["upkeep"])


class Metrics:
    """Counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ("route", "method", "status")
        self.requests = Counter(
            "sangkien_requests", "Requests answered", names, registry=self.registry
        )
        self.seconds = Histogram(
            "sangkien_request_seconds", "Seconds to answer", ("route",), registry=self.registry
        )
        self.indexed = Gauge("sangkien_indexed_records", "Rows in the index", registry=self.registry)

    async def measure(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        begin = time.perf_counter()
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "other")
        self.requests.labels(route, request.method, response.status_code).inc()
        self.seconds.labels(route).observe(time.perf_counter() - begin)
        return response


@router.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz")
def readyz(holder: Holder) -> JSONResponse:
    ready = holder.ready.is_set()
    return JSONResponse({"ready": ready}, status_code=200 if ready else 503)


@router.get("/metrics")
def metrics(request: Request, holder: Holder) -> PlainTextResponse:
    measured: Metrics = request.app.state.metrics
    if holder.ready.is_set():
        measured.indexed.set(holder.service.warm())
    return PlainTextResponse(generate_latest(measured.registry).decode(), media_type="text/plain")
