"""What a reviewer carries from page to page in the address: the filter of the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from dedup.errors import InvalidInput
from dedup.initiatives import Band, Pair, Relation
from dedup.ports import SuggestionFilter

# What the queue shows: undecided pairs, decided ones, or both.
SHOWN: Mapping[str, bool | None] = {"open": False, "decided": True, "all": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    band: str = ""
    relation: str = ""
    show: str = "open"

    def filter(self) -> SuggestionFilter:
        """Raises InvalidInput where the address names a band or relation there is none of."""
        known = self.band in {"", *Band} and self.relation in {"", *Relation}
        if not known or self.show not in SHOWN:
            raise InvalidInput("Bộ lọc trong địa chỉ không đúng; xin mở lại danh sách.")
        return SuggestionFilter(
            bands=(Band(self.band),) if self.band else SuggestionFilter().bands,
            relations=(Relation(self.relation),) if self.relation else (),
            decided=SHOWN[self.show],
        )

    def fields(self) -> dict[str, str]:
        """What is not the default: an address stays short."""
        show = "" if self.show == "open" else self.show
        said = {"band": self.band, "relation": self.relation, "show": show}
        return {name: value for name, value in said.items() if value}

    def queue(self, **more: str) -> str:
        return self._address("/", more)

    def workbook(self) -> str:
        return self._address("/queue.xlsx", {})

    def pair(self, pair: Pair, **more: str) -> str:
        return self._address(f"/pairs/{pair.left}/{pair.right}", more)

    def _address(self, path: str, more: Mapping[str, str]) -> str:
        query = urlencode({**self.fields(), **more})
        return f"{path}?{query}" if query else path


class Sent(BaseModel):
    """The same, coming back in a form."""

    band: str = Field("", max_length=40)
    relation: str = Field("", max_length=40)
    show: str = Field("open", max_length=40)

    def trail(self) -> Trail:
        return Trail(band=self.band, relation=self.relation, show=self.show)


Word = Annotated[str, Query(max_length=40)]


def _asked(band: Word = "", relation: Word = "", show: Word = "open") -> Trail:
    return Trail(band=band, relation=relation, show=show or "open")


AskedTrail = Annotated[Trail, Depends(_asked)]
