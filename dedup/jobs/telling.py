"""The log of deeds: a line for every write of a person's, in the write's own unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dedup.people import Act, Deed
from dedup.ports import UnitOfWork

# Who does what no person asked for: the sample that comes with the first start, its re-scan.
PROGRAM = "sangkien"


def tell(unit: UnitOfWork, act: Act, of: str, *, by: str, at: datetime, **detail: Any) -> None:
    """``of`` is the thing's address: "pairs/1/2", "imports/3", "accounts/lan"."""
    unit.log.append(Deed(by=by, act=act, of=of, at=at, detail=detail))
