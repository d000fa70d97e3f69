"""The web application: guard, routes, pages, errors, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from fastapi.staticfiles import StaticFiles

from api import health
from api.errors import PROBLEM_RESPONSES, PROBLEM_SCHEMA, add_handlers
from api.gate import Gate
from api.limits import Guard
from api.pages import pages
from api.pages.signing import kept_form
from api.routes import checks, figures, jobs, pairs
from api.state import State
from dedup.bootstrap import Application, build
from dedup.config import Settings

# Documentation of what the gate asks for; a browser's session does as well.
BEARER = Depends(
    HTTPBearer(
        auto_error=False, description="Mã truy cập của phần mềm (trang «Tài khoản của tôi»)."
    )
)
# The work is arithmetic that holds the processor: more threads than this only wait for each other.
THREADS = 4
STATIC = Path(__file__).parent / "static"


def serve() -> FastAPI:
    """The application over the settings in the environment; for uvicorn's ``--factory``."""
    return create_app(Settings())


def create_app(settings: Settings, application: Application | None = None) -> FastAPI:
    """The application; over ``application`` where one is given (it is closed at shutdown)."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        app.state.holder = State(application or build(settings))
        app.state.holder.warm()
        yield
        app.state.holder.close()

    app = FastAPI(
        title="sangkien-dedup",
        description="Sàng lọc sáng kiến trùng lặp: máy cảnh báo, con người kết luận.",
        version=version("sangkien-dedup"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.metrics = health.Metrics()
    app.add_middleware(Gate, kept=kept_form)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(health.Measured, metrics=app.state.metrics)
    for routes, tag in (
        (checks, "records"),
        (pairs, "pairs"),
        (jobs, "jobs"),
        (figures, "figures"),
    ):
        app.include_router(
            routes.router, tags=[tag], responses=PROBLEM_RESPONSES, dependencies=[BEARER]
        )
    app.include_router(health.router)
    app.include_router(pages.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_handlers(app)
    app.openapi = _documented(app)  # type: ignore[method-assign]
    return app


def _documented(app: FastAPI) -> Callable[[], dict[str, Any]]:
    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = (
                PROBLEM_SCHEMA
            )
            app.openapi_schema = schema
        return app.openapi_schema

    return openapi
