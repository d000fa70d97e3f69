"""Who filed, where and when: everything of a record that is not its content."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from math import exp
from random import Random
from typing import Any

from dedup.synthetic.vocabulary import Family, Vocabulary

_SURNAMES = (
    ["Nguyễn"] * 12 + ["Trần"] * 4 + ["Lê"] * 4 + ["Phạm"] * 3 + ["Hoàng", "Huỳnh", "Phan", "Vũ", "Võ"]
    + ["Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Trịnh", "Mai", "Đoàn", "Lương", "Tạ"]
)  # fmt: skip
_MIDDLE = {
    "m": ("Văn", "Đức", "Hữu", "Quang", "Minh", "Xuân", "Công", "Đình", "Thanh", "Ngọc", "Trọng", "Anh"),
    "f": ("Thị", "Thị Thu", "Thị Ngọc", "Thị Minh", "Thúy", "Thu", "Thị Thanh", "Hồng", "Thị Kim"),
}  # fmt: skip
_GIVEN = {
    "m": (
        "Hùng", "Dũng", "Tuấn", "Cường", "Thắng", "Hải", "Nam", "Sơn", "Long", "Bình", "Đạt", "Hiếu",
        "Kiên", "Lâm", "Phúc", "Quân", "Tiến", "Toàn", "Trung", "Việt", "Vinh", "Thành", "Khánh", "Mạnh",
    ),
    "f": (
        "Hoa", "Lan", "Hương", "Thủy", "Hằng", "Nga", "Mai", "Trang", "Linh", "Yến", "Dung", "Hạnh",
        "Phượng", "Loan", "Oanh", "Nhung", "Hiền", "Hòa", "Quyên", "Ngân",
    ),
}  # fmt: skip

# Benefit of one year: log-normal, median 120 million đồng; the 99.9th percentile lies near 7 tỷ.
_MEDIAN_BENEFIT = 120e6
_SPREAD = 1.3
_HANOI = timezone(timedelta(hours=7))
_FIRST_DAY = date(2021, 9, 1)  # the programme counts what is applied from this day ...
_DAYS = 730  # ... to 01/09/2023


@dataclass(frozen=True, slots=True)
class Workplace:
    """A company, its union above, and the shop of one filing."""

    company: str
    union: str
    shop: str


@dataclass(frozen=True, slots=True)
class Filing:
    """The circumstances of one filing; dates are ordered applied <= filed <= recognised."""

    workplace: Workplace
    unit: str
    authors: tuple[dict[str, Any], ...]
    benefit: int | None
    applied: date
    filed: date
    recognised: date
    uploaded: datetime
    decision: int
    field: str
    kind: str


def draw_filing(rng: Random, vocabulary: Vocabulary, family: Family) -> Filing:
    workplace = draw_workplace(rng, vocabulary, family)
    applied = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    filed = applied + timedelta(days=rng.randrange(5, 90))
    recognised = filed + timedelta(days=rng.randrange(10, 90))
    # Two benefits in three can be put in money at all.
    benefit = draw_benefit(rng) if rng.random() < 0.66 else None
    return Filing(
        workplace=workplace,
        unit=typed_unit(rng, workplace),
        authors=draw_authors(rng, family),
        benefit=benefit,
        applied=applied,
        filed=filed,
        recognised=recognised,
        uploaded=_upload(rng, recognised),
        decision=rng.randrange(10, 2000),
        field=family.field,
        kind=rng.choice(family.kinds),
    )


def elsewhere(rng: Random, vocabulary: Vocabulary, family: Family, filing: Filing) -> Filing:
    """A later filing of another company: nothing of `filing` but the time order is kept."""
    other = draw_filing(rng, vocabulary, family)
    while other.workplace.company == filing.workplace.company:
        other = draw_filing(rng, vocabulary, family)
    later = timedelta(days=rng.randrange(20, 400))
    return _moved(other, filing.applied + later - other.applied)


def again(rng: Random, filing: Filing, *, days: int) -> Filing:
    """The same people file again `days` later, with a decision of its own."""
    return replace(_moved(filing, timedelta(days=days)), decision=rng.randrange(10, 2000))


def reentered(rng: Random, filing: Filing, *, days: int) -> Filing:
    """The same filing typed in once more: only the upload is another, up to `days` later."""
    delay = timedelta(days=rng.randrange(days + 1), seconds=rng.randrange(20, 40_000))
    return replace(filing, uploaded=filing.uploaded + delay)


def draw_workplace(rng: Random, vocabulary: Vocabulary, family: Family) -> Workplace:
    town = rng.randrange(len(vocabulary.frames["towns"]))
    trade = rng.choice(family.trades)
    return workplace(vocabulary, trade, town, shop=rng.choice(family.workshops))


def workplace(vocabulary: Vocabulary, trade: str, town: int, *, shop: str) -> Workplace:
    """The company of a trade in a town; its form and the union above follow from the two."""
    forms, towns = vocabulary.frames["forms"], vocabulary.frames["towns"]
    unions = vocabulary.unions[trade]
    mark = len(trade) * 7 + town * 3
    company = f"{forms[mark % len(forms)]} {trade} {towns[town]}"
    return Workplace(company, unions[mark % len(unions)], shop)


def typed_unit(rng: Random, workplace: Workplace) -> str:
    """The workplace as somebody types it by hand: rarely twice the same."""
    company = workplace.company
    if rng.random() < 0.4:
        company = (
            company.replace("Công ty", rng.choice(("Cty", "Cty", "CTy", "công ty")))
            .replace("TNHH MTV", rng.choice(("TNHH MTV", "TNHH một thành viên")))
            .replace(" CP ", rng.choice((" CP ", " cổ phần ")))
        )
    form = rng.random()
    if form < 0.35:
        return company
    if form < 0.6:
        return f"{workplace.shop}, {company}"
    if form < 0.8:
        return f"CĐCS {company}"
    if form < 0.9:
        return f"{company} - {workplace.shop} - {workplace.union}"
    return f"{workplace.shop} - {company}".lower()


def draw_authors(rng: Random, family: Family) -> tuple[dict[str, Any], ...]:
    count = rng.choices((1, 2, 3, 4), (62, 22, 11, 5))[0]
    rest = 100 - (count - 1) * (100 // (count + 1))
    shares = [rest] + [100 // (count + 1)] * (count - 1)
    return tuple(
        {
            "name": _name(rng),
            "birth_year": rng.randrange(1964, 2001) if rng.random() < 0.7 else None,
            "job": rng.choice(family.jobs),
            "share": share,
            "main": number == 0,
        }
        for number, share in enumerate(shares)
    )


def draw_benefit(rng: Random) -> int:
    """A year's benefit in đồng, rounded as people round."""
    value = _MEDIAN_BENEFIT * exp(rng.gauss(0, _SPREAD))
    unit = int(10 ** max(5, len(str(int(value))) - 3))
    return max(1, round(value / unit)) * unit


