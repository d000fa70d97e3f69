"""What goes out of the figures behind the thresholds; what is not known is null."""

from __future__ import annotations

from math import isfinite

from typing_extensions import TypedDict

from dedup.initiatives import Band
from dedup.jobs.monitoring import Figures, OfAudit
from dedup.scoring.bands import Estimate, Family
from dedup.scoring.shares import Share


class EstimateOut(TypedDict):
    """A number and the bounds it may have (95 %)."""

    low: float | None
    value: float | None
    high: float | None


class ShareOut(EstimateOut):
    """The same, seen in ``of`` cases."""

    hits: int
    of: int


class OfBandOut(TypedDict):
    band: Band
    waiting: int
    precision: ShareOut


class AtThresholdOut(TypedDict):
    threshold: float
    flagged: int | None
    judged: int
    precision: EstimateOut
    recall: EstimateOut


class OfVersionOut(TypedDict):
    version: str
    waiting: int
    possible: ShareOut
    likely: ShareOut


class OfAuditOut(TypedDict):
    at: str
    drawn: int
    said: int
    unflagged: int
    missed: EstimateOut
    holds: bool
    waiting: list[tuple[int, int]]


class FamilyOut(TypedDict):
    records: int
    share: float
    record: int
    alarming: bool


class FiguresOut(TypedDict):
    at: str
    possible: float
    likely: float
    scorer_version: str
    bands: list[OfBandOut]
    rows: list[AtThresholdOut]
    versions: list[OfVersionOut]
    fell: bool
    audit: OfAuditOut | None
    family: FamilyOut | None


def figures_out(figures: Figures) -> FiguresOut:
    return {
        "at": figures.at.isoformat(),
        "possible": figures.thresholds.possible,
        "likely": figures.thresholds.likely,
        "scorer_version": figures.scorer_version,
        "bands": [
            {"band": b.band, "waiting": b.waiting, "precision": _share(b.precision)}
            for b in figures.bands
        ],
        "rows": [
            {
                "threshold": row.threshold,
                "flagged": row.flagged,
                "judged": row.judged,
                "precision": _estimate(row.precision),
                "recall": _estimate(row.recall),
            }
            for row in figures.rows
        ],
        "versions": [
            {
                "version": v.version,
                "waiting": v.waiting,
                "possible": _share(v.possible),
                "likely": _share(v.likely),
            }
            for v in figures.versions
        ],
        "fell": figures.fell,
        "audit": None if figures.audit is None else _audit(figures.audit),
        "family": None if figures.family is None else _family(figures.family),
    }


def _family(family: Family) -> FamilyOut:
    return {
        "records": family.records,
        "share": round(family.share, 4),
        "record": family.record,
        "alarming": family.alarming,
    }


def _audit(audit: OfAudit) -> OfAuditOut:
    return {
        "at": audit.at,
        "drawn": audit.drawn,
        "said": audit.said,
        "unflagged": audit.unflagged,
        "missed": _estimate(audit.missed),
        "holds": audit.holds,
        "waiting": [pair.ids for pair in audit.waiting],
    }


def _share(share: Share) -> ShareOut:
    return {**_estimate(share), "hits": share.hits, "of": share.of}


def _estimate(estimate: Estimate | Share) -> EstimateOut:
    return {
        "low": _known(estimate.low),
        "value": _known(estimate.value),
        "high": _known(estimate.high),
    }


def _known(number: float) -> float | None:
    return round(number, 4) if isfinite(number) else None
