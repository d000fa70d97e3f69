"""Models adapted to an office, numbered, in the data folder beside each other; and which one is in force.

``adoptions.jsonl`` holds a line for each time a person took a version into use or went back; nothing is
rewritten or removed. ``SANGKIEN_MODEL=shipped`` follows it: the version in force over the model that
ships with the software, or that model itself (number 0). Over a newer shipped model none is in force.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dedup.embedding import SHIPPED, load_folder
from dedup.embedding.folder import ModelFolder
from dedup.embedding.static import StaticEmbedder
from dedup.embedding.table import Table
from dedup.errors import InvalidInput, NothingAdapted, NothingBefore

# Beside a version's files: the model_id of the shipped model that it was adapted from.
_BASE = "base"
ORIGINAL = 0  # the number of the model as it was shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A person's word that a version is in force; ``back``: that it no longer is."""

    number: int
    base: str  # model_id of the shipped model it was adapted from
    by: str
    at: str
    back: bool = False


class ModelVersions:
    def __init__(self, folder: Path, shipped: Path = SHIPPED) -> None:
        self._folder = folder
        self._shipped = ModelFolder.open(shipped)

    @property
    def base(self) -> str:
        return self._shipped.model_id()

    def in_force(self) -> int:
        if not self._ledger.exists():
            return ORIGINAL
        base, standing = self.base, [ORIGINAL]
        for adoption in self.adoptions():
            # A version whose folder is gone is passed over: the office goes on with what there is.
            if adoption.base != base or not self._path(adoption.number).is_dir():
                continue
            if adoption.back:
                standing.pop()
            elif adoption.number != standing[-1]:  # adopted twice is gone back from once
                standing.append(adoption.number)
        return standing[-1]

    def load(self, number: int | None = None) -> StaticEmbedder:
        """The version of that number, or the one in force. Raises ModelUnavailable."""
        number = self.in_force() if number is None else number
        return load_folder(self._path(number) if number else self._shipped.path)

    def table(self) -> Table:
        """The rows of the model as shipped."""
        return Table.read(self._shipped)

    def latest(self) -> int:
        """The highest number there is a folder of; 0 where there is none."""
        if not self._folder.is_dir():
            return ORIGINAL
        numbers = [int(path.name) for path in self._folder.iterdir() if path.name.isdigit()]
        return max(numbers, default=ORIGINAL)

    def draft(self, table: Table) -> StaticEmbedder:
        """The shipped model with other rows, as it would be kept; in place of the draft before."""
        shutil.rmtree(self._draft, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        table.write(self._shipped, self._draft)
        (self._draft / _BASE).write_text(self.base, encoding="utf-8")
        return load_folder(self._draft)

    def keep(self) -> int:
        """The draft as a new version, in force only once a person adopts it; returns its number."""
        number = self.latest() + 1
        self._draft.replace(self._path(number))
        return number

    def drop(self) -> None:
        shutil.rmtree(self._draft, ignore_errors=True)

    def adoptable(self, number: int | None) -> int:
        """The number asked for, or the latest. Raises NothingAdapted, also over another shipped model."""
        chosen = self.latest() if number is None else number
        made_from = self._path(chosen) / _BASE
        if not chosen or not made_from.exists() or made_from.read_text("utf-8") != self.base:
            raise NothingAdapted(number=chosen)
        return chosen

    def adopt(self, number: int, *, by: str, at: datetime) -> None:
        """Raises InvalidInput without a person's name."""
        self._say(number, by=by, at=at, back=False)

    def roll_back(self, *, by: str, at: datetime) -> int:
        """Put what was in force before in force again; returns its number. Raises NothingBefore."""
        number = self.in_force()
        if number == ORIGINAL:
            raise NothingBefore(
                "Đang dùng mô hình gốc; không có phiên bản nào trước đó để quay lại."
            )
        self._say(number, by=by, at=at, back=True)
        return self.in_force()

    def adoptions(self) -> Iterator[Adoption]:
        if self._ledger.exists():
            for line in self._ledger.read_text(encoding="utf-8").splitlines():
                yield Adoption(**json.loads(line))

    def _say(self, number: int, *, by: str, at: datetime, back: bool) -> None:
        if not by.strip():
            raise InvalidInput("Thiếu tên người quyết định phiên bản mô hình; xin ghi rõ.")
        said = Adoption(number=number, base=self.base, by=by.strip(), at=at.isoformat(), back=back)
        with self._ledger.open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(asdict(said), ensure_ascii=False) + "\n")

    def _path(self, number: int) -> Path:
        return self._folder / str(number)

    @property
    def _draft(self) -> Path:
        return self._folder / "draft"

    @property
    def _ledger(self) -> Path:
        return self._folder / "adoptions.jsonl"
