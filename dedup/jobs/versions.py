"""Versions of the score that were learned from verdicts, and which one people put in force.

Kept in the database's notes: one ledger, and each version's curves beside it. Nothing is dropped: a
person adopts a version or goes back to the one before, and both are lines of the ledger. A version
holds for the shipped score and the embedder it was learned over; over any other it is not in force.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from dedup.errors import InvalidInput, NothingBefore, NothingLearned, OtherBase
from dedup.jobs.telling import tell
from dedup.people import Act
from dedup.ports import Clock, OpenUnit, UnitOfWork
from dedup.scoring.curves import Model

LEDGER_NOTE, CURVES_NOTE = "scorer_ledger", "scorer_curves:"
SHIPPED = 0  # the number of the score as it was shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One learned score: over what, from which verdicts, by what method, and how it compared."""

    number: int
    base: str  # version of the shipped score
    model_id: str
    method: str
    upto: int  # the latest decision it has learned from
    verdicts: int
    made_at: str  # ISO
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A person's word that a version is in force; ``back``: that it no longer is."""

    number: int
    by: str
    at: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    versions: tuple[Version, ...] = ()
    adoptions: tuple[Adoption, ...] = ()

    @classmethod
    def read(cls, unit: UnitOfWork) -> Self:
        kept = json.loads(unit.notes.get(LEDGER_NOTE) or "{}")
        return cls(
            tuple(Version(**version) for version in kept.get("versions", ())),
            tuple(Adoption(**adoption) for adoption in kept.get("adoptions", ())),
        )

    def write(self, unit: UnitOfWork, *, at: datetime) -> None:
        unit.notes.set(LEDGER_NOTE, json.dumps(asdict(self), ensure_ascii=False), at=at)

    def over(self, *, base: str, model_id: str) -> list[Version]:
        """Those learned over this score and embedder, oldest first."""
        return [v for v in self.versions if v.base == base and v.model_id == model_id]

    def in_force(self, *, base: str, model_id: str) -> int:
        """The number of the version that people put in force over this score and embedder."""
        ours = {version.number for version in self.over(base=base, model_id=model_id)}
        standing = [SHIPPED]
        for adoption in self.adoptions:
            if adoption.number not in ours:
                continue
            if adoption.back:
                standing.pop()
            elif adoption.number != standing[-1]:  # adopted twice is gone back from once
                standing.append(adoption.number)
        return standing[-1]


class Versions:
    """The versions over one shipped score and embedder, and the word of people on them."""

    def __init__(self, open_unit: OpenUnit, clock: Clock, *, base: str, model_id: str) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self.base = base
        self.model_id = model_id

    def ledger(self) -> Ledger:
        with self._open_unit() as unit:
            return Ledger.read(unit)

    def number_in_force(self) -> int:
        """0 is the score as shipped."""
        return self.ledger().in_force(base=self.base, model_id=self.model_id)

    def model_in_force(self) -> Model | None:
        """The learned curves in force; None where the shipped ones are."""
        with self._open_unit() as unit:
            number = Ledger.read(unit).in_force(base=self.base, model_id=self.model_id)
            kept = unit.notes.get(f"{CURVES_NOTE}{number}")
        return Model.from_json(json.loads(kept)) if kept else None

    def ours(self) -> list[Version]:
        return self.ledger().over(base=self.base, model_id=self.model_id)

    def propose(self, unit: UnitOfWork, model: Model, **facts: Any) -> Version:
        """Keep a learned model as the next version, in force only once a person adopts it."""
        ledger, now = Ledger.read(unit), self._clock()
        version = Version(
            number=len(ledger.versions) + 1,
            base=self.base,
            model_id=self.model_id,
            made_at=now.isoformat(),
            **facts,
        )
        named = _named(model, f"{model.version}+{version.number}")
        unit.notes.set(f"{CURVES_NOTE}{version.number}", json.dumps(asdict(named)), at=now)
        replace(ledger, versions=(*ledger.versions, version)).write(unit, at=now)
        return version

    def adopt(self, *, by: str, number: int | None = None) -> Version:
        """Put a version in force, the latest unless told; a service takes it up at its next start.

        Raises InvalidInput without a person's name, NothingLearned, OtherBase.
        """
        with self._open_unit() as unit:
            unit.lock()
            ledger = Ledger.read(unit)
            version = self._chosen(ledger, number)
            self._write(unit, ledger, Adoption(number=version.number, by=by, at=""))
            unit.commit()
            return version

    def roll_back(self, *, by: str) -> int:
        """Put the version before in force again; returns its number, 0 for the score as shipped.

        Raises InvalidInput without a person's name, NothingBefore.
        """
        with self._open_unit() as unit:
            unit.lock()
            ledger = Ledger.read(unit)
            number = ledger.in_force(base=self.base, model_id=self.model_id)
            if number == SHIPPED:
                raise NothingBefore
            after = self._write(unit, ledger, Adoption(number=number, by=by, at="", back=True))
            unit.commit()
            return after.in_force(base=self.base, model_id=self.model_id)

    def _chosen(self, ledger: Ledger, number: int | None) -> Version:
        ours = ledger.over(base=self.base, model_id=self.model_id)
        if number is None and ours:
            return ours[-1]
        version = next((v for v in ledger.versions if v.number == number), None)
        if version is None:
            raise NothingLearned(number=number)
        if version not in ours:
            raise OtherBase(number=number)
        return version

    def _write(self, unit: UnitOfWork, ledger: Ledger, adoption: Adoption) -> Ledger:
        if not adoption.by.strip():
            raise InvalidInput("Thiếu tên người quyết định phiên bản chấm điểm; xin ghi rõ.")
        now = self._clock()
        said = replace(adoption, by=adoption.by.strip(), at=now.isoformat())
        after = replace(ledger, adoptions=(*ledger.adoptions, said))
        after.write(unit, at=now)
        act = Act.ROLL_BACK if said.back else Act.ADOPT
        tell(unit, act, f"versions/{said.number}", by=said.by, at=now)
        return after


def _named(model: Model, version: str) -> Model:
    second = model.second and replace(model.second, version=version)
    return Model(replace(model.first, version=version), second)
