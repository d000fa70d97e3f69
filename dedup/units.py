"""The union tree: names people type matched to nodes, and how two nodes stand to each other. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedup import text
from dedup.errors import InvalidInput
from dedup.initiatives import Unit, UnitId


@dataclass(frozen=True, slots=True)
class UnitTree:
    by_id: Mapping[UnitId, Unit]
    by_name: Mapping[str, UnitId]  # canonical name, alias or code; ambiguous names are left out

    @classmethod
    def of(cls, units: Sequence[Unit]) -> UnitTree:
        names: dict[str, set[UnitId]] = {}
        for unit in units:
            for name in (unit.name, unit.code, *unit.aliases):
                if key := name_key(name):
                    names.setdefault(key, set()).add(unit.id)
        clear = {name: ids.copy().pop() for name, ids in names.items() if len(ids) == 1}
        return cls({unit.id: unit for unit in units}, clear)

    def match(self, typed: str) -> UnitId | None:
        """The node of a name as typed; None where unknown or ambiguous, never a guess."""
        return self.by_name.get(name_key(typed))

    def chosen(self, typed: str) -> UnitId | None:
        """The node a person names, None where no name was typed; raises InvalidInput."""
        id = self.match(typed)
        if id is None and typed.strip():
            raise InvalidInput(
                f"Cây đơn vị không có «{typed}», hoặc có nhiều đơn vị mang tên ấy; xin ghi mã đơn vị."
            )
        return id

    def name_of(self, id: UnitId | None) -> str:
        """Empty for no node."""
        return self.by_id[id].name if id is not None and id in self.by_id else ""

    def ancestors(self, id: UnitId) -> list[UnitId]:
        """From the node itself up to its root."""
        path: list[UnitId] = []
        current: UnitId | None = id
        while current is not None and current in self.by_id and current not in path:
            path.append(current)
            current = self.by_id[current].parent_id
        return path

    def subtree(self, id: UnitId) -> list[UnitId]:
        """The node and everything below it."""
        return [unit for unit in self.by_id if id in self.ancestors(unit)]

    def same_branch(self, one: UnitId, other: UnitId) -> bool:
        """One lies above the other, or both hang under one parent union."""
        mine, yours = self.ancestors(one), self.ancestors(other)
        if one in yours or other in mine:
            return True
        return len(mine) > 1 and len(yours) > 1 and mine[1] == yours[1]


def name_key(name: str) -> str:
    """Unit names compare by canonical form: case, tone style and spaces set aside."""
    return text.canonical(name)
