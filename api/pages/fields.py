"""A record's fields as people read them, in the order pages show them; personal details never."""

from __future__ import annotations

from dedup.initiatives import Author, Submission
from dedup.text import format_date, format_vnd, format_vnd_words

FIELDS = (
    ("Tên sáng kiến", "title"),
    ("Tác giả", "authors"),
    ("Đơn vị", "unit"),
    ("Ngày nộp đơn", "filed_on"),
    ("Ngày áp dụng lần đầu", "first_applied_on"),
    ("Quyết định công nhận", "recognition"),
    ("Giá trị làm lợi (01 năm)", "benefit"),
    ("Tình trạng trước khi có sáng kiến", "situation"),
    ("Nội dung giải pháp", "description"),
    ("Điểm mới", "novelty"),
    ("Hiệu quả (xã hội, môi trường, an toàn)", "effect"),
)


def in_words(record: Submission) -> dict[str, str]:
    """Every field by its name in ``FIELDS``; who shows a technology secret hides its content."""
    return {
        "title": record.title,
        "authors": "\n".join(_author(author) for author in record.authors),
        "unit": record.unit,
        "filed_on": format_date(str(record.filed_on)) if record.filed_on else "",
        "first_applied_on": format_date(str(record.first_applied_on))
        if record.first_applied_on
        else "",
        "recognition": _recognition(record),
        "benefit": _benefit(record),
        "situation": record.situation,
        "description": record.description,
        "novelty": record.novelty,
        "effect": record.effect,
    }


def _author(author: Author) -> str:
    """Name, job and share; birth year, phone and e-mail are nobody's business here."""
    share = f"{author.share:g}\u00a0%".replace(".", ",") if author.share is not None else ""
    return ", ".join(part for part in (author.name, author.job, share) if part)


def _recognition(record: Submission) -> str:
    day = f"ngày {format_date(str(record.recognised_on))}" if record.recognised_on else ""
    return " ".join(part for part in (record.decision_no, day) if part)


def _benefit(record: Submission) -> str:
    if record.benefit_vnd is None:
        return record.benefit_raw
    amount = format_vnd(record.benefit_vnd)
    large = record.benefit_vnd >= 1_000_000  # below a million both forms read the same
    return f"{amount} ({format_vnd_words(record.benefit_vnd)})" if large else amount
