"""The figures behind the thresholds, on every store: from verdicts, and from a sample for audit."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace

import pytest

from dedup.initiatives import Band, Pair, Relation, Submission, Suggestion, Thresholds, Verdict
from dedup.jobs.deciding import Opinion
from dedup.jobs.monitoring import Figures, Monitor
from dedup.scoring.shares import Share
from dedup.service import Deduplicator
from dedup.store.memory import MemoryStore
from scripts.cli import main
from scripts.cli.monitoring import _show_alarms
from tests.conftest import AnyStore
from tests.fakes import Workplace
from tests.offices import FITTED, Office, moved, truth

BANDS = Thresholds(possible=0.25, likely=0.65)


def suggestion(left: int, right: int, score: float, version: str = "s1") -> Suggestion:
    return Suggestion(
        pair=Pair.of(left, right),
        score=score,
        band=BANDS.band(score, same_text=score == 1.0),
        relation=Relation.EDITED_COPY,
        similarity=0.8,
        evidence=(),
        model_id="words-64",
        scorer_version=version,
        left_fingerprint="",
        right_fingerprint="",
    )


class Desk:
    """Records without texts of interest, suggestions put there by hand, verdicts on them."""

    def __init__(self, store: AnyStore, records: int) -> None:
        workplace = Workplace(store.unit)
        self.service: Deduplicator = workplace.service()
        self.monitor = Monitor(store.unit, workplace.clock, scorer_version="s2", thresholds=BANDS)
        for number in range(records):
            self.service.filer.file(Submission(title=f"việc{number} nơi{number} ai{number}"))

    def suggest(self, *suggestions: Suggestion) -> None:
        with self.service.open_unit() as unit:
            unit.suggestions.upsert(suggestions, at=self.service.clock())
            unit.commit()

    def say(self, verdict: Verdict, *pairs: tuple[int, int]) -> None:
        self.service.decider.decide_all(
            [Opinion(pair=Pair.of(*pair), verdict=verdict, by="Lan") for pair in pairs]
        )


def precision(figures: Figures) -> dict[Band, tuple[int, int, int]]:
    return {row.band: (row.waiting, row.precision.hits, row.precision.of) for row in figures.bands}


def test_each_band_tells_what_waits_and_how_often_it_was_right(store: AnyStore) -> None:
    desk = Desk(store, 6)
    desk.suggest(
        suggestion(1, 2, 1.0),
        suggestion(1, 3, 0.9),
        suggestion(1, 4, 0.7),
        suggestion(1, 5, 0.6),
        suggestion(1, 6, 0.3),
        suggestion(2, 3, 0.3),
    )
    desk.say(Verdict.TRUNG, (1, 2), (1, 3))
    desk.say(Verdict.CUNG_CHU_DE, (1, 5), (1, 6))
    desk.say(Verdict.NHAN_RONG, (1, 4))  # neither a find nor a false alarm

    figures = desk.monitor.figures()

    assert precision(figures) == {
        Band.SAME_TEXT: (0, 1, 1),
        Band.LIKELY: (0, 1, 1),
        Band.POSSIBLE: (1, 0, 2),
    }
    at = {row.threshold: row for row in figures.rows}
    assert (at[0.65].flagged, at[0.65].judged, at[0.65].precision.value) == (2, 1, 1.0)
    assert (at[0.25].flagged, at[0.25].judged) == (5, 3)
    assert at[0.25].precision.low == pytest.approx(Share(1, 3).low)
    assert at[0.1].flagged is None
    assert math.isnan(at[0.25].recall.value)


def test_any_threshold_may_be_asked_for(store: AnyStore) -> None:
    desk = Desk(store, 3)
    desk.suggest(suggestion(1, 2, 0.42), suggestion(1, 3, 0.43))

    rows = desk.monitor.figures(asked=0.425).rows

    assert [row.flagged for row in rows if row.threshold == 0.425] == [1]


def test_a_fall_after_a_new_version_of_the_score_is_told(store: AnyStore) -> None:
    desk = Desk(store, 17)
    old = [(1, other) for other in range(2, 18)]
    new = [(2, other) for other in range(3, 18)]
    desk.suggest(*(suggestion(*pair, 0.7, "s1") for pair in old))
    desk.say(Verdict.TRUNG, *old)
    desk.suggest(*(suggestion(*pair, 0.7, "s2") for pair in new))
    assert not desk.monitor.figures().fell
    desk.say(Verdict.CUNG_CHU_DE, *new[:9])

    figures = desk.monitor.figures()

    assert figures.fell
    assert [(v.version, v.waiting, v.possible.hits, v.possible.of) for v in figures.versions] == [
        ("s1", 0, 16, 16),
        ("s2", 6, 0, 9),
    ]


def test_a_template_that_makes_most_flags_is_told(store: AnyStore) -> None:
    desk = Desk(store, 18)
    desk.suggest(*(suggestion(*pair, 0.5) for pair in combinations(range(2, 18), 2)))

    family = desk.monitor.figures().family

    assert family is not None
    assert family.alarming
    assert (family.records, family.record) == (16, 2)


def test_an_empty_archive_has_figures_that_know_nothing(store: AnyStore) -> None:
    figures = Desk(store, 0).monitor.figures()

    assert {row.flagged for row in figures.rows} == {0, None}
    assert figures.versions == ()
    assert figures.audit is None
    assert figures.family is None


def test_an_audit_draws_from_what_was_retrieved_and_not_flagged(store: AnyStore) -> None:
    office = Office(store, moved(FITTED, 1.0)).filled()
    flagged = {s.pair for s in office.flagged()}

    report = office.audit(20)

    audit = office.auditor.latest()
    assert audit is not None
    assert report["drawn"] == len(audit.pairs) == len(set(audit.pairs))
    assert 10 <= len(audit.pairs) <= 20
    assert report["unflagged"] == sum(sum(drawn.counts) for drawn in audit.strata)
    assert flagged.isdisjoint(audit.pairs)
    figures = office.monitor.figures()
    assert figures.audit is not None
    assert figures.audit.holds
    assert list(figures.audit.waiting) == audit.pairs


def test_what_is_said_of_the_sample_tells_what_is_missed() -> None:
    office = Office(MemoryStore(), moved(FITTED, -1.0)).filled()
    office.audit(1_000)  # all there is: the estimate is then the truth
    audit = office.auditor.latest()
    assert audit is not None
    same = {o.pair for o in truth() if o.verdict is Verdict.TRUNG}
    missed = len(same & set(office.unflagged()))
    verdicts = {p: Verdict.TRUNG if p in same else Verdict.CUNG_CHU_DE for p in audit.pairs}
    first, *others = audit.pairs
    office.say([Opinion(pair=p, verdict=verdicts[p], by="Lan") for p in others])
    office.say([Opinion(pair=first, verdict=Verdict.BO_SUNG, by="Lan")])

    figures = office.monitor.figures()

    assert figures.audit is not None
    assert (figures.audit.said, figures.audit.waiting) == (len(others), ())
    assert missed, "the score was moved so that some are missed"
    assert figures.audit.missed.value == pytest.approx(missed, abs=1)
    assert figures.audit.missed.low <= missed <= figures.audit.missed.high
    at = {row.threshold: row for row in figures.rows}
    assert at[0.1].flagged is not None
    assert at[0.1].flagged > (at[0.25].flagged or 0)


def test_an_audit_drawn_under_another_score_no_longer_counts() -> None:
    office = Office(MemoryStore(), FITTED).filled()
    office.audit(20)
    office.service.thresholds = replace(office.service.thresholds, possible=0.3)

    again = Monitor(
        office.store.unit,
        office.clock,
        scorer_version=office.service.scorer.version,
        thresholds=office.service.thresholds,
    ).figures()

    assert again.audit is not None
    assert not again.audit.holds
    assert all(row.flagged is None for row in again.rows if row.threshold < 0.3)


def test_the_same_run_draws_the_same_pairs() -> None:
    drawn = []
    for _ in range(2):
        office = Office(MemoryStore(), FITTED).filled()
        office.audit(10)
        audit = office.auditor.latest()
        assert audit is not None
        drawn.append(audit.pairs)

    assert drawn[0] == drawn[1]


def test_the_commands_draw_a_sample_and_tell_the_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(MemoryStore(), moved(FITTED, 1.0)).filled()
    office.say(truth())

    @contextmanager
    def opened() -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(
            learner=office.learner, auditor=office.auditor, monitor=office.monitor
        )

    def told(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["sangkien", *arguments])
        with pytest.raises(SystemExit):
            main()
            raise SystemExit(0)
        return capsys.readouterr().out

    monkeypatch.setattr("scripts.cli.monitoring.opened", opened)
    assert "Chưa rút mẫu kiểm tra" in told("thresholds")
    assert "Đã rút 10 cặp" in told("audit", "--count", "10")

    page = told("thresholds", "--at", "0.33")
    assert "0.33" in page
    assert "đã kết luận 0/10 cặp" in page
    figures = json.loads(told("thresholds", "--json"))
    band = next(row for row in figures["bands"] if row["band"] == "LIKELY")
    share = Share(band["precision"]["hits"], band["precision"]["of"])
    assert band["precision"]["low"] == share.low
    assert figures["audit"]["missed"]["value"] is None  # nothing was said of the sample yet
    assert len(json.loads(told("audit", "--count", "4", "--json"))["pairs"]) == 4


def test_the_command_names_a_template_and_a_fall(
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = Desk(MemoryStore(), 20)
    pairs = list(combinations(range(2, 21), 2))
    desk.suggest(*(suggestion(1, other, 0.7, "s1") for other in range(2, 21)))
    desk.say(Verdict.TRUNG, *((1, other) for other in range(2, 21)))
    desk.suggest(*(suggestion(*pair, 0.5, "s0") for pair in pairs))
    desk.say(Verdict.CUNG_CHU_DE, *pairs[:9])

    _show_alarms(desk.monitor.figures())

    lines = " ".join(capsys.readouterr().out.split())
    assert "giảm sau khi đổi phiên bản" in lines
    assert "162 cặp đang chờ do phiên bản khác chấm" in lines
    assert "một mẫu văn bản (19 hồ sơ" in lines
