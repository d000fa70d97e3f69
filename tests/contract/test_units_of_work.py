"""One suite for every store: memory, SQLite, PostgreSQL answer the same to the letter."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from dedup.errors import (
    ImportNotFound,
    InitiativeNotFound,
    InvalidInput,
    JobLost,
    JobNotFound,
    JobRunning,
    NotFound,
    StaleVersion,
)
from dedup.initiatives import (
    Attachment,
    Author,
    Band,
    Cluster,
    ClusterId,
    Evidence,
    Flag,
    ImportId,
    Initiative,
    InitiativeId,
    Pair,
    PartialDate,
    Relation,
    RunId,
    SourceRow,
    Span,
    Submission,
    Suggestion,
    Unit,
    UnitId,
    Verdict,
)
from dedup.ports import (
    Ids,
    ImportRecord,
    InitiativeFilter,
    NewDecision,
    NewRecord,
    SuggestionFilter,
    UnitOfWork,
    Vectorised,
)
from dedup.text import fold
from tests.conftest import AnyStore

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def record(title: str, **changes: Any) -> NewRecord:
    about: dict[str, Any] = {
        "fingerprint": f"f:{title}",
        "folded_fingerprint": f"g:{title}",
        "search_key": title,
        "import_id": None,
        "source": None,
    }
    about |= {name: changes.pop(name) for name in about if name in changes}
    return NewRecord(submission=Submission(title=title, **changes), **about)


FULL = Submission(
    title="Cải tiến băng tải «số 2» — 100 %",
    code="SK/01-2022",
    situation="Trước đây\nphải dừng máy.",
    description="Lắp cảm biến.",
    novelty="Tự động 🙂",
    effect="Giảm 3 %_\\",
    kind="ky_thuat",
    field="Cơ khí",
    authors=(
        Author(name="Nguyễn Văn Á", birth_year=1980, phone="09", job="Tổ trưởng", share=62.5),
        Author(name="Trần Thị Bé", email="b@x.vn", main=True),
    ),
    unit="CĐCS Xí nghiệp 1",
    benefit_raw="1,2 tỷ",
    benefit_vnd=1_200_000_000_000,
    filed_on=PartialDate("2022-03-15"),
    first_applied_on=PartialDate("2022-03"),
    recognised_on=PartialDate("2022"),
    uploaded_at=datetime(2022, 3, 16, 7, 30, tzinfo=timezone(timedelta(hours=7))),
    decision_no="12/QĐ",
    decision_level="co_so",
    secret=True,
    attachments=(Attachment(name="a.pdf", sha256="ab", size=5_000_000_000, mime="x/y"),),
    flags=(Flag(code="HL06", field="benefit_raw", detail="?"),),
    raw={"Tên": "Cải tiến", "STT": 7, "x": [1.5, None, True], "\ud800": "\x00"},
)


def add(store: AnyStore, *records: NewRecord) -> list[InitiativeId]:
    with store.unit() as unit:
        ids = unit.initiatives.add(records, at=NOON)
        unit.commit()
    return ids


def titled(store: AnyStore, *titles: str) -> list[InitiativeId]:
    return add(store, *map(record, titles))


def suggestion(left: int, right: int, score: float = 0.8, **changes: Any) -> Suggestion:
    plain: dict[str, Any] = {
        "pair": Pair.of(left, right),
        "score": score,
        "band": Band.LIKELY if score >= 0.75 else Band.POSSIBLE,
        "relation": Relation.SAME_IDEA,
        "similarity": 0.7,
        "evidence": (Evidence(code="R1", weight=1.5),),
        "model_id": "m",
        "scorer_version": "s1",
        "left_fingerprint": "a",
        "right_fingerprint": "b",
    }
    return Suggestion(**{**plain, **changes})


def suggest(store: AnyStore, *suggestions: Suggestion) -> int:
    with store.unit() as unit:
        written = unit.suggestions.upsert(suggestions, at=NOON)
        unit.commit()
    return written


def verdict(left: int, right: int, verdict: Verdict | None = Verdict.TRUNG) -> NewDecision:
    return NewDecision(
        pair=Pair.of(left, right),
        verdict=verdict,
        reason="cùng giải pháp",
        note="",
        reviewer="Lan",
        left_fingerprint="a",
        right_fingerprint="b",
    )


def rows(*rows: Sequence[float]) -> Any:
    return np.array(rows, dtype=np.float32)


def vectorised(ids: Sequence[int], *titles: Sequence[float]) -> Vectorised:
    return Vectorised(
        ids=np.array(ids, dtype=np.int64), titles=rows(*titles), contents=-rows(*titles)
    )


def put(store: AnyStore, vectors: Vectorised, model: str = "m") -> None:
    with store.unit() as unit:
        unit.vectors.put(model, vectors)
        unit.commit()


def pairs_of(suggestions: Sequence[Suggestion]) -> list[tuple[int, int]]:
    return [(s.pair.left, s.pair.right) for s in suggestions]


class TestUnit:
    def test_what_was_not_committed_is_gone(self, store: AnyStore) -> None:
        with store.unit() as unit:
            unit.initiatives.add([record("a")], at=NOON)
            assert unit.initiatives.count() == 1
        with pytest.raises(ZeroDivisionError), store.unit() as unit:
            unit.notes.set("k", "v", at=NOON)
            raise ZeroDivisionError
        with store.unit() as unit:
            assert unit.initiatives.count() == 0
            assert unit.notes.get("k") is None
            assert unit.initiatives.latest_change() == 0

    def test_a_unit_goes_on_after_a_commit(self, store: AnyStore) -> None:
        with store.unit() as unit:
            unit.notes.set("a", "1", at=NOON)
            unit.commit()
            unit.notes.set("b", "2", at=NOON)
        with store.unit() as unit:
            assert (unit.notes.get("a"), unit.notes.get("b")) == ("1", None)

    def test_another_unit_sees_nothing_before_the_commit(self, store: AnyStore) -> None:
        with store.unit() as writer, store.unit() as reader:
            writer.initiatives.add([record("a")], at=NOON)
            assert reader.initiatives.count() == 0
            writer.commit()
        with store.unit() as unit:
            assert unit.initiatives.count() == 1

    def test_a_unit_that_read_first_may_write_after_another_wrote(self, store: AnyStore) -> None:
        with store.unit() as unit:
            assert unit.initiatives.count() == 0
            titled(store, "between")
            unit.initiatives.add([record("mine")], at=NOON)
            assert [i.title for i in unit.initiatives.get([1, 2])] == ["between", "mine"]
            unit.commit()

    def test_after_taking_the_lock_one_reads_the_newest(self, store: AnyStore) -> None:
        with store.unit() as unit:
            unit.initiatives.count()
            titled(store, "between")
            unit.lock()
            assert unit.initiatives.count() == 1


class TestInitiatives:
    def test_every_field_comes_back_as_it_went_in(self, store: AnyStore) -> None:
        with store.unit() as unit:
            [unit_id] = unit.units.add([Unit(id=UnitId(0), code="X1", name="Xí nghiệp 1")])
            unit.commit()
        text = dataclasses.replace(FULL, unit_id=unit_id)
        source = SourceRow(file="a.xlsx", sheet="Sheet1", row=9)
        new = NewRecord(
            submission=text,
            fingerprint="f",
            folded_fingerprint="g",
            search_key="k",
            source=source,
        )
        [id] = add(store, new)
        with store.unit() as unit:
            [found] = unit.initiatives.get([id])
        fields = {f.name: getattr(text, f.name) for f in dataclasses.fields(Submission)}
        assert found == Initiative(**fields, id=id, fingerprint="f", source=source)
        assert found.uploaded_at is not None
        assert found.uploaded_at.utcoffset() == timedelta(0)

    def test_a_benefit_not_stated_is_not_zero(self, store: AnyStore) -> None:
        ids = add(store, record("a", benefit_vnd=None), record("b", benefit_vnd=0))
        with store.unit() as unit:
            assert [i.benefit_vnd for i in unit.initiatives.get(ids)] == [None, 0]

    @pytest.mark.parametrize("benefit", [-1, 2**63])
    def test_a_benefit_out_of_range_is_refused(self, store: AnyStore, benefit: int) -> None:
        with pytest.raises(InvalidInput):
            add(store, record("a", benefit_vnd=benefit))

    def test_an_unknown_unit_or_import_is_refused(self, store: AnyStore) -> None:
        with pytest.raises(NotFound):
            add(store, record("a", unit_id=UnitId(5)))
        with pytest.raises(NotFound):
            add(store, record("a", import_id=ImportId(5)))

    def test_ids_are_given_in_the_order_of_the_records(self, store: AnyStore) -> None:
        assert titled(store, "a", "b") == [1, 2]
        assert titled(store, "c") == [3]
        assert add(store) == []

    def test_get_keeps_the_order_asked_and_leaves_unknown_ids_out(self, store: AnyStore) -> None:
        titled(store, "a", "b", "c")
        with store.unit() as unit:
            found = unit.initiatives.get(id for id in (3, 99, 1, 3))
            assert [i.title for i in found] == ["c", "a", "c"]

    def test_a_code_is_found_in_every_unit_or_in_one_by_any_of_its_names(
        self, store: AnyStore
    ) -> None:
        with store.unit() as unit:
            [node] = unit.units.add(
                [Unit(id=UnitId(0), code="XN1", name="Xí nghiệp 1", aliases=("xn một",))]
            )
            unit.commit()
        add(
            store,
            record("a", code="7/A", unit="Xí nghiệp 1"),
            record("b", code="7/A", unit="X.N 1", unit_id=node),
            record("c", code="7/A", unit="Xí nghiệp 2"),
            record("d", code=""),
        )
        with store.unit() as unit:
            unit.initiatives.set_withdrawn([InitiativeId(1)], True, by="x", at=NOON)
            found = unit.initiatives
            assert [i.id for i in found.by_code("7/A")] == [2, 3, 1]
            assert [i.id for i in found.by_code("7/A", unit="Xí nghiệp 1")] == [2, 1]
            assert [i.id for i in found.by_code("7/A", unit="xn một")] == [2]
            assert [i.id for i in found.by_code("7/A", unit="XN1")] == [2]
            assert found.by_code("7/A", unit="khác") == []
            assert found.by_code("") == []

    def test_a_fingerprint_finds_live_records_only(self, store: AnyStore) -> None:
        add(store, *(record(t, fingerprint="f", folded_fingerprint="g") for t in "abc"))
        with store.unit() as unit:
            unit.initiatives.set_withdrawn([InitiativeId(2)], True, by="x", at=NOON)
            assert unit.initiatives.by_fingerprint("f") == [1, 3]
            assert unit.initiatives.by_fingerprint("g", folded=True) == [1, 3]
            assert unit.initiatives.by_fingerprint("g") == []

    def test_equal_texts_are_stars_round_their_lowest_id(self, store: AnyStore) -> None:
        prints = ["x", "y", "x", "z", "y", "x", "z"]
        add(store, *(record(f"t{i}", fingerprint=p) for i, p in enumerate(prints)))
        with store.unit() as unit:
            unit.initiatives.set_withdrawn([InitiativeId(4)], True, by="x", at=NOON)
            left, right = unit.initiatives.equal_texts()
            assert list(zip(left, right, strict=True)) == [(1, 3), (1, 6), (2, 5)]
            assert [len(side) for side in unit.initiatives.equal_texts(folded=True)] == [0, 0]

    def test_an_update_keeps_the_old_version_in_the_history(self, store: AnyStore) -> None:
        source = SourceRow(file="a", sheet="s", row=1)
        [id] = add(
            store,
            NewRecord(
                submission=FULL,
                fingerprint="f",
                folded_fingerprint="g",
                search_key="k",
                source=source,
            ),
        )
        with store.unit() as unit:
            new = unit.initiatives.update(id, record("mới"), expected_version=1, by="Lan", at=LATER)
            again = unit.initiatives.update(
                id, record("mới hơn"), expected_version=2, by="Mai", at=LATER
            )
            unit.commit()
        assert (new.title, new.version, new.source) == ("mới", 2, source)
        with store.unit() as unit:
            assert unit.initiatives.get([id]) == [again]
            assert unit.initiatives.by_fingerprint("f:mới hơn") == [id]
            history = unit.initiatives.history(id)
            assert history == [(2, "Mai", LATER, Submission(title="mới")), (1, "Lan", LATER, FULL)]
            assert unit.initiatives.history(InitiativeId(99)) == []

    def test_what_an_import_corrected_is_told_with_the_text_it_replaced(
        self, store: AnyStore
    ) -> None:
        one, other, third = titled(store, "a", "b", "c")
        with store.unit() as unit:
            made = unit.imports.add(imported("d"))
            for id, by in ((other, made), (one, made), (third, None)):
                unit.initiatives.update(
                    id, record(f"{id}!"), expected_version=1, by="Lan", at=LATER, import_id=by
                )
            unit.initiatives.update(one, record("x"), expected_version=2, by="Mai", at=LATER)
            unit.commit()
        with store.unit() as unit:
            found = unit.initiatives.replaced_by(made)
            assert found == [(one, 1, Submission(title="a")), (other, 1, Submission(title="b"))]
            assert unit.initiatives.replaced_by(ImportId(99)) == []

    def test_an_update_of_another_version_is_refused(self, store: AnyStore) -> None:
        [id] = titled(store, "a")
        with store.unit() as unit, pytest.raises(StaleVersion):
            unit.initiatives.update(id, record("b"), expected_version=2, by="x", at=NOON)
        with store.unit() as unit, pytest.raises(InitiativeNotFound):
            unit.initiatives.update(
                InitiativeId(9), record("b"), expected_version=1, by="x", at=NOON
            )

    def test_withdrawn_records_are_hidden_and_come_back(self, store: AnyStore) -> None:
        ids = titled(store, "a", "b", "c")
        with store.unit() as unit:
            assert unit.initiatives.set_withdrawn(ids[:2], True, by="x", at=NOON) == 2
            assert unit.initiatives.set_withdrawn(ids, True, by="x", at=NOON) == 1
            assert unit.initiatives.set_withdrawn([ids[1]], False, by="x", at=NOON) == 1
            assert unit.initiatives.set_withdrawn([], False, by="x", at=NOON) == 0
            assert unit.initiatives.live_ids().tolist() == [2]
            assert unit.initiatives.count() == 1
            assert unit.initiatives.count(include_withdrawn=True) == 3
            assert [i.withdrawn for i in unit.initiatives.get(ids)] == [True, False, True]
            batches = [[i.id for i in part] for part in unit.initiatives.iterate(batch=1)]
            assert batches == [[2]]

    def test_pages_are_filtered_and_go_on_after_an_id(self, store: AnyStore) -> None:
        with store.unit() as unit:
            [node] = unit.units.add([Unit(id=UnitId(0), code="", name="X")])
            made = unit.imports.add(imported("d"))
            unit.commit()
        add(
            store,
            record("1", search_key="cai tien bang tai so 2", field="Cơ khí", unit_id=node),
            record("2", search_key=fold("SK/01-2022 băng tải 100%"), import_id=made),
            record("3", search_key="bang chuyen", field="Cơ khí"),
            record("4", search_key="tai"),
        )
        with store.unit() as unit:

            def page(after: int = 0, limit: int = 50, **where: Any) -> list[int]:
                found = unit.initiatives.page(InitiativeFilter(**where), after=after, limit=limit)
                return [i.id for i in found]

            unit.initiatives.set_withdrawn([InitiativeId(4)], True, by="x", at=NOON)
            assert page() == [1, 2, 3]
            assert page(after=1, limit=1) == [2]
            assert page(include_withdrawn=True) == [1, 2, 3, 4]
            assert page(text="tai bang") == [1, 2]
            assert page(text="Băng TẢI") == [1, 2]
            assert page(text="0%") == [2]
            assert page(text="1%0") == []
            assert page(text="sk/01-2022") == [2]
            assert page(field="Cơ khí") == [1, 3]
            assert page(unit_ids=(node,)) == [1]
            assert page(import_id=made) == [2]
            assert unit.initiatives.of_import(made) == [2]

    def test_texts_come_in_the_order_of_the_ids(self, store: AnyStore) -> None:
        add(store, record("a", description="m", novelty="n", effect="e"), record("b"), record("c"))
        with store.unit() as unit:
            unit.initiatives.set_withdrawn([InitiativeId(2)], True, by="x", at=NOON)
            texts = unit.initiatives.comparable_texts(np.array([3, 1, 1]))
            assert texts == (["c", "a", "a"], ["", "m\nn", "m\nn"], ["", "e", "e"])
            assert unit.initiatives.comparable_texts(np.array([], dtype=np.int64)) == ([], [], [])
            with pytest.raises(InitiativeNotFound):
                unit.initiatives.comparable_texts(np.array([77]))
            ids, titles, contents = unit.initiatives.texts_after(0, 5)
            assert (ids.tolist(), titles, contents) == ([1, 3], ["a", "c"], ["m\nn", ""])
            assert unit.initiatives.texts_after(1, 1)[0].tolist() == [3]
            assert unit.initiatives.fingerprints(np.array([2, 8])) == {2: "f:b"}

    def test_benefits_are_those_of_live_records(self, store: AnyStore) -> None:
        add(store, record("a", benefit_vnd=0), record("b", benefit_vnd=10**12), record("c"))
        with store.unit() as unit:
            asked = np.array([3, 1, 2, 1, 8])
            assert unit.initiatives.benefits(asked) == {1: 0, 2: 10**12, 3: None}
            unit.initiatives.set_withdrawn([InitiativeId(2)], True, by="x", at=NOON)
            assert unit.initiatives.benefits(asked) == {1: 0, 3: None}
            assert unit.initiatives.benefits(np.array([], dtype=np.int64)) == {}


class TestChanges:
    def test_every_write_of_a_unit_takes_one_higher_number(self, store: AnyStore) -> None:
        ids = titled(store, "a", "b", "c")
        with store.unit() as unit:
            first = unit.initiatives.latest_change()
            unit.initiatives.update(ids[0], record("z"), expected_version=1, by="x", at=NOON)
            unit.initiatives.set_withdrawn([ids[2]], True, by="x", at=NOON)
            unit.commit()
        with store.unit() as unit:
            assert unit.initiatives.latest_change() == first + 1
            changes = unit.initiatives.changes_since(first)
            assert (changes.ids.tolist(), changes.live.tolist()) == ([1, 3], [True, False])
            assert changes.change_no == first + 1
            assert unit.initiatives.changes_since(0).ids.tolist() == [1, 2, 3]
            nothing = unit.initiatives.changes_since(first + 1)
            assert (len(nothing.ids), nothing.change_no) == (0, first + 1)

    def test_withdrawing_what_is_withdrawn_changes_nothing(self, store: AnyStore) -> None:
        ids = titled(store, "a")
        with store.unit() as unit:
            before = unit.initiatives.latest_change()
            unit.initiatives.set_withdrawn(ids, False, by="x", at=NOON)
            assert unit.initiatives.latest_change() == before

    def test_a_vector_where_there_was_none_is_a_change(self, store: AnyStore) -> None:
        titled(store, "a", "b")
        put(store, vectorised([1], [1, 0]))
        with store.unit() as unit:
            assert unit.initiatives.changes_since(1).ids.tolist() == [1]
        put(store, vectorised([1, 2], [0, 1], [1, 0]))
        with store.unit() as unit:
            assert unit.initiatives.changes_since(2).ids.tolist() == [2]

    def test_a_vector_that_nobody_is_told_of_is_no_change(self, store: AnyStore) -> None:
        titled(store, "a")
        with store.unit() as unit:
            before = unit.initiatives.latest_change()
            unit.vectors.put("m", vectorised([1], [1, 0]), told=False)
            unit.commit()
        with store.unit() as unit:
            assert unit.initiatives.latest_change() == before
            assert unit.vectors.count("m") == 1

    def test_record_and_vector_in_one_unit_are_one_change(self, store: AnyStore) -> None:
        with store.unit() as unit:
            ids = unit.initiatives.add([record("a")], at=NOON)
            unit.vectors.put("m", vectorised(ids, [1, 0]))
            unit.commit()
        with store.unit() as unit:
            assert unit.initiatives.latest_change() == 1
            assert unit.initiatives.changes_since(0).change_no == 1


class TestVectors:
    def test_they_come_back_rounded_to_half_precision(self, store: AnyStore) -> None:
        titled(store, "a", "b", "c")
        values = np.random.default_rng(5).normal(size=(3, 8)).astype(np.float32)
        put(store, vectorised([3, 1, 2], *values.tolist()))
        rounded = values.astype(np.float16).astype(np.float32)[[1, 2, 0]]
        with store.unit() as unit:
            found = unit.vectors.get("m", np.array([3, 1, 2, 9]))
        assert found.ids.tolist() == [1, 2, 3]
        np.testing.assert_array_equal(found.titles, rounded)
        np.testing.assert_array_equal(found.contents, -rounded)
        assert found.titles.dtype == np.float32

    def test_a_vector_belongs_to_one_text_and_model(self, store: AnyStore) -> None:
        ids = titled(store, "a", "b", "c")
        put(store, vectorised(ids, [1, 0], [0, 1], [1, 1]))
        with store.unit() as unit:
            unit.initiatives.update(ids[0], record("z"), expected_version=1, by="x", at=NOON)
            unit.initiatives.set_withdrawn([ids[1]], True, by="x", at=NOON)
            unit.commit()
        with store.unit() as unit:
            assert unit.vectors.get("m", np.array(ids)).ids.tolist() == [2, 3]
            assert [part.ids.tolist() for part in unit.vectors.load("m")] == [[3]]
            assert unit.vectors.count("m") == 1
            assert unit.vectors.missing("m").tolist() == [1]
            assert unit.vectors.missing("other").tolist() == [1, 3]
            assert unit.vectors.missing("other", after=1, limit=1).tolist() == [3]
            assert unit.vectors.models() == ["m"]
            assert unit.vectors.get("other", np.array(ids)).titles.shape == (0, 0)
        put(store, vectorised([1], [1, 0]))
        with store.unit() as unit:
            assert unit.vectors.missing("m").tolist() == []

    def test_loading_goes_in_batches_ascending(self, store: AnyStore) -> None:
        put_all = vectorised(titled(store, *"abcde"), *([i, 1] for i in range(5)))
        put(store, put_all)
        with store.unit() as unit:
            parts = list(unit.vectors.load("m", batch=2))
        assert [part.ids.tolist() for part in parts] == [[1, 2], [3, 4], [5]]
        np.testing.assert_array_equal(np.vstack([p.titles for p in parts]), put_all.titles)

    def test_a_vector_of_an_unknown_record_is_refused(self, store: AnyStore) -> None:
        with pytest.raises(InitiativeNotFound):
            put(store, vectorised([4], [1, 0]))

    def test_a_vector_of_a_text_that_changed_meanwhile_is_left_out(self, store: AnyStore) -> None:
        ids = titled(store, "a", "b")
        with store.unit() as embedding:
            embedding.initiatives.comparable_texts(np.array(ids))
            with store.unit() as editing:
                editing.initiatives.update(ids[0], record("z"), expected_version=1, by="x", at=NOON)
                editing.commit()
            embedding.vectors.put("m", vectorised(ids, [1, 0], [0, 1]))
            embedding.commit()
        with store.unit() as unit:
            assert unit.vectors.missing("m").tolist() == [1]


class TestSuggestions:
    def test_evidence_and_all_come_back(self, store: AnyStore) -> None:
        titled(store, "a", "b")
        span = Span(field="title", left=(0, 3), right=(2, 5))
        evidence = (
            Evidence(code="R1", weight=2.25, detail="«đoạn chung»", spans=(span,)),
            Evidence(code="C2", weight=-0.5),
        )
        with store.unit() as unit:
            run = unit.runs.start("rescan", {}, at=NOON)
            unit.commit()
        one = suggestion(2, 1, 0.123456789012345, evidence=evidence, run_id=run.id)
        assert suggest(store, one) == 1
        with store.unit() as unit:
            assert unit.suggestions.get(Pair.of(1, 2)) == one
            assert unit.suggestions.get(Pair.of(1, 3)) is None

    def test_writing_again_replaces(self, store: AnyStore) -> None:
        titled(store, "a", "b")
        suggest(store, suggestion(1, 2, 0.9))
        new = suggestion(1, 2, 0.4, relation=Relation.PART_OF, scorer_version="s2")
        assert suggest(store, new) == 1
        with store.unit() as unit:
            assert unit.suggestions.page(SuggestionFilter()) == [new]

    def test_unknown_records_and_runs_are_refused(self, store: AnyStore) -> None:
        titled(store, "a", "b")
        with pytest.raises(NotFound):
            suggest(store, suggestion(1, 3))
        with pytest.raises(NotFound):
            suggest(store, suggestion(1, 2, run_id=RunId(4)))

    def test_none_is_written_where_a_verdict_stands(self, store: AnyStore) -> None:
        titled(store, "a", "b", "c")
        old = suggestion(1, 2, 0.9)
        suggest(store, old)
        with store.unit() as unit:
            unit.decisions.append([verdict(1, 2, Verdict.KHONG_TRUNG)], at=NOON)
            unit.commit()
        assert suggest(store, suggestion(1, 2, 0.5), suggestion(1, 3, 0.5)) == 1
        with store.unit() as unit:
            assert unit.suggestions.get(Pair.of(1, 2)) == old
            assert pairs_of(unit.suggestions.page(SuggestionFilter())) == [(1, 3)]
            assert pairs_of(unit.suggestions.page(SuggestionFilter(decided=True))) == [(1, 2)]
            every = unit.suggestions.page(SuggestionFilter(decided=None))
            assert pairs_of(every) == [(1, 2), (1, 3)]

    def test_an_undone_or_expired_verdict_puts_the_pair_back(self, store: AnyStore) -> None:
        titled(store, "a", "b", "c")
        suggest(store, suggestion(1, 2), suggestion(1, 3))
        with store.unit() as unit:
            made = unit.decisions.append([verdict(1, 2), verdict(1, 3)], at=NOON)
            assert unit.suggestions.page(SuggestionFilter()) == []
            unit.decisions.append([verdict(1, 2, None)], at=LATER)
            unit.decisions.expire([made[1].id])
            assert pairs_of(unit.suggestions.page(SuggestionFilter())) == [(1, 2), (1, 3)]
            assert unit.suggestions.upsert([suggestion(1, 2, 0.4)], at=LATER) == 1

    def test_what_is_flagged_comes_as_columns_decided_or_not(self, store: AnyStore) -> None:
        titled(store, *"abcd")
        suggest(
            store,
            suggestion(2, 3, 0.3, scorer_version="s2"),
            suggestion(1, 2, 0.9, band=Band.SAME_TEXT),
            suggestion(1, 3, 0.8),
            suggestion(1, 4, 0.7),
        )
        with store.unit() as unit:
            nothing = unit.suggestions.flagged()
            unit.decisions.append([verdict(1, 3)], at=NOON)
            unit.suggestions.retire_touching([InitiativeId(4)])
            flagged = unit.suggestions.flagged()
        assert not nothing.decided.any()
        assert list(zip(flagged.left, flagged.right, strict=True)) == [(1, 2), (1, 3), (2, 3)]
        assert flagged.score.tolist() == [0.9, 0.8, 0.3]
        assert flagged.same_text.tolist() == [True, False, False]
        assert flagged.decided.tolist() == [False, True, False]
        assert list(flagged.versions) == ["s1", "s1", "s2"]

    def test_an_archive_without_suggestions_has_nothing_flagged(self, store: AnyStore) -> None:
        with store.unit() as unit:
            flagged = unit.suggestions.flagged()
        assert (len(flagged.left), len(flagged.score), len(flagged.versions)) == (0, 0, 0)

    def test_the_queue_goes_best_first_with_ties_by_pair(self, store: AnyStore) -> None:
        titled(store, *"abcdef")
        scores = {(1, 2): 0.5, (1, 3): 0.9, (2, 3): 0.5, (1, 4): 0.9, (2, 5): 0.4, (1, 5): 0.5}
        suggest(
            store,
            *(
                suggestion(*pair, score, relation=list(Relation)[i % 3])
                for i, (pair, score) in enumerate(scores.items())
            ),
            suggestion(4, 5, 0.1, band=Band.CLEAR),
        )
        ordered = sorted(scores, key=lambda pair: (-scores[pair], pair))
        with store.unit() as unit:
            seen: list[tuple[int, int]] = []
            after = None
            while page := unit.suggestions.page(SuggestionFilter(), after=after, limit=2):
                seen += pairs_of(page)
                after = (page[-1].score, page[-1].pair.left, page[-1].pair.right)
            assert seen == ordered
            assert pairs_of(list(unit.suggestions.iterate(SuggestionFilter()))) == ordered
            left, right, score = unit.suggestions.links(0.45)
            expected = sorted(pair for pair in ordered if scores[pair] >= 0.45)
            assert list(zip(left, right, strict=True)) == expected
            assert score.tolist() == [np.float32(scores[pair]) for pair in expected]
            counts = {Band.CLEAR: 1, Band.POSSIBLE: 4, Band.LIKELY: 2, Band.SAME_TEXT: 0}
            assert dict(unit.suggestions.counts()) == counts

    def test_the_queue_is_filtered(self, store: AnyStore) -> None:
        with store.unit() as unit:
            nodes = unit.units.add([Unit(id=UnitId(0), code="", name=n) for n in "XY"])
            unit.commit()
        units = [nodes[0], nodes[1], nodes[1], None]
        add(store, *(record(f"t{i}", unit_id=node) for i, node in enumerate(units)))
        suggest(
            store,
            suggestion(1, 2, 0.9, relation=Relation.PART_OF),
            suggestion(1, 3, 0.5, relation=Relation.FOLLOW_UP),
            suggestion(2, 3, 0.6, relation=Relation.PART_OF),
            suggestion(3, 4, 0.95, band=Band.SAME_TEXT, relation=Relation.SAME_TEXT),
        )
        with store.unit() as unit:

            def page(**where: Any) -> list[tuple[int, int]]:
                return pairs_of(unit.suggestions.page(SuggestionFilter(**where)))

            assert page(bands=(Band.LIKELY, Band.POSSIBLE)) == [(1, 2), (2, 3), (1, 3)]
            assert page(bands=()) == []
            assert page(relations=(Relation.PART_OF,)) == [(1, 2), (2, 3)]
            assert page(relations=(Relation.PART_OF, Relation.SAME_TEXT)) == [
                (3, 4), (1, 2), (2, 3),
            ]  # fmt: skip
            assert page(relations=(Relation.PART_OF,), bands=(Band.POSSIBLE,)) == [(2, 3)]
            assert page(unit_id=nodes[0]) == [(1, 2), (1, 3)]
            assert page(initiative_id=3) == [(3, 4), (2, 3), (1, 3)]
            assert page(initiative_id=3, min_score=0.6) == [(3, 4), (2, 3)]
            assert page(initiative_id=3, relations=(Relation.FOLLOW_UP,)) == [(1, 3)]

    def test_what_was_not_written_again_since_a_moment_is_retired(self, store: AnyStore) -> None:
        titled(store, *"abcde")
        suggest(store, suggestion(1, 2), suggestion(1, 3), suggestion(2, 3), suggestion(4, 5))
        with store.unit() as unit:
            unit.decisions.append([verdict(4, 5)], at=NOON)
            unit.suggestions.upsert([suggestion(1, 3)], at=LATER)
            assert unit.suggestions.retire(before=NOON) == 0
            touching: Ids = np.array([1], dtype=np.int64)
            assert unit.suggestions.retire(before=LATER, touching=touching) == 1
            assert pairs_of(unit.suggestions.page(SuggestionFilter())) == [(1, 3), (2, 3)]
            assert unit.suggestions.get(Pair.of(1, 2)) is None
            assert unit.suggestions.retire(before=LATER) == 1
            every = unit.suggestions.page(SuggestionFilter(decided=None))
            assert pairs_of(every) == [(1, 3), (4, 5)]
            unit.suggestions.upsert([suggestion(1, 2)], at=LATER)
            assert pairs_of(unit.suggestions.page(SuggestionFilter())) == [(1, 2), (1, 3)]
            assert unit.suggestions.retire_touching([InitiativeId(3), InitiativeId(2)]) == 2

    def test_what_an_undo_puts_back_counts_as_written_then(self, store: AnyStore) -> None:
        titled(store, *"ab")
        suggest(store, suggestion(1, 2))
        with store.unit() as unit:
            unit.decisions.append([verdict(1, 2)], at=NOON)
            unit.decisions.append([verdict(1, 2, None)], at=LATER)
            assert unit.suggestions.retire(before=LATER) == 0
            assert pairs_of(unit.suggestions.page(SuggestionFilter())) == [(1, 2)]

    def test_all_that_touches_a_record_is_retired_decided_or_not(self, store: AnyStore) -> None:
        ids = titled(store, *"abcd")
        suggest(store, suggestion(1, 2), suggestion(2, 3), suggestion(3, 4))
        with store.unit() as unit:
            [said] = unit.decisions.append([verdict(1, 2)], at=NOON)
            assert unit.suggestions.retire_touching(ids[1:2]) == 2
            assert unit.suggestions.retire_touching(ids[1:2]) == 0
            unit.decisions.expire([said.id])
            every = unit.suggestions.page(SuggestionFilter(decided=None))
            assert pairs_of(every) == [(3, 4)]

    def test_a_pair_with_a_withdrawn_record_is_not_written(self, store: AnyStore) -> None:
        ids = titled(store, *"abcd")
        with store.unit() as unit:
            unit.initiatives.set_withdrawn(ids[1:2], True, by="x", at=NOON)
            new = [suggestion(1, 2), suggestion(2, 3), suggestion(3, 4)]
            assert unit.suggestions.upsert(new, at=NOON) == 1
            every = unit.suggestions.page(SuggestionFilter(decided=None))
            assert pairs_of(every) == [(3, 4)]
            unit.initiatives.set_withdrawn(ids[1:2], False, by="x", at=NOON)
            assert unit.suggestions.upsert(new, at=NOON) == 3

    def test_a_suggestion_names_the_cluster_of_both_records(self, store: AnyStore) -> None:
        titled(store, *"abcd")
        suggest(store, suggestion(1, 2, 0.9), suggestion(1, 3, 0.8), suggestion(3, 4, 0.7))
        with store.unit() as unit:
            unit.clusters.replace([cluster(7, 1, 2), cluster(8, 3)], at=NOON)
            found = unit.suggestions.page(SuggestionFilter())
            assert [s.cluster_id for s in found] == [7, None, None]


class TestDecisions:
    def test_each_supersedes_the_live_one_of_its_pair(self, store: AnyStore) -> None:
        titled(store, "a", "b")
        pair = Pair.of(1, 2)
        with store.unit() as unit:
            [first] = unit.decisions.append([verdict(1, 2)], at=NOON)
            second, third = unit.decisions.append(
                [verdict(1, 2, Verdict.KE_THUA), verdict(1, 2, Verdict.SAO_CHEP)], at=LATER
            )
            unit.commit()
        assert (first.decided_at, first.live, first.supersedes) == (NOON, True, None)
        assert (second.live, second.supersedes) == (False, first.id)
        with store.unit() as unit:
            assert unit.decisions.live(pair) == third
            assert third.supersedes == second.id
            history = unit.decisions.history(pair)
            assert history == [dataclasses.replace(first, live=False), second, third]
            assert list(unit.decisions.iterate()) == history
            assert unit.decisions.append([], at=NOON) == []

    def test_an_undo_is_the_latest_word_but_settles_nothing(self, store: AnyStore) -> None:
        titled(store, *"abc")
        with store.unit() as unit:
            unit.decisions.append([verdict(1, 2), verdict(2, 3)], at=NOON)
            [undo] = unit.decisions.append([verdict(1, 2, None)], at=LATER)
            assert unit.decisions.live(Pair.of(1, 2)) == undo
            assert [d.pair for d in unit.decisions.all_live()] == [Pair.of(2, 3)]
            assert [d.pair for d in unit.decisions.touching([InitiativeId(1)])] == []
            assert [side.tolist() for side in unit.decisions.live_pairs()] == [[2], [3]]

    def test_a_group_names_its_decisions(self, store: AnyStore) -> None:
        titled(store, *"abcd")
        with store.unit() as unit:
            unit.decisions.append([verdict(1, 4)], at=NOON, group="nhóm cũ")
            made = unit.decisions.append([verdict(1, 2), verdict(1, 3)], at=NOON, group="nhóm")
            alone = unit.decisions.append([verdict(3, 4)], at=NOON)
            assert alone[0].group_id is None
            group_id = made[0].group_id
            assert group_id is not None
            assert unit.decisions.of_group(group_id) == made

    def test_expired_ones_are_kept_but_no_longer_live(self, store: AnyStore) -> None:
        titled(store, *"abc")
        with store.unit() as unit:
            made = unit.decisions.append([verdict(1, 2), verdict(1, 3)], at=NOON)
            unit.decisions.expire([made[0].id])
            expired = dataclasses.replace(made[0], live=False, expired_by_change=True)
            assert unit.decisions.history(Pair.of(1, 2)) == [expired]
            assert unit.decisions.live(Pair.of(1, 2)) is None
            assert unit.decisions.all_live() == [made[1]]
            [again] = unit.decisions.append([verdict(1, 2)], at=LATER)
            assert again.supersedes is None

    def test_those_that_rest_on_some_records_are_told(self, store: AnyStore) -> None:
        titled(store, *"abcde")
        with store.unit() as unit:
            made = unit.decisions.append([verdict(1, 2), verdict(2, 3), verdict(4, 5)], at=NOON)
            assert unit.decisions.touching([InitiativeId(2), InitiativeId(1)]) == made[:2]
            assert unit.decisions.touching([]) == []

    def test_a_verdict_on_unknown_records_is_refused(self, store: AnyStore) -> None:
        titled(store, "a")
        with store.unit() as unit, pytest.raises(NotFound):
            unit.decisions.append([verdict(1, 2)], at=NOON)


def imported(digest: str, state: str = "done") -> ImportRecord:
    return ImportRecord(
        id=ImportId(0),
        file="Danh sách.xlsx",
        sheet="Năm 2022",
        digest=digest,
        state=state,
        rows=3,
        warnings=1,
        mapping={"Tên sáng kiến": "title"},
        by="Lan",
        at=NOON,
        report={"lines": [1, 2]},
    )


class TestImports:
    def test_they_are_found_by_id_and_by_digest_once_done(self, store: AnyStore) -> None:
        with store.unit() as unit:
            first = unit.imports.add(imported("d1", "staged"))
            second = unit.imports.add(imported("d2"))
            unit.commit()
        with store.unit() as unit:
            kept = dataclasses.replace(imported("d1", "staged"), id=first)
            assert unit.imports.get(first) == kept
            assert unit.imports.by_digest("d1") is None
            unit.imports.set_state(first, "done", report={"rows": 3})
            done = dataclasses.replace(kept, state="done", report={"rows": 3})
            assert unit.imports.by_digest("d1") == done
            unit.imports.set_state(second, "undone")
            assert unit.imports.by_digest("d2") is None
            assert [i.id for i in unit.imports.page()] == [second, first]
            assert [i.id for i in unit.imports.page(1)] == [second]
            assert unit.imports.get(second).report == {"lines": [1, 2]}

    def test_an_unknown_one_is_told(self, store: AnyStore) -> None:
        with store.unit() as unit:
            with pytest.raises(ImportNotFound):
                unit.imports.get(ImportId(1))
            with pytest.raises(ImportNotFound):
                unit.imports.set_state(ImportId(1), "done")

    def test_a_mapping_is_remembered_by_its_header(self, store: AnyStore) -> None:
        with store.unit() as unit:
            assert unit.imports.remembered_mapping("h") is None
            unit.imports.remember_mapping("h", {"Tên": "title"})
            unit.imports.remember_mapping("h", {"Tên": "title", "Mã": "code"})
            assert unit.imports.remembered_mapping("h") == {"Tên": "title", "Mã": "code"}


class TestUnits:
    def test_the_tree_comes_back_with_aliases_in_order(self, store: AnyStore) -> None:
        with store.unit() as unit:
            [top] = unit.units.add([Unit(id=UnitId(0), code="T", name="Tổng", aliases=("z", "a"))])
            [low] = unit.units.add([Unit(id=UnitId(0), code="C", name="Cơ sở", parent_id=top)])
            unit.units.remember_alias(low, "cs")
            unit.units.remember_alias(low, "cs")
            unit.units.remember_alias(top, "m")
            assert unit.units.all() == [
                Unit(id=top, code="T", name="Tổng", aliases=("z", "a", "m")),
                Unit(id=low, code="C", name="Cơ sở", aliases=("cs",), parent_id=top),
            ]

    def test_unknown_nodes_are_refused(self, store: AnyStore) -> None:
        with store.unit() as unit:
            with pytest.raises(NotFound):
                unit.units.add([Unit(id=UnitId(0), code="", name="x", parent_id=UnitId(9))])
            with pytest.raises(NotFound):
                unit.units.remember_alias(UnitId(9), "x")
            with pytest.raises(NotFound):
                unit.units.assign("x", UnitId(9), at=NOON)

    def test_names_without_a_node_are_counted_and_given_one(self, store: AnyStore) -> None:
        typed = ["Đội 1", "Xí nghiệp", "an", "Xí nghiệp", "Án", ""]
        add(store, *(record(f"t{i}", unit=name) for i, name in enumerate(typed)))
        with store.unit() as unit:
            counted = [("Xí nghiệp", 2), ("an", 1), ("Án", 1), ("Đội 1", 1)]
            assert unit.units.unmatched() == counted
            assert unit.units.unmatched(limit=1) == counted[:1]
            [node] = unit.units.add([Unit(id=UnitId(0), code="", name="XN")])
            assert unit.units.assign("Xí nghiệp", node, at=NOON) == 2
            assert unit.units.assign("Xí nghiệp", node, at=NOON) == 0
            assert unit.units.unmatched() == counted[1:]
            assert [i.unit_id for i in unit.initiatives.get([2, 3])] == [node, None]


class TestRuns:
    def test_only_one_of_a_kind_runs(self, store: AnyStore) -> None:
        with store.unit() as unit:
            run = unit.runs.start("rescan", {"whole": True}, at=NOON)
            unit.runs.start("import", {}, at=NOON)
            with pytest.raises(JobRunning):
                unit.runs.start("rescan", {}, at=NOON)
            unit.runs.finish(run.id, "done", at=LATER, report={"pairs": 3})
            again = unit.runs.start("rescan", {}, at=LATER)
            unit.commit()
        with store.unit() as unit:
            done = unit.runs.get(run.id)
            assert (done.state, done.progress, done.report) == ("done", 1.0, {"pairs": 3})
            assert (done.started_at, done.finished_at) == (NOON, LATER)
            assert done.options == {"whole": True}
            assert unit.runs.latest("rescan") == again
            assert unit.runs.latest("rescan", state="done") == done
            assert unit.runs.latest("other") is None

    def test_a_beat_keeps_progress_and_tells_of_a_cancel(self, store: AnyStore) -> None:
        with store.unit() as unit:
            run = unit.runs.start("rescan", {}, at=NOON)
            point = {"after": 40}
            assert unit.runs.beat(run.id, progress=0.25, stage="embed", at=LATER, checkpoint=point)
            assert unit.runs.beat(run.id, progress=0.5, stage="score", at=LATER)
            beaten = unit.runs.get(run.id)
            assert (beaten.progress, beaten.stage, beaten.checkpoint) == (0.5, "score", point)
            assert beaten.heartbeat_at == LATER
            unit.runs.ask_cancel(run.id)
            assert not unit.runs.beat(run.id, progress=0.6, stage="score", at=LATER)
            unit.runs.finish(run.id, "failed", at=LATER, error="hết đĩa")
            failed = unit.runs.get(run.id)
            assert (failed.state, failed.error, failed.progress) == ("failed", "hết đĩa", 0.6)

    def test_a_run_that_ended_stays_as_it_ended(self, store: AnyStore) -> None:
        with store.unit() as unit:
            run = unit.runs.start("rescan", {}, at=NOON)
            unit.runs.finish(run.id, "failed", at=NOON, error="dừng")
            ended = unit.runs.get(run.id)
            with pytest.raises(JobLost):
                unit.runs.beat(run.id, progress=0.5, stage="score", at=LATER)
            with pytest.raises(JobLost):
                unit.runs.finish(run.id, "done", at=LATER, report={"pairs": 1})
            assert unit.runs.get(run.id) == ended

    def test_an_unknown_one_is_told(self, store: AnyStore) -> None:
        with store.unit() as unit:
            calls: list[Callable[[], object]] = [
                lambda: unit.runs.get(RunId(3)),
                lambda: unit.runs.ask_cancel(RunId(3)),
                lambda: unit.runs.beat(RunId(3), progress=0, stage="", at=NOON),
                lambda: unit.runs.finish(RunId(3), "done", at=NOON),
            ]
            for call in calls:
                with pytest.raises(JobNotFound):
                    call()


def cluster(id: int, *members: int) -> Cluster:
    return Cluster(
        id=ClusterId(id),
        members=tuple(InitiativeId(m) for m in members),
        representative=InitiativeId(members[-1]),
        representative_rule="hồ sơ sớm nhất",
        family=id % 2 == 0,
        weakest=0.5,
    )


class TestClusters:
    def test_they_are_replaced_as_a_whole(self, store: AnyStore) -> None:
        titled(store, *"abcde")
        with store.unit() as unit:
            unit.clusters.replace([cluster(1, 1, 2), cluster(4, 5, 3)], at=NOON)
            unit.clusters.replace([cluster(4, 5, 3, 1), cluster(2, 4)], at=LATER)
            unit.commit()
        with store.unit() as unit:
            assert unit.clusters.all() == [cluster(2, 4), cluster(4, 5, 3, 1)]
            assert unit.clusters.get(ClusterId(4)) == cluster(4, 5, 3, 1)
            assert unit.clusters.get(ClusterId(1)) is None
            assert unit.clusters.of(InitiativeId(3)) == cluster(4, 5, 3, 1)
            assert unit.clusters.of(InitiativeId(2)) is None

    def test_an_id_is_never_given_twice(self, store: AnyStore) -> None:
        titled(store, "a")
        with store.unit() as unit:
            assert [unit.clusters.next_id(), unit.clusters.next_id()] == [1, 2]
            unit.clusters.replace([cluster(9, 1)], at=NOON)
            unit.clusters.replace([], at=NOON)
            assert unit.clusters.next_id() == 10
            assert unit.clusters.all() == []

    def test_unknown_members_are_refused(self, store: AnyStore) -> None:
        with store.unit() as unit, pytest.raises(NotFound):
            unit.clusters.replace([cluster(1, 1)], at=NOON)


class TestNotes:
    def test_the_last_value_stands(self, store: AnyStore) -> None:
        with store.unit() as unit:
            assert unit.notes.get("k") is None
            unit.notes.set("k", "một", at=NOON)
            unit.notes.set("k", "hai", at=NOON)
            assert unit.notes.get("k") == "hai"

    def test_old_ones_of_a_kind_are_forgotten(self, store: AnyStore) -> None:
        with store.unit() as unit:
            for key, at in (("a%:1", NOON), ("a%:2", LATER), ("ab:1", NOON), ("b", NOON)):
                unit.notes.set(key, key, at=at)
            unit.notes.forget("a%:", before=LATER)
            unit.commit()
        with store.unit() as unit:
            kept = [unit.notes.get(key) for key in ("a%:1", "a%:2", "ab:1", "b")]
            assert kept == [None, "a%:2", "ab:1", "b"]


def test_a_moment_without_zone_is_a_mistake_of_the_program(store: AnyStore) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with store.unit() as unit, pytest.raises(ValueError, match="time zone"):
        unit.runs.start("rescan", {}, at=naive)


def test_every_store_is_a_unit_of_work(store: AnyStore) -> None:
    unit: UnitOfWork = store.unit()
    with unit:
        assert unit.initiatives.count() == 0


def test_a_store_describes_what_it_holds(store: AnyStore) -> None:
    titled(store, *"abc")
    suggest(store, suggestion(1, 2), suggestion(1, 3))
    with store.unit() as unit:
        unit.decisions.append([verdict(1, 2)], at=NOON)
        unit.initiatives.set_withdrawn([InitiativeId(3)], True, by="x", at=NOON)
        unit.commit()
    found = store.describe()
    assert (found.records, found.withdrawn, found.waiting, found.decisions) == (2, 1, 1, 1)
    assert found.up_to_date
