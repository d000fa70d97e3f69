"""The words that offices put at the head of a column, and the field each of them means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dedup import text

TITLE_FALLBACK = "noi dung sang kien"  # a title only where no other title column exists

# Folded as ``heading`` folds. Fields named "authors.x" are details of the authors in the same row;
# the field "" is known and not wanted: it keeps shorter words from claiming the column.
_SYNONYMS: dict[str, str] = {
    "code": "ma|ma so|ma sk|ma sang kien|ma ho so|ma so sang kien|so hieu",
    "title": "ten sang kien|ten giai phap|ten de tai|ten sk|ten sang kien giai phap|ten cong trinh"
    "|ten sang kien cai tien ky thuat|ten goi sang kien|noi dung sang kien",
    "situation": "tinh trang|thuc trang|hien trang|tinh trang truoc khi co sang kien|giai phap cu",
    "description": "mo ta|tom tat|noi dung|noi dung giai phap|tom tat noi dung|ban chat"
    "|mo ta sang kien|tom tat noi dung sang kien|mo ta noi dung sang kien",
    "novelty": "diem moi|tinh moi|tinh moi cua sang kien",
    "effect": "hieu qua|ket qua|loi ich|hieu qua xa hoi|hieu qua mang lai|loi ich xa hoi"
    "|hieu qua cua sang kien|hieu qua sang kien",
    "kind": "loai|loai giai phap|loai sang kien|loai hinh",
    "field": "linh vuc|linh vuc ap dung",
    "authors": "tac gia|ho va ten|ho ten|chu nhiem|dong tac gia|ten tac gia|nhom tac gia"
    "|ho va ten tac gia|ho ten tac gia|ten tac gia sang kien|nguoi thuc hien",
    "authors.birth_year": "nam sinh|ngay sinh|ngay thang nam sinh",
    "authors.phone": "dien thoai|so dien thoai|sdt|di dong",
    "authors.email": "email|e mail|thu dien tu",
    "authors.job": "chuc danh|chuc vu|nghe nghiep|chuc vu chuc danh|chuc vu tac gia",
    "authors.share": "ty le dong gop|ti le dong gop|ty le|ti le|muc do dong gop",
    "unit": "don vi|noi cong tac|cdcs|cong doan co so|ten don vi|don vi cong tac|don vi ap dung"
    "|co quan don vi|ten cdcs|ten cong doan co so|don vi tac gia",
    "benefit_raw": "gia tri lam loi|so tien lam loi|tien lam loi|hieu qua kinh te|gia tri kinh te"
    "|loi ich kinh te|so tien lam loi nam dau|gia tri lam loi trong nam|gia tri lam loi uoc tinh",
    "filed_on": "ngay nop|ngay nop don|ngay nop ho so|ngay dang ky",
    "first_applied_on": "ngay ap dung|ngay ap dung lan dau|thoi gian ap dung|thoi diem ap dung"
    "|ngay ap dung thu",
    "recognised_on": "ngay quyet dinh|ngay qd|ngay cong nhan|ngay cap|quyet dinh ngay|qd ngay"
    "|quyet dinh cong nhan ngay|ngay ra quyet dinh|ngay quyet dinh cong nhan",
    "uploaded_at": "ngay cap nhat|ngay cap nhat he thong|thoi gian cap nhat",
    "decision_no": "so qd|quyet dinh|so quyet dinh|so ngay qd|so ngay quyet dinh|qd cong nhan"
    "|so quyet dinh cong nhan|quyet dinh cong nhan|so qd ngay qd|so quyet dinh ngay"
    "|so quyet dinh ngay quyet dinh|so va ngay quyet dinh",
    "decision_level": "cap|cap cong nhan|cap sang kien|cap quyet dinh",
    "secret": "bi mat|bi mat cong nghe|bao mat",
    "attachments": "tep|file|tep dinh kem|file dinh kem",
    "year": "nam|nam ap dung|nam cong nhan",
    "": "stt|tt|so tt|so thu tu|don vi tinh|dvt|ma don vi|ma cdcs|ma nhan vien|ma so thue"
    "|nam nu|gioi tinh|ghi chu|trinh do|don vi cap tren|loi canh bao",
}
# Too common inside other headings to mean anything unless they are the whole cell.
_WHOLE_ONLY = {"ten": "title", "sang kien": "title", "de tai": "title", "giai phap": "title"}

_BY_WORDS: dict[str, str] = {
    words: name for name, listed in _SYNONYMS.items() for words in listed.split("|")
}
_LONGEST = max(len(words.split()) for words in _BY_WORDS)
_NOT_WORDS = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading means: a field ("" = known, not imported), and how much of the cell says so."""

    field: str
    words: str
    whole: bool
    coverage: float  # share of the heading that the synonym makes up, 0-1

    @property
    def rank(self) -> tuple[bool, int]:
        """Whole cells beat parts; the longest synonym wins."""
        return (self.whole, len(self.words))


def heading(cell: str) -> str:
    """A heading reduced to what is compared: repaired, folded, words and digits only."""
    return _NOT_WORDS.sub(" ", text.fold(text.repair(cell).text)).strip()


def meaning(cell: str) -> Meaning | None:
    """What a heading means by its best synonym, or None."""
    words = heading(cell)
    if words in _WHOLE_ONLY or words in _BY_WORDS:
        return Meaning(_WHOLE_ONLY.get(words) or _BY_WORDS[words], words, True, 1.0)
    found = [run for run in _runs(words.split()) if run in _BY_WORDS]
    best = max(found, key=len, default=None)
    if best is None:
        return None
    return Meaning(_BY_WORDS[best], best, False, len(best) / len(words))


def _runs(words: list[str]) -> list[str]:
    """Every run of neighbouring words no longer than the longest synonym, left to right."""
    return [
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1)
    ]
