"""Whatever is filed, edited, withdrawn, scanned and decided, in any order, the invariants hold."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from dedup.errors import Conflict, ContradictoryDecision, PairNotFound, SelfPair, StaleVersion
from dedup.initiatives import Band, InitiativeId, Pair, Submission, Verdict
from dedup.jobs.deciding import Opinion
from dedup.jobs.rescanning import RescanOptions
from dedup.ports import SuggestionFilter
from dedup.review import contradictions
from tests.fakes import Workplace

WORDS = ("bơm", "quạt", "lò hơi", "cải tiến", "băng tải", "số hóa", "nước", "máy cắt")
titles = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(" ".join)


class ArchiveMachine(RuleBasedStateMachine):
    filed = Bundle("filed")

    @initialize()
    def open(self) -> None:
        workplace = Workplace()
        self.one, self.other = workplace.service(pid=1), workplace.service(pid=2)
        self.live: dict[int, str] = {}

    @rule(target=filed, title=titles)
    def file(self, title: str) -> int:
        record = self.one.filer.file(Submission(title=title)).initiative
        self.live[record.id] = title
        return record.id

    @rule(id=filed, title=titles)
    def edit(self, id: int, title: str) -> None:
        version = self.one.get(id).version
        self.other.filer.edit(
            InitiativeId(id), Submission(title=title), expected_version=version, by="Lan"
        )
        if id in self.live:
            self.live[id] = title

    @rule(id=filed)
    def edit_of_an_old_version(self, id: int) -> None:
        try:
            self.one.filer.edit(
                InitiativeId(id), Submission(title="cũ"), expected_version=0, by="Lan"
            )
        except StaleVersion:
            return
        raise AssertionError("an edit of version 0 went through")

    @rule(id=filed)
    def withdraw(self, id: int) -> None:
        self.other.filer.withdraw(InitiativeId(id), by="Lan")
        self.live.pop(id, None)

    @rule(id=filed)
    def restore(self, id: int) -> None:
        self.one.filer.restore(InitiativeId(id), by="Lan")
        self.live[id] = self.one.get(id).title

    @rule(left=filed, right=filed, verdict=st.sampled_from(Verdict))
    def decide(self, left: int, right: int, verdict: Verdict) -> None:
        both_live = {left, right} <= set(self.live)
        try:
            self.one.decider.decide(Opinion(pair=Pair.of(left, right), verdict=verdict, by="Lan"))
        except (ContradictoryDecision, SelfPair):
            return
        except Conflict:
            assert not both_live
            return
        assert both_live

    @rule(left=filed, right=filed)
    def undo(self, left: int, right: int) -> None:
        try:
            self.other.decider.undo(Pair.of(left, right), by="Minh")
        except (PairNotFound, SelfPair):
            return

    @rule(incremental=st.booleans(), dry_run=st.booleans())
    def rescan(self, incremental: bool, dry_run: bool) -> None:
        options = RescanOptions(incremental=incremental, dry_run=dry_run)
        self.one.rescanner.carry_out(self.one.rescanner.start(options))

    @invariant()
    def every_live_record_is_found_by_both_processes_and_no_withdrawn_one(self) -> None:
        for service in (self.one, self.other):
            assert service.warm() == len(self.live)
            for id, title in list(self.live.items())[:3]:
                matches = service.screen(Submission(title=title), top=64).matches
                same = {m.initiative.id for m in matches if m.band is Band.SAME_TEXT}
                assert id in same
                assert {m.initiative.id for m in matches} <= set(self.live)

    @invariant()
    def a_pair_has_at_most_one_live_decision_and_none_is_ever_lost(self) -> None:
        with self.one.open_unit() as unit:
            decisions = list(unit.decisions.iterate())
        live = Counter(d.pair for d in decisions if d.live)
        assert all(count == 1 for count in live.values())
        assert len({d.id for d in decisions}) == len(decisions)

    @invariant()
    def live_verdicts_never_contradict_each_other(self) -> None:
        with self.one.open_unit() as unit:
            live = [(d.pair, d.verdict) for d in unit.decisions.all_live() if d.verdict]
        for pair, verdict in live:
            assert contradictions(pair, verdict, live) == []

    @invariant()
    def no_open_suggestion_is_decided_or_touches_a_withdrawn_record(self) -> None:
        with self.one.open_unit() as unit:
            decided = {d.pair for d in unit.decisions.all_live() if d.verdict}
            queued = [s.pair for s in unit.suggestions.iterate(SuggestionFilter())]
            every = [s.pair for s in unit.suggestions.iterate(SuggestionFilter(decided=None))]
        assert decided.isdisjoint(queued)
        assert {id for pair in every for id in pair.ids} <= set(self.live)

    @invariant()
    def no_group_holds_two_records_kept_apart_at_the_last_scan(self) -> None:
        with self.one.open_unit() as unit:
            clusters = unit.clusters.all()
        members = Counter(m for cluster in clusters for m in cluster.members)
        assert all(count == 1 for count in members.values())
        assert all(cluster.representative in cluster.members for cluster in clusters)


ArchiveMachine.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, derandomize=True
)
TestArchive = ArchiveMachine.TestCase
