"""Pairs of known truth to fit and to report the scorer on: synthetic, hand-written, constructed.

The labelled development set is read by ``development`` alone, for reporting.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.jobs.clustering import PER_RECORD
from dedup.ports import Comparables, Embedder
from dedup.representation import combine
from dedup.synthetic import make_archive, noise
from index import FlatIndex
from scripts import groups

STOCK_SHARE = 0.2  # of the pairs of stock titles
SAME = frozenset({"base", "para", "mid", "copy"})


@dataclass(slots=True)
class Pairs:
    """Records and labelled pairs of row numbers; pairs of one group hang together."""

    titles: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    label: list[bool] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    group: list[int] = field(default_factory=list)

    def record(self, title: str, content: str) -> int:
        self.titles.append(title)
        self.contents.append(content)
        return len(self.titles) - 1

    def pair(self, left: int, right: int, label: bool, kind: str, group: int) -> None:
        self.left.append(left)
        self.right.append(right)
        self.label.append(label)
        self.kind.append(kind)
        self.group.append(group)

    def comparables(self, embedder: Embedder) -> Comparables:
        return Comparables(
            self.titles,
            self.contents,
            [""] * len(self.titles),
            embedder.embed(self.titles),
            embedder.embed(self.contents),
        )

    def ends(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        return np.array(self.left, dtype=np.intp), np.array(self.right, dtype=np.intp)


def synthetic(
    n: int, *, seed: int, vocabulary: str, embedder: Embedder, neighbours: int = 2
) -> Pairs:
    """The planted pairs of an archive, and ordinary filings beside their nearest neighbours.

    The truth is complete, so a neighbour outside it is a look-alike (kind "near"), and so are
    any two drawn at random (kind "far").
    """
    archive, out, rows = make_archive(n, seed=seed, vocabulary=vocabulary), Pairs(), {}
    for record in archive.records:
        rows[record["id"]] = _filed(out, record)
    known = set()
    for truth in archive.truth:
        left, right = sorted((rows[truth.left], rows[truth.right]))
        known.add((left, right))
        out.pair(left, right, bool(truth.label), truth.kind, left)
    for left, right in _near(out, embedder, Random(seed), neighbours) - known:  # noqa: S311
        out.pair(left, right, False, "near", left)
    for left, right in _far(len(out.titles), Random(seed)) - known:  # noqa: S311
        out.pair(left, right, False, "far", left)
    return out


def retrieved(n: int, *, seed: int, vocabulary: str, embedder: Embedder, floor: float) -> Pairs:
    """Every pair that a re-scan of a synthetic archive would score, in its natural proportion.

    Pairs outside the archive's truth are look-alikes of kind "near".
    """
    archive, out, rows = make_archive(n, seed=seed, vocabulary=vocabulary), Pairs(), {}
    for record in archive.records:
        rows[record["id"]] = _filed(out, record)
    truth = {tuple(sorted((rows[t.left], rows[t.right]))): t for t in archive.truth}
    index = FlatIndex(embedder.dim)
    vectors = combine(embedder.embed(out.titles), embedder.embed(out.contents))
    index.add(np.arange(len(vectors)), vectors)
    found = index.pairs_above(floor, per_row=PER_RECORD)
    for left, right in zip(found.left.tolist(), found.right.tolist(), strict=True):
        known = truth.get((left, right))
        label, kind = (bool(known.label), known.kind) if known else (False, "near")
        out.pair(left, right, label, kind, left)
    return out


def _filed(out: Pairs, record: dict[str, Any]) -> int:
    parts = (record.get(key) for key in ("situation", "description", "novelty"))
    return out.record(record["title"], "\n".join(str(p) for p in parts if p))


def _far(count: int, rng: Random, *, pairs: int = 600) -> set[tuple[int, int]]:
    """Any two records: what has nothing in common must score next to nothing."""
    drawn = (sorted(rng.sample(range(count), 2)) for _ in range(pairs))
    return {(left, right) for left, right in drawn}


def _near(pairs: Pairs, embedder: Embedder, rng: Random, neighbours: int) -> set[tuple[int, int]]:
    rows = embedder.embed([f"{t}. {c}" for t, c in zip(pairs.titles, pairs.contents, strict=True)])
    asked = rng.sample(range(len(rows)), min(1_500, len(rows)))
    nearest = np.argsort(-(rows[asked] @ rows.T), axis=1, kind="stable")[:, : neighbours + 1]
    return {
        (min(i, int(j)), max(i, int(j)))
        for i, found in zip(asked, nearest, strict=True)
        for j in found
        if i != j
    }


def hand_written(rng: Random) -> Pairs:
    """Groups of one initiative told several times among look-alikes, with edited copies added."""
    return _grouped([[(t.kind, t.title, t.content) for t in group] for group in groups.read()], rng)


def triplets(data: Path, rng: Random, *, every: int = 6) -> Pairs:
    """Of the triplets, the share the embedder's training leaves out: told anew, and look-alikes."""
    lines = (data / "corpus/triplets.jsonl").read_text("utf-8").splitlines()
    told = []
    for line in lines[::every]:
        row = json.loads(line)
        kinds = (("base", "anchor"), ("para", "retold"), ("neg5", "lookalike"))
        told.append([(kind, *_headed(row[key])) for kind, key in kinds])
    return _grouped(told, rng)


