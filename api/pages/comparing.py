"""Two records ready to be looked at: rows of fields, reasons for and against, dates, probability."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.pages import words
from api.pages.fields import FIELDS, in_words
from api.pages.marking import Run, Runs, marked
from api.pages.rendering import format_moment
from api.records import HIDDEN, discreet
from dedup.initiatives import Band, Evidence, Initiative, Suggestion, Thresholds
from dedup.review import Earlier, earlier_of
from dedup.scoring import record_evidence
from dedup.service import PairView
from dedup.text import format_date

# A certain pair adds up to some eight log-odds; five bars of this size show it whole.
_BAR = 1.5
_BARS = 5
# Chips below this weight in log-odds hardly move the probability; a list shows the telling ones.
_TELLING = 0.3
_CHIPS_A_SIDE = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One field on both sides; ``equal`` where both say the same."""

    label: str
    left: Runs
    right: Runs

    @property
    def equal(self) -> bool:
        text = _text(self.left)
        return text not in {"", HIDDEN} and text == _text(self.right)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as a sentence, and what it weighs in log-odds (0: shown, but not scored)."""

    said: str
    weight: float

    @property
    def bars(self) -> str:
        full = min(_BARS, math.ceil(abs(self.weight) / _BAR))
        return "▮" * full + "▯" * (_BARS - full)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that the page of one pair says of it."""

    view: PairView
    rows: tuple[Row, ...]
    supporting: tuple[Reason, ...]
    opposing: tuple[Reason, ...]
    start: float | None  # what any pair is worth before it is looked at, in log-odds
    probability: float | None
    band: Band
    earlier: str
    secret: bool


def compared(view: PairView, thresholds: Thresholds) -> Comparison:
    evidence = discreet(view.evidence, view.left, view.right)
    probability = _probability(view)
    facts = (*evidence, *record_evidence(view.left, view.right))
    prior = next((item.weight for item in evidence if item.code == "PRIOR"), None)
    return Comparison(
        view=view,
        rows=_rows(view, evidence),
        supporting=_reasons(item for item in facts if not words.against(item)),
        opposing=_reasons(item for item in facts if words.against(item)),
        start=prior,
        probability=probability,
        band=_band(view, probability, thresholds),
        earlier=earlier_in_words(view.left, view.right),
        secret=view.left.secret or view.right.secret,
    )


def chips(
    suggestion: Suggestion, left: Initiative, right: Initiative
) -> tuple[list[str], list[str]]:
    """The telling reasons of a suggestion, for and against, in a word or two each."""
    weighed = [
        item
        for item in suggestion.evidence
        if item.code != "PRIOR" and abs(item.weight) >= _TELLING
    ]
    facts = record_evidence(left, right)
    supporting = _named(item for item in weighed if item.weight > 0)[:_CHIPS_A_SIDE]
    opposing = _named(item for item in weighed if item.weight < 0)[:_CHIPS_A_SIDE]
    return (
        supporting + _named(item for item in facts if not words.against(item)),
        opposing + _named(item for item in facts if words.against(item)),
    )


def earlier_in_words(left: Initiative, right: Initiative) -> str:
    """Which filing has priority and by which of its dates, or why that cannot be told."""
    by_priority = left.priority_on is not None and right.priority_on is not None
    dates = f"A: {_dated(left, by_priority)}; B: {_dated(right, by_priority)}."
    earlier = earlier_of(left, right)
    if earlier is not Earlier.UNKNOWN:
        return f"Hồ sơ {'A' if earlier is Earlier.THIS else 'B'} có trước. {dates}"
    unknown = "Chưa xác định được hồ sơ nào có trước"
    if not by_priority:
        return f"{unknown}: có hồ sơ thiếu cả ngày nộp đơn và ngày áp dụng lần đầu."
    return f"{unknown}: hai ngày trùng hoặc không đủ chính xác. {dates}"


def _dated(record: Initiative, by_priority: bool) -> str:
    """The date that decides: the earlier of filing and application where both sides have one."""
    if by_priority and record.priority_on is not None:
        filed = record.priority_on == record.filed_on
        return f"{'nộp đơn' if filed else 'áp dụng lần đầu'} {format_date(str(record.priority_on))}"
    if record.uploaded_at is not None:
        return f"cập nhật hệ thống {format_moment(record.uploaded_at)}"
    return "không ghi ngày"


def _rows(view: PairView, evidence: Sequence[Evidence]) -> tuple[Row, ...]:
    left = _values(view.left, evidence, left=True)
    right = _values(view.right, evidence, left=False)
    return tuple(
        Row(label, left[name], right[name]) for label, name in FIELDS if left[name] or right[name]
    )


def _values(record: Initiative, evidence: Sequence[Evidence], *, left: bool) -> dict[str, Runs]:
    texts = marked(record, evidence, left=left)
    if record.secret:
        texts |= {"situation": (), "description": (Run(HIDDEN),), "novelty": ()}
    return {name: (Run(text),) if text else () for name, text in in_words(record).items()} | texts


def _reasons(evidence: Iterable[Evidence]) -> tuple[Reason, ...]:
    items = [item for item in evidence if item.code != "PRIOR"]
    return tuple(Reason(_sentence(item), item.weight) for item in items)


def _sentence(evidence: Evidence) -> str:
    said = evidence.detail or words.reason(evidence)
    return said[:1].upper() + said[1:]


def _named(evidence: Iterable[Evidence]) -> list[str]:
    return list(dict.fromkeys(words.reason(item) for item in evidence))


def _probability(view: PairView) -> float | None:
    """That of the queue where there is one; else what the weights add up to."""
    if view.suggestion is not None:
        return view.suggestion.score
    if not view.evidence:
        return None
    return 1.0 / (1.0 + math.exp(-sum(item.weight for item in view.evidence)))


def _band(view: PairView, probability: float | None, thresholds: Thresholds) -> Band:
    if view.suggestion is not None:
        return view.suggestion.band
    same_text = view.left.fingerprint == view.right.fingerprint
    return thresholds.band(probability or 0.0, same_text=same_text)


def _text(runs: Runs) -> str:
    return "".join(run.text for run in runs)