def circumstances(rng: Random, filing: Filing) -> dict[str, Any]:
    """The fields of a record that tell of the filing, with the gaps real archives have."""
    benefit = filing.benefit
    # Optional in the forms in use: money, dates and decision are often left empty.
    dates = rng.random()
    return {
        "kind": filing.kind if rng.random() < 0.8 else None,
        "field": filing.field if rng.random() < 0.85 else None,
        "unit": filing.unit,
        "authors": [dict(author) for author in filing.authors],
        "benefit_raw": _told(rng, benefit),
        "benefit_vnd": benefit,
        "filed_on": filing.filed.isoformat() if dates < 0.7 else None,
        "first_applied_on": filing.applied.isoformat() if dates > 0.2 else None,
        "recognised_on": filing.recognised.isoformat() if dates < 0.75 else None,
        "uploaded_at": filing.uploaded.isoformat(),
        "decision_no": f"{filing.decision}/QĐ-SK" if dates < 0.75 else None,
        "decision_level": "CĐCS" if rng.random() < 0.9 else "TCT",
        "year": filing.applied.year,
    }


def _told(rng: Random, benefit: int | None) -> str | None:
    if benefit is None:
        return rng.choice((None, None, None, "không tính được bằng tiền", "-"))
    millions = benefit / 1e6
    if millions >= 1000:
        return f"{millions / 1000:g} tỷ đồng".replace(".", ",")
    form = rng.randrange(4)
    if form == 0:
        return f"{benefit:,}".replace(",", ".")
    if form == 1:
        return f"{benefit:,} đồng".replace(",", ".")
    number = f"{millions:g}".replace(".", ",")
    return f"{number} triệu đồng" if form == 2 else f"{number} triệu đồng/năm"


def _upload(rng: Random, recognised: date) -> datetime:
    day = recognised + timedelta(days=rng.randrange(1, 120))
    return datetime(
        day.year, day.month, day.day, rng.randrange(7, 18), rng.randrange(60), tzinfo=_HANOI
    )


def _moved(filing: Filing, by: timedelta) -> Filing:
    return replace(
        filing,
        applied=filing.applied + by,
        filed=filing.filed + by,
        recognised=filing.recognised + by,
        uploaded=filing.uploaded + by,
    )


def _name(rng: Random) -> str:
    sex = "m" if rng.random() < 0.65 else "f"
    return f"{rng.choice(_SURNAMES)} {rng.choice(_MIDDLE[sex])} {rng.choice(_GIVEN[sex])}"
