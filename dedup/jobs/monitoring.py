"""How the bands do in this archive: the figures behind the thresholds, from what people concluded.

Duplicates count as found where a verdict joins two records, as false alarms where one tells them
apart; replications, parts and open questions are neither (contract: the rule of learning). A flagged
pair counts by the score it was shown with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import Band, Pair, Thresholds
from dedup.jobs.auditing import Audit
from dedup.ports import Clock, Flagged, OpenUnit
from dedup.scoring.bands import (
    AtThreshold,
    Estimate,
    Family,
    Stratum,
    Verdicts,
    at_threshold,
    falls,
    largest_family,
    share,
)
from dedup.scoring.shares import Share

# Thresholds whose effect is previewed, besides those in force and one asked for.
GRID = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBand:
    """A band's pairs that wait, and what part of its judged pairs are duplicates."""

    band: Band
    waiting: int
    precision: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class OfVersion:
    """One version of the score: its pairs that wait, and how its judged pairs did."""

    version: str
    waiting: int
    possible: Share
    likely: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAudit:
    """The latest audit: how far it is judged, and how many duplicates it says are missed."""

    at: str  # ISO
    drawn: int
    said: int
    unflagged: int
    missed: Estimate
    holds: bool  # drawn under the score and the threshold now in force
    waiting: tuple[Pair, ...]  # without any verdict yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    at: datetime
    thresholds: Thresholds
    scorer_version: str
    bands: tuple[OfBand, ...]
    rows: tuple[AtThreshold, ...]
    versions: tuple[OfVersion, ...]  # as people met them
    fell: bool  # precision under the newest version is below that of the one before, beyond chance
    audit: OfAudit | None
    family: Family | None


class Monitor:
    def __init__(
        self, open_unit: OpenUnit, clock: Clock, *, scorer_version: str, thresholds: Thresholds
    ) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._scorer_version = scorer_version
        self._thresholds = thresholds

    def figures(self, *, asked: float | None = None) -> Figures:
        """All figures; ``asked`` is a threshold to preview besides the usual ones."""
        with self._open_unit() as unit:
            flagged, audit = unit.suggestions.flagged(), Audit.latest(unit)
            verdicts = {d.pair: d.verdict for d in unit.decisions.all_live() if d.verdict}
        labels = {pair: verdict.teaches for pair, verdict in verdicts.items()}
        said = _Said.of(flagged, labels)
        of_audit = None if audit is None else self._audit(audit, labels)
        holds = audit is not None and of_audit is not None and of_audit.holds
        versions = self._versions(flagged, said)
        met = [version.possible for version in versions if version.possible.of]
        waiting = ~flagged.decided
        return Figures(
            at=self._clock(),
            thresholds=self._thresholds,
            scorer_version=self._scorer_version,
            bands=self._bands(flagged, said),
            rows=self._rows(
                flagged, said, audit.said(labels) if audit and holds else (), asked=asked
            ),
            versions=versions,
            fell=len(met) > 1 and falls(*met[-2:]),
            audit=of_audit,
            family=largest_family(flagged.left[waiting], flagged.right[waiting]),
        )

    def _bands(self, flagged: Flagged, said: _Said) -> tuple[OfBand, ...]:
        score, same = flagged.score, flagged.same_text
        from_likely = score >= self._thresholds.likely
        where = {
            Band.SAME_TEXT: same,
            Band.LIKELY: ~same & from_likely,
            Band.POSSIBLE: ~same & ~from_likely & (score >= self._thresholds.possible),
        }
        return tuple(
            OfBand(
                band=band,
                waiting=int((here & ~flagged.decided).sum()),
                precision=share(said.same[here & said.known]),
            )
            for band, here in where.items()
        )

    def _rows(
        self, flagged: Flagged, said: _Said, strata: Sequence[Stratum], *, asked: float | None
    ) -> tuple[AtThreshold, ...]:
        bands = self._thresholds
        here = ~flagged.same_text & (flagged.score >= bands.possible)
        verdicts = Verdicts(flagged.score[here & said.known], said.same[here & said.known])
        grid = {*GRID, bands.possible, bands.likely, *([] if asked is None else [asked])}
        return tuple(
            at_threshold(
                threshold,
                flagged=flagged.score[here],
                verdicts=verdicts,
                strata=strata,
                possible=bands.possible,
            )
            for threshold in sorted(grid)
        )

    def _versions(self, flagged: Flagged, said: _Said) -> tuple[OfVersion, ...]:
        """In the order of their first verdict; those without one last."""
        versions = np.array(flagged.versions, dtype=np.str_)
        names, first = np.unique(versions), {}
        for name in names.tolist():
            first[name] = int(said.place[versions == name].min())
        return tuple(
            self._version(name, versions == name, flagged, said)
            for name in sorted(first, key=lambda name: (first[name], name))
        )

    def _version(
        self, name: str, here: NDArray[np.bool_], flagged: Flagged, said: _Said
    ) -> OfVersion:
        judged = here & said.known & ~flagged.same_text
        return OfVersion(
            version=name,
            waiting=int((here & ~flagged.decided).sum()),
            possible=share(said.same[judged]),
            likely=share(said.same[judged & (flagged.score >= self._thresholds.likely)]),
        )

    def _audit(self, audit: Audit, labels: Mapping[Pair, bool | None]) -> OfAudit:
        strata = audit.said(labels)
        under = (self._scorer_version, self._thresholds.possible)
        return OfAudit(
            at=audit.at,
            drawn=len(audit.pairs),
            said=sum(stratum.said.of for stratum in strata),
            unflagged=sum(stratum.whole for stratum in strata),
            missed=reduce(add, [Estimate.of(stratum.said, stratum.whole) for stratum in strata]),
            holds=(audit.scorer_version, audit.possible) == under,
            waiting=tuple(pair for pair in audit.pairs if pair not in labels),
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """Of each flagged pair (m,): whether a verdict teaches of it, whether that joins the two.

    ``place``: of its verdict among all, in the order they were given; beyond them where there is none.
    """

    known: NDArray[np.bool_]
    same: NDArray[np.bool_]
    place: NDArray[np.int64]

    @classmethod
    def of(cls, flagged: Flagged, labels: Mapping[Pair, bool | None]) -> _Said:
        places = {pair: i for i, (pair, label) in enumerate(labels.items()) if label is not None}
        pairs = list(map(Pair, flagged.left.tolist(), flagged.right.tolist()))
        found = [labels.get(pair) for pair in pairs]
        return cls(
            np.array([label is not None for label in found], dtype=np.bool_),
            np.array([label is True for label in found], dtype=np.bool_),
            np.array([places.get(pair, len(labels)) for pair in pairs], dtype=np.int64),
        )
