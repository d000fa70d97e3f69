"""Templates to answers: everything escaped, nothing in a text able to turn the page around."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.pages import words
from dedup.people import Account, Role
from dedup.text import format_date, format_number, format_vnd

TEMPLATES = Path(__file__).parent.parent / "templates"
# Viet Nam has kept UTC+7 without summer time since 1975.
VIET_NAM = timezone(timedelta(hours=7))
# Controls that no Vietnamese text needs: C0 but tab and line breaks, DEL and C1, marks and overrides
# of direction (they reorder what a reader sees), lone surrogates (they cannot be sent).
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def page(
    request: Request, template: str, context: Mapping[str, Any], *, status_code: int = 200
) -> Response:
    """The template as an HTML answer; ``path`` names the page asked for, ``account`` who asks."""
    asked = {"path": request.url.path, "account": getattr(request.state, "account", None)}
    body = _ENVIRONMENT.get_template(template).render({**asked, **context})
    return HTMLResponse(body, status_code=status_code, headers={"Cache-Control": "no-store"})


def shown(text: str) -> str:
    """The text without invisible controls, safe to encode."""
    return _SURROGATES.sub("\ufffd", _UNSEEN.sub("", text))


def format_moment(moment: datetime) -> str:
    """An aware time as "16/11/2022 14:05", in Viet Nam."""
    return moment.astimezone(VIET_NAM).strftime("%d/%m/%Y %H:%M")


def format_percent(share: float) -> str:
    """0.934 → "93 %"; never a certainty the machine does not have: above 99.5 % is "trên 99 %"."""
    if share >= 0.995:
        return "trên 99\u00a0%"
    return "dưới 1\u00a0%" if share < 0.005 else f"{share * 100:.0f}\u00a0%"


def format_weight(weight: float) -> str:
    """-1.25 → "−1,25", with a real minus sign."""
    sign = "\u2212" if weight < 0 else "+"
    return sign + f"{abs(weight):.2f}".replace(".", ",")


def may(account: Account | None, role: str) -> bool:
    """Whether the account that asks has a role, or one above it."""
    return account is not None and account.role.covers(Role(role))


def _finalize(value: Any) -> Any:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _environment() -> Environment:
    filters: dict[str, Callable[..., str]] = {
        "date": lambda date: format_date(str(date)) if date else "",
        "moment": format_moment,
        "number": format_number,
        "vnd": format_vnd,
        "percent": format_percent,
        "weight": format_weight,
    }
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters)
    environment.globals["words"] = words
    environment.globals["may"] = may
    return environment


_ENVIRONMENT = _environment()
