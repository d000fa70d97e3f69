"""The reasons of one pair in words, with the passages that show them.

Weights are those of the bulk score; what is added here is what a page shows: a sentence and spans.
Reasons from the records' other fields (author, unit, decision number …) carry no weight: they are
for the reader and never enter a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dedup.initiatives import Evidence, Initiative, Span
from dedup.scoring.passages import Run, Words, runs, spans, swaps, words_of
from dedup.text import canonical

_LEAST_WEIGHT = 0.05  # in log-odds: a change of one percentage point at most
# Shown wherever there are some, whatever they weigh: a reader looks for what the texts share, and for
# names and figures that alone differ.
_PASSAGES = frozenset({"R3", "R10"})
_FAR_APART = 366  # days: more than twelve months between first applications (C4)

_FOR = {
    "PRIOR": "mức khởi điểm của mọi cặp được đem so",
    "R1": "tên giống hệt sau chuẩn hóa",
    "R2": "tên gần giống",
    "R3": "nội dung trùng câu chữ",
    "R4": "ý nghĩa gần nhau",
    "R10": "giống nhau khi bỏ qua tên riêng và số liệu",
    "R12": "một bên chứa phần lớn bên kia",
    "C7": "không bên nào ghi là nhân rộng hay kế thừa",
}
_AGAINST = {
    "PRIOR": "mức khởi điểm của mọi cặp được đem so",
    "R2": "tên khác nhau",
    "R3": "nội dung ít trùng câu chữ",
    "R4": "ý nghĩa cách xa nhau",
    "R12": "không bên nào chứa bên kia",
    "C1": "khác đối tượng hoặc thiết bị",
    "C2": "khác thông số hoặc số hiệu trong tên",
    "C3": "phần giống nhau chủ yếu là văn mẫu",
    "C5": "văn bản quá ngắn",
    "C6": "tên chung chung",
    "C7": "một bên ghi là nhân rộng hoặc kế thừa",
}


def explained(
    titles: tuple[str, str],
    contents: tuple[str, str],
    *,
    weights: Mapping[str, float],
    features: Mapping[str, float],
) -> tuple[Evidence, ...]:
    """Evidence of one pair from its texts, strongest first."""
    title = _Matched("title", *map(words_of, titles))
    content = _Matched("content", *map(words_of, contents))
    shown = [
        Evidence(
            code=code,
            weight=weight,
            detail=_detail(code, weight, features, title, content),
            spans=_spans(code, title, content),
        )
        for code, weight in weights.items()
        if abs(weight) >= _LEAST_WEIGHT or (code in _PASSAGES and _spans(code, title, content))
    ]
    return tuple(sorted(shown, key=lambda evidence: -abs(evidence.weight)))


def record_evidence(left: Initiative, right: Initiative) -> tuple[Evidence, ...]:
    """Weightless reasons from fields that are no part of a score (R5–R9, R11, C4)."""
    checks = (
        ("R5", _shared_names(left, right), "cùng tác giả: {}"),
        ("R6", _equal_text(left.unit, right.unit), "cùng đơn vị: {}"),
        ("R7", _equal_text(left.decision_no, right.decision_no), "cùng số quyết định: {}"),
        ("R8", _equal_benefit(left, right), "cùng giá trị làm lợi: {} đồng"),
        ("R9", _shared_files(left, right), "cùng tệp đính kèm: {}"),
        ("R11", _one_import(left, right), "cùng khối dòng nhập: {}"),
        ("C4", _years_apart(left, right), "thời gian áp dụng cách nhau {} ngày"),
    )
    return tuple(
        Evidence(code=code, weight=0.0, detail=detail.format(found))
        for code, found, detail in checks
        if found
    )


class _Matched:
    """The common runs of one field of a pair."""

    def __init__(self, field: str, left: Words, right: Words) -> None:
        self.field, self.left, self.right = field, left, right
        self.runs: list[Run] = runs(left.words, right.words)

    def spans(self) -> tuple[Span, ...]:
        return spans(self.field, self.left, self.right, self.runs)

    def swapped(self) -> list[tuple[Run, Run]]:
        return swaps(self.left, self.right, self.runs)

    def swapped_spans(self) -> tuple[Span, ...]:
        return tuple(
            Span(
                field=self.field,
                left=_place(self.left, one),
                right=_place(self.right, other),
            )
            for one, other in self.swapped()
        )

    def swapped_words(self) -> str:
        return "; ".join(
            f"«{_said(self.left, one)}» / «{_said(self.right, other)}»"
            for one, other in self.swapped()[:5]
        )

    def longest(self) -> int:
        return max((run.size for run in self.runs), default=0)


def _place(words: Words, gap: Run) -> tuple[int, int]:
    return words.ranges[gap.start][0], words.ranges[gap.start + gap.size - 1][1]


def _said(words: Words, gap: Run) -> str:
    return " ".join(words.words[gap.start : gap.start + gap.size])


def _spans(code: str, title: _Matched, content: _Matched) -> tuple[Span, ...]:
    if code in {"R1", "R2"}:
        return title.spans()
    if code in {"R3", "R12"}:
        return content.spans()
    if code == "R10":
        return title.swapped_spans() + content.swapped_spans()
    return title.swapped_spans() if code in {"C1", "C2"} else ()


def _detail(
    code: str,
    weight: float,
    features: Mapping[str, float],
    title: _Matched,
    content: _Matched,
) -> str:
    said = (_FOR if weight > 0 else _AGAINST).get(code) or _FOR.get(code) or _AGAINST[code]
    more = {
        "R3": f"đoạn dài nhất {content.longest()} từ" if content.longest() else "",
        "R12": _percent(features["content_cover"]),
        "R10": content.swapped_words() or title.swapped_words(),
        "C1": title.swapped_words(),
        "C2": title.swapped_words(),
    }.get(code, "")
    return f"{said} ({more})" if more else said


def _percent(share: float) -> str:
    return f"{share:.0%} của bên ngắn" if share == share else ""


def _equal_text(one: str, other: str) -> str:
    return one if one and canonical(one) == canonical(other) else ""


def _equal_benefit(left: Initiative, right: Initiative) -> str:
    same = left.benefit_vnd == right.benefit_vnd and left.benefit_vnd
    return f"{left.benefit_vnd:,}".replace(",", ".") if same else ""


def _shared_names(left: Initiative, right: Initiative) -> str:
    others = {canonical(author.name) for author in right.authors}
    return ", ".join(a.name for a in left.authors if a.name and canonical(a.name) in others)


def _shared_files(left: Initiative, right: Initiative) -> str:
    others = {file.sha256 for file in right.attachments if file.sha256}
    return ", ".join(file.name for file in left.attachments if file.sha256 in others)


def _one_import(left: Initiative, right: Initiative) -> str:
    if left.import_id is None or left.import_id != right.import_id:
        return ""
    sources: Sequence[str] = [f"dòng {i.source.row}" for i in (left, right) if i.source is not None]
    return ", ".join(sources) or f"lần nhập {left.import_id}"


def _years_apart(left: Initiative, right: Initiative) -> int:
    if left.first_applied_on is None or right.first_applied_on is None:
        return 0
    days = abs((left.first_applied_on.earliest() - right.first_applied_on.earliest()).days)
    return days if days > _FAR_APART else 0
