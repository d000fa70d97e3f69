"""The union tree of a synthetic archive: national union, corporations, companies, shops."""

from __future__ import annotations

from dataclasses import dataclass

from dedup.synthetic.filings import workplace
from dedup.synthetic.vocabulary import Vocabulary

_ROOT = "CĐN"


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of the tree file: `parent` is a code, empty for the root."""

    code: str
    name: str
    aliases: tuple[str, ...]
    parent: str


def unit_rows(vocabulary: Vocabulary) -> list[UnitRow]:
    """Every unit the vocabulary's filings can come from, parents before children."""
    rows = [UnitRow(_ROOT, "Công đoàn ngành (dữ liệu mẫu)", (), "")]
    corporations = _corporations(vocabulary)
    rows += [
        UnitRow(code, f"Công đoàn {name}", (name,), _ROOT) for name, code in corporations.items()
    ]
    children = dict.fromkeys(corporations, 0)
    for trade in vocabulary.unions:
        for town in range(len(vocabulary.frames["towns"])):
            place = workplace(vocabulary, trade, town, shop="")
            children[place.union] += 1
            code = f"{corporations[place.union]}.{children[place.union]:03d}"
            rows.append(_company(code, place.company, corporations[place.union]))
            rows += _shops(vocabulary, trade, code)
    return rows


def _corporations(vocabulary: Vocabulary) -> dict[str, str]:
    names = sorted({union for unions in vocabulary.unions.values() for union in unions})
    return {name: f"TCT{number:02d}" for number, name in enumerate(names, start=1)}


def _company(code: str, company: str, parent: str) -> UnitRow:
    short = company.replace("Công ty", "Cty")
    aliases = (company, short) if short != company else (company,)
    return UnitRow(code, f"CĐCS {company}", aliases, parent)


def _shops(vocabulary: Vocabulary, trade: str, company: str) -> list[UnitRow]:
    family = next(family for family in vocabulary.families if trade in family.trades)
    return [
        UnitRow(f"{company}.{number}", f"CĐBP {shop}", (shop,), company)
        for number, shop in enumerate(family.workshops, start=1)
    ]
