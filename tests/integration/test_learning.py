"""Learning from verdicts on every store: proposed, compared, adopted, gone back from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from dedup.errors import InvalidInput, NothingBefore, NothingLearned, OtherBase
from dedup.initiatives import Pair, Verdict
from dedup.store.memory import MemoryStore
from scripts.cli import main
from tests.conftest import AnyStore
from tests.offices import FITTED, Office, moved, truth


@pytest.fixture
def office() -> Office:
    return Office(MemoryStore(), moved(FITTED, 2.5)).filled()


def test_a_version_is_proposed_compared_adopted_and_gone_back_from(store: AnyStore) -> None:
    office = Office(store, moved(FITTED, 2.5)).filled()
    office.say(truth())
    assert office.learner.news() == len(truth())

    report = office.learn()

    assert report["outcome"] == "learned"
    assert report["after"]["calibration_error"] < report["before"]["calibration_error"]
    assert report["after"]["log_loss"] < report["before"]["log_loss"]
    assert report["groups_fewer"] > 0
    assert office.learner.news() == 0
    assert office.versions.number_in_force() == 0  # proposed, not put in force

    version = office.versions.adopt(by="Lan")
    again = office.reopened()
    assert version.number == report["version"] == again.versions.number_in_force()
    assert again.service.scorer.version != office.service.scorer.version
    assert again.service.scorer.version.startswith(f"{FITTED.model.version}+{version.number}-")

    assert again.versions.roll_back(by="Minh") == 0
    assert office.reopened().service.scorer.version == office.service.scorer.version
    with pytest.raises(NothingBefore):
        again.versions.roll_back(by="Minh")
    assert [(a.number, a.by, a.back) for a in again.versions.ledger().adoptions] == [
        (version.number, "Lan", False),
        (version.number, "Minh", True),
    ]


def test_few_verdicts_propose_nothing(office: Office) -> None:
    office.say(truth()[:10])

    report = office.learn()

    assert report["outcome"] == "too_few"
    assert office.learner.news() == 0  # looked at: a schedule waits for newer ones
    assert office.versions.ours() == []
    with pytest.raises(NothingLearned):
        office.versions.adopt(by="Lan")


def test_a_version_that_is_no_better_than_the_one_in_force_is_not_proposed(office: Office) -> None:
    office.say(truth())
    office.learn()
    office.versions.adopt(by="Lan")

    again = office.reopened().learn()

    office.versions.adopt(by="Lan")  # said twice
    assert again["outcome"] == "kept"
    assert again["in_force"] == 1
    assert again["before"]["brier"] == pytest.approx(again["after"]["brier"])
    assert len(office.versions.ours()) == 1
    assert office.versions.roll_back(by="Lan") == 0


def test_a_slip_and_equal_texts_kept_apart_are_named(office: Office) -> None:
    opinions = truth()
    copies = [o for o in opinions if o.verdict is Verdict.TRUNG and equal(office, o.pair)]
    unlike = [o for o in opinions if o.verdict is Verdict.TRUNG and o not in copies]
    likely = max(unlike, key=lambda o: chance(office, o.pair))
    slips = {copies[0].pair, likely.pair}
    office.say(
        [replace(o, verdict=Verdict.CUNG_CHU_DE) if o.pair in slips else o for o in opinions]
    )

    suspects = office.learn()["suspects"]

    assert slips <= {Pair.of(s["left"], s["right"]) for s in suspects}
    assert suspects[0]["probability"] == 1.0
    assert {s["by"] for s in suspects} <= {"Lan", "Minh"}


def test_replications_are_counted_apart_and_never_learned_from(office: Office) -> None:
    opinions = truth()
    replicated = next(o for o in opinions if equal(office, o.pair))
    office.say([replace(o, verdict=Verdict.NHAN_RONG) if o == replicated else o for o in opinions])

    report = office.learn()

    assert report["replications"] == {"hits": 1, "of": 1}
    assert report["positive"] + report["negative"] + report["equal_texts"] == len(opinions) - 1


def test_a_version_learned_over_another_score_is_not_in_force(office: Office) -> None:
    office.say(truth())
    office.learn()
    office.versions.adopt(by="Lan")

    other = Office(office.store, moved(FITTED, 1.0))

    assert other.versions.number_in_force() == 0
    assert other.service.scorer.version == other.shipped.version
    with pytest.raises(OtherBase):
        other.versions.adopt(by="Lan", number=1)
    with pytest.raises(NothingBefore):
        other.versions.roll_back(by="Lan")
    with pytest.raises(NothingLearned):
        office.versions.adopt(by="Lan", number=2)


def test_nobody_adopts_without_a_name(office: Office) -> None:
    office.say(truth())
    office.learn()

    with pytest.raises(InvalidInput, match="Thiếu tên"):
        office.versions.adopt(by=" ")
    office.versions.adopt(by="Lan")
    with pytest.raises(InvalidInput, match="Thiếu tên"):
        office.versions.roll_back(by="")

    assert office.versions.number_in_force() == 1


def equal(office: Office, pair: Pair) -> bool:
    left, right = (office.service.get(id) for id in pair.ids)
    return left.fingerprint == right.fingerprint


def chance(office: Office, pair: Pair) -> float:
    suggestion = office.service.view(pair).suggestion
    return suggestion.score if suggestion else 0.0


def test_the_command_tells_proposes_adopts_and_goes_back(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def opened() -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(learner=office.learner, deduplicator=office.service)

    def told(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["sangkien", "learn", *arguments])
        with pytest.raises(SystemExit):
            main()
            raise SystemExit(0)
        return capsys.readouterr().out

    monkeypatch.setattr("scripts.cli.learning.opened", opened)
    assert "Mới có 0 kết luận" in told("--min-new", "5")
    assert "Chưa đủ kết luận" in told()
    office.say(truth())

    proposed = told()
    assert re.search(r"Học được phiên bản 1 \(chỉnh [\w ]+\), so với bản gốc", proposed)
    assert re.search(r"thêm \d+ nhóm, bớt [1-9]", proposed)
    assert "Độ chính xác từ mức Cao" in proposed

    assert "Đã chọn phiên bản chấm điểm 1. Khởi động lại" in told("--adopt", "--by", "Lan")
    assert "đang chọn: phiên bản 1" in told("--versions")
    assert json.loads(told("--versions", "--json"))["adoptions"][0]["by"] == "Lan"
    assert "Chưa có gì tốt hơn phiên bản 1" in told()
    assert "Đã quay lại bản gốc" in told("--rollback", "--by", "Lan")
