"""The words of the domain: what an initiative is, what the machine says of a pair, what a person says.

Kept here: a pair is ordered once, in ``Pair.of``; similarity is everywhere "higher is closer";
personal fields (birth year, phone, e-mail) never enter a vector or a score.
Standard library and NumPy types only.
"""

from __future__ import annotations

import calendar
import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType, Self

from dedup.errors import SelfPair

InitiativeId = NewType("InitiativeId", int)
ImportId = NewType("ImportId", int)
RunId = NewType("RunId", int)
UnitId = NewType("UnitId", int)
DecisionId = NewType("DecisionId", int)
ClusterId = NewType("ClusterId", int)

TITLE_LIMIT = 1_000
TEXT_LIMIT = 1_000_000  # characters a field; a 300-page dossier is about 600,000


class Kind(StrEnum):
    """Loại giải pháp (decree 13/2012, article 3)."""

    TECHNICAL = "ky_thuat"
    MANAGERIAL = "quan_ly"
    WORKING = "tac_nghiep"
    APPLIED_PROGRESS = "ung_dung_tbkt"
    TOPIC = "de_tai"


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date with its precision, as ISO text: "2022", "2022-03" or "2022-03-15"."""

    iso: str

    def __post_init__(self) -> None:
        self.earliest()

    def earliest(self) -> date:
        """First day of the period; raises ValueError where the text is no such date."""
        parts = [int(part) for part in self.iso.split("-")]
        if len(parts) > 3 or [len(part) for part in self.iso.split("-")] != [4, 2, 2][: len(parts)]:
            raise ValueError(f"not an ISO date, month or year: {self.iso!r}")
        year, month, day = (*parts, 1, 1)[:3]
        return date(year, month, day)

    def latest(self) -> date:
        """Last day of the period."""
        first = self.earliest()
        if len(self.iso) == len("2022"):
            return first.replace(month=12, day=31)
        if len(self.iso) == len("2022-03"):
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return first

    def __str__(self) -> str:
        return self.iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    name: str
    birth_year: int | None = None
    phone: str = ""
    email: str = ""
    job: str = ""
    share: float | None = None  # percent of the contribution, 0-100
    main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    name: str
    sha256: str = ""
    size: int = 0
    mime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A remark on one field that stops nothing: a code (HL06, ambiguous, tcvn3 …) and what was seen."""

    code: str
    field: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An initiative not yet filed; field names are those of the contract, one name everywhere."""

    title: str
    code: str = ""
    situation: str = ""
    description: str = ""
    novelty: str = ""
    effect: str = ""
    kind: str = ""
    field: str = ""
    authors: tuple[Author, ...] = ()
    unit: str = ""
    unit_id: UnitId | None = None
    benefit_raw: str = ""
    benefit_vnd: int | None = None  # đồng for one year; None is "not stated in money", never zero
    filed_on: PartialDate | None = None
    first_applied_on: PartialDate | None = None
    recognised_on: PartialDate | None = None
    uploaded_at: datetime | None = None
    decision_no: str = ""
    decision_level: str = ""
    secret: bool = False
    attachments: tuple[Attachment, ...] = ()
    flags: tuple[Flag, ...] = ()
    raw: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # the source row, verbatim

    @property
    def content(self) -> str:
        """The text compared beside the title: situation, description and novelty."""
        return "\n".join(part for part in (self.situation, self.description, self.novelty) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """Where a record came from: file name, sheet, and the row number Excel shows."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class RowKey:
    """What a row of a returned file carries, as one string: archive, record, the version it shows.

    The version stands last: a spreadsheet that fills a key downwards counts up its last number,
    and a version that is not the record's is refused, where another record's id would be taken.
    """

    archive: str
    id: InitiativeId
    version: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError where the text is no key."""
        match = re.fullmatch(r"([0-9a-z]*)-([0-9]{1,18})-([0-9]{1,9})", text)
        if match is None:
            raise ValueError(f"not a row's key: {text!r}")
        return cls(match[1], InitiativeId(int(match[2])), int(match[3]))

    def __str__(self) -> str:
        return f"{self.archive}-{self.id}-{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative(Submission):
    """A filed initiative. ``fingerprint`` is that of its compared text (dedup.text.fingerprint)."""

    id: InitiativeId
    fingerprint: str
    version: int = 1
    withdrawn: bool = False
    import_id: ImportId | None = None
    source: SourceRow | None = None

    @property
    def priority_on(self) -> PartialDate | None:
        """Novelty is judged at the earlier of filing and first application."""
        return min((d for d in (self.filed_on, self.first_applied_on) if d), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A node of the union tree, of any depth, with the other names people type for it."""

    id: UnitId
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    parent_id: UnitId | None = None


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two initiatives, ``left < right``; build it with ``Pair.of``."""

    left: InitiativeId
    right: InitiativeId

    def __post_init__(self) -> None:
        if self.left >= self.right:
            raise SelfPair(left=self.left, right=self.right)

    @classmethod
    def of(cls, one: int, other: int) -> Self:
        """The pair of two ids in either order; raises SelfPair for one id twice."""
        left, right = sorted((one, other))
        return cls(InitiativeId(left), InitiativeId(right))

    @property
    def ids(self) -> tuple[InitiativeId, InitiativeId]:
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class Candidate:
    """An id found by retrieval; its similarity is not the score."""

    id: InitiativeId
    similarity: float


class Band(StrEnum):
    """How likely, in four words; never "duplicate": only people say that."""

    CLEAR = "CLEAR"
    POSSIBLE = "POSSIBLE"
    LIKELY = "LIKELY"
    SAME_TEXT = "SAME_TEXT"

    @property
    def rank(self) -> int:
        return list(Band).index(self)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities at which a band begins; equal canonical text is SAME_TEXT whatever the score.

    Chosen on a synthetic archive of the vocabulary the scorer was fitted on (10,000 records, every pair
    a re-scan scores): from 0.65 on nineteen pairs in twenty are duplicates, from 0.25 on one in two,
    and six duplicates in a hundred lie below.
    """

    possible: float = 0.25
    likely: float = 0.65

    def __post_init__(self) -> None:
        if not 0.0 < self.possible <= self.likely <= 1.0:
            raise ValueError("thresholds must satisfy 0 < possible <= likely <= 1")

    def band(self, probability: float, *, same_text: bool) -> Band:
        if same_text:
            return Band.SAME_TEXT
        if probability >= self.likely:
            return Band.LIKELY
        return Band.POSSIBLE if probability >= self.possible else Band.CLEAR