def real_titles(data: Path, rng: Random) -> Pairs:
    """Titles alone: real ones spoiled as typists spoil them, or with one figure or word changed.

    Besides stock titles, of which two are alike and say nothing of what was done.
    """
    lines = (data / "initiatives/real_titles.jsonl").read_text("utf-8").splitlines()
    titles = sorted({json.loads(line)["title"] for line in lines})
    out = Pairs()
    for number, title in enumerate(titles):
        first = out.record(title, "")
        for kind, spoiled in _spoiled(title, rng):
            out.pair(first, out.record(spoiled, ""), True, kind, number)
        for other in _one_thing_changed(title, titles, rng):
            out.pair(first, out.record(other, ""), False, "changed", number)
    for number, (one, other) in enumerate(combinations(stock_titles(), 2), start=len(titles)):
        if set(one.split()) & set(other.split()) and rng.random() < STOCK_SHARE:
            out.pair(out.record(one, ""), out.record(other, ""), False, "stock", number)
    return out


def stock_titles() -> list[str]:
    """Titles that any office files every year."""
    openings = (
        "Giải pháp nâng cao hiệu quả", "Một số giải pháp nâng cao chất lượng", "Biện pháp nâng cao",
        "Một số biện pháp đổi mới", "Giải pháp cải tiến", "Kinh nghiệm thực hiện tốt",
    )  # fmt: skip
    subjects = (
        "công tác quản lý", "công tác chuyên môn", "công tác văn phòng", "công tác tại đơn vị",
        "hoạt động công đoàn", "quy trình làm việc", "công tác phối hợp", "hoạt động của cơ quan",
    )  # fmt: skip
    return [f"{opening} {subject}" for opening in openings for subject in subjects]


def development(path: Path) -> Pairs:
    """Base against every other kind of the labelled development set: for reporting alone."""
    out, base = Pairs(), {}
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        at = out.record(row["title"], row["description"])
        if row["kind"] == "base":
            base[row["group"]] = at
        row["at"] = at
    for row in rows:
        if row["kind"] != "base":
            group = base[row["group"]]
            out.pair(group, row["at"], row["kind"] in SAME, row["kind"], group)
    return out


def _grouped(tellings: Sequence[Sequence[tuple[str, str, str]]], rng: Random) -> Pairs:
    """Every telling of a group against every other, and against each look-alike."""
    out = Pairs()
    for number, members in enumerate(tellings):
        rows = [(kind, out.record(title, text)) for kind, title, text in members]
        same = [(kind, row) for kind, row in rows if kind in SAME]
        for (kind, left), (other, right) in combinations(same, 2):
            out.pair(left, right, True, kind if other == "base" else other, number)
        for _, left in same:
            title, text = _edited(out.titles[left], out.contents[left], rng)
            out.pair(left, out.record(title, text), True, "copy", number)
            for kind, right in rows:
                if kind not in SAME:
                    out.pair(left, right, False, kind, number)
        if number:
            out.pair(rows[0][1], rng.randrange(rows[0][1]), False, "far", number)
    return out


def _headed(text: str) -> tuple[str, str]:
    """A title and the rest: the first clause of six words or more."""
    words = text.split()
    for count in range(6, min(len(words), 18)):
        if words[count - 1][-1] in ",.;:":
            return " ".join(words[:count]).rstrip(",.;:"), " ".join(words[count:])
    return " ".join(words[:12]), " ".join(words[12:])


_SWAPS = (
    ("nhằm", "để"), ("giúp", "góp phần"), ("Nhóm", "Tổ"), ("chúng tôi", "đơn vị"), ("lắp", "gắn"),
    ("Trước đây", "Trước kia"), ("giảm", "hạ"), ("mỗi", "một"), ("làm", "gây"), ("dùng", "sử dụng"),
    ("hay bị", "thường bị"), ("máy", "thiết bị"), ("còn", "chỉ còn"), ("phải", "buộc phải"),
    ("Chế tạo", "Thiết kế, chế tạo"), ("Cải tiến", "Nghiên cứu cải tiến"), ("thời gian", "thời lượng"),
    ("công nhân", "người lao động"), ("đưa về", "truyền về"), ("tiết kiệm", "bớt được"),
)  # fmt: skip


def _edited(title: str, text: str, rng: Random) -> tuple[str, str]:
    """A copy as another unit makes it: figures, a few words, the order of sentences, a remark."""
    sentences = text.split(". ")
    if len(sentences) > 2 and rng.random() < 0.3:
        sentences[0], sentences[1] = sentences[1], sentences[0]
    if rng.random() < 0.3:
        sentences.append("Sáng kiến dễ áp dụng, chi phí thấp")
    return _reworded(title, rng, 0.3), _reworded(
        _other_figures(". ".join(sentences), rng), rng, 0.5
    )


def _reworded(text: str, rng: Random, rate: float) -> str:
    for old, new in _SWAPS:
        if rng.random() < rate:
            text = text.replace(f" {old} ", f" {new} ")
    return noise.abbreviate(rng, text, rate=0.3)


def _other_figures(text: str, rng: Random) -> str:
    return " ".join(
        str(max(1, int(word) + rng.randrange(-3, 4))) if word.isdigit() else word
        for word in text.split(" ")
    )


def _spoiled(title: str, rng: Random) -> Iterable[tuple[str, str]]:
    yield "D7", noise.without_diacritics(title)
    yield "D6", noise.typos(rng, noise.abbreviate(rng, title, rate=0.8), rate=0.1)
    yield "D9", noise.excel_noise(rng, title)
    yield "D2", f"{title} năm {rng.randrange(2019, 2024)}"


def _one_thing_changed(title: str, titles: Sequence[str], rng: Random) -> Iterable[str]:
    """Another figure where there is one, the tail of another title after this one's opening."""
    digits = [word for word in title.split() if word.isdigit() and len(word) < 3]
    if digits:
        yield title.replace(digits[0], str(int(digits[0]) + 1), 1)
    words = title.split()
    half = rng.randrange(len(words) // 3 + 1, max(len(words) // 3 + 2, 2 * len(words) // 3))
    yield " ".join(words[:half] + rng.choice(titles).split()[-max(2, len(words) - half) :])