class Relation(StrEnum):
    """What kind of resemblance the machine suggests; the queue's tabs, strict to lax."""

    SAME_TEXT = "SAME_TEXT"  # trùng hệt
    EDITED_COPY = "EDITED_COPY"  # bản sao có sửa
    SAME_IDEA = "SAME_IDEA"  # cùng ý khác lời
    PART_OF = "PART_OF"  # chứa/một phần
    SAME_TEMPLATE = "SAME_TEMPLATE"  # cùng mẫu khác đối tượng
    REPLICATION = "REPLICATION"  # nhân rộng
    FOLLOW_UP = "FOLLOW_UP"  # kế thừa
    SAME_TOPIC = "SAME_TOPIC"  # cùng chủ đề


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A matched passage: character ranges in the ORIGINAL text of a field on either side."""

    field: str
    left: tuple[int, int]
    right: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason (R…) or counter-reason (C…): its weight in log-odds, for (> 0) or against (< 0)."""

    code: str
    weight: float
    detail: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A probability in [0, 1] that two records tell the same initiative, with its evidence."""

    value: float
    evidence: tuple[Evidence, ...]
    same_text: bool = False
    relation: Relation = Relation.SAME_TOPIC


class Verdict(StrEnum):
    """What a person concludes of a pair (domain.md §3.2); the rules live on the word."""

    TRUNG = "TRUNG"
    GOP_TAC_GIA = "GOP_TAC_GIA"
    SAO_CHEP = "SAO_CHEP"
    MOT_PHAN = "MOT_PHAN"
    NHAN_RONG = "NHAN_RONG"
    KE_THUA = "KE_THUA"
    CUNG_CHU_DE = "CUNG_CHU_DE"
    KHONG_TRUNG = "KHONG_TRUNG"
    BO_SUNG = "BO_SUNG"

    @property
    def joins(self) -> bool:
        """Counts the two records as one initiative."""
        return self in {Verdict.TRUNG, Verdict.GOP_TAC_GIA, Verdict.SAO_CHEP}

    @property
    def separates(self) -> bool:
        """Keeps the two records apart for good: a cannot-link."""
        return self is Verdict.KHONG_TRUNG

    @property
    def teaches(self) -> bool | None:
        """Label for learning: True same, False different, None not used."""
        if self.joins:
            return True
        apart = {Verdict.KE_THUA, Verdict.CUNG_CHU_DE, Verdict.KHONG_TRUNG}
        return False if self in apart else None


class SuggestionState(StrEnum):
    OPEN = "open"
    RETIRED = "retired"  # no longer found by a re-scan, or a record was withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What the machine says of a pair. Upserted, but never over a decision."""

    pair: Pair
    score: float
    band: Band
    relation: Relation
    similarity: float
    evidence: tuple[Evidence, ...]
    model_id: str
    scorer_version: str
    left_fingerprint: str
    right_fingerprint: str
    run_id: RunId | None = None
    cluster_id: ClusterId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person says of a pair; appended, never edited. ``verdict`` None = withdrawn (undo)."""

    id: DecisionId
    pair: Pair
    verdict: Verdict | None
    reason: str
    note: str
    reviewer: str
    decided_at: datetime
    left_fingerprint: str
    right_fingerprint: str
    live: bool = True
    expired_by_change: bool = False
    supersedes: DecisionId | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Initiatives joined by suggestions or decisions. A family is a template, not one initiative."""

    id: ClusterId
    members: tuple[InitiativeId, ...]
    representative: InitiativeId
    representative_rule: str
    family: bool = False
    weakest: float = 1.0  # the lowest probability among the links that hold it together
