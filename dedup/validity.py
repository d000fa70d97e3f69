"""Whether a filing is in order: rules HL01-HL14 as pure checks, each with its level and its words.

The rules remark, they never change a record. Only a rule of level ``BLOCK`` keeps a row out.
What only the reader of a cell can see (HL06 and HL07 of the money's wording, HL12 of the bytes)
comes in as flags and is told here in words, like every other flag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dedup import text
from dedup.initiatives import Flag, PartialDate, Submission


class Level(StrEnum):
    """How much a remark weighs, in the words that people see."""

    BLOCK = "chặn nhập"
    FIX = "cần sửa"
    NOTE = "lưu ý"


@dataclass(frozen=True, slots=True)
class Window:
    """First application must fall inside, both days included."""

    start: date = date(2021, 9, 1)  # the programme's own limits; a setting
    end: date = date(2023, 9, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a record cannot know about itself; ``None`` leaves the rule that needs it out."""

    today: date
    window: Window | None = field(default_factory=Window)
    unit_known: bool | None = None  # whether its unit stands in the tree
    peer_median: int | None = None  # đồng a year, of comparable records


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A flag in words: what is the matter, and what to do."""

    code: str
    level: Level
    message: str
    field: str


SHORT_TITLE = 15  # characters; a title below says nothing that could be compared
OUTLIER = 1_000  # times the peers' median: the distance between đồng, nghìn and triệu
PLAUSIBLE = range(100_000, 10**13 + 1)  # đồng a year; dedup.text.money gives the reasons
SHARES_SLACK = 1.0  # percent; three thirds written as 33 % are 99 %

MESSAGES: dict[str, tuple[Level, str]] = {
    "HL01": (Level.BLOCK, "Thiếu tên sáng kiến; xin nhập tên."),
    "HL02": (Level.FIX, "Tên quá ngắn hoặc quá chung; xin nêu rõ đối tượng và giải pháp."),
    "HL03": (Level.FIX, "Ngày áp dụng nằm ngoài thời gian của chương trình; xin kiểm tra."),
    "HL04": (Level.NOTE, "Thiếu quyết định công nhận; xin bổ sung số quyết định."),
    "HL05": (Level.FIX, "Thiếu cả giá trị làm lợi lẫn hiệu quả; xin bổ sung một trong hai."),
    "HL06": (Level.FIX, "Giá trị làm lợi nghi sai đơn vị tính; xin kiểm tra đồng/triệu đồng."),
    "HL07": (Level.NOTE, "Giá trị không kê khai theo 01 năm; xin kiểm tra lại kỳ kê khai."),
    "HL08": (Level.NOTE, "Tên đơn vị chưa khớp cây tổ chức; xin chọn đơn vị."),
    "HL09": (Level.FIX, "Không có tác giả; xin bổ sung."),
    "HL10": (Level.NOTE, "Tổng tỷ lệ đóng góp khác 100%; xin kiểm tra."),
    "HL11": (Level.NOTE, "Ngày tháng bất thường (ở tương lai, hoặc quyết định trước khi áp dụng)."),
    "HL12": (Level.NOTE, "Chữ viết bằng phông cũ (TCVN3/VNI); xin xem lại chữ đã chuyển."),
    "HL13": (Level.BLOCK, "Dòng tổng cộng hoặc tiêu đề lẫn trong dữ liệu; không nhập."),
    "HL14": (Level.NOTE, "Nội dung chỉ gồm văn mẫu; xin mô tả giải pháp cụ thể."),
    "too_long": (Level.BLOCK, "Nội dung quá dài; xin rút gọn hoặc đính kèm thành tệp."),
    "wrong_type": (Level.BLOCK, "Sai kiểu dữ liệu; xin sửa."),
    "ambiguous": (Level.FIX, "Số hiểu được hai cách; xin ghi rõ, ví dụ «1.500.000 đồng»."),
    "range": (Level.NOTE, "Ghi một khoảng giá trị; xin chọn một số."),
    "approximate": (Level.NOTE, "Giá trị ước chừng."),
    "unparsed": (Level.NOTE, "Không đọc được; giữ nguyên văn, xin ghi lại cho rõ."),
    "zero": (Level.NOTE, "Giá trị bằng 0; nếu không tính được bằng tiền, xin để trống."),
    "negative": (Level.FIX, "Giá trị âm; xin kiểm tra."),
    "rounded": (Level.NOTE, "Giá trị lẻ dưới một đồng, đã làm tròn."),
    "no_money_value": (Level.NOTE, "Không tính được bằng tiền (theo lời ghi)."),
    "scientific": (Level.FIX, "Số bị Excel đổi dạng (9.12E+08); xin nhập lại dạng văn bản."),
    "homoglyph": (Level.FIX, "Chữ O hoặc l lẫn trong số; xin gõ lại."),
    "currency": (Level.FIX, "Không phải tiền đồng; xin quy đổi."),
    "impossible": (Level.FIX, "Ngày không có thật; xin kiểm tra."),
    "serial": (Level.FIX, "Ngày bị Excel đổi thành số; xin định dạng lại ô kiểu ngày."),
    "excel_date": (Level.FIX, "Ô bị Excel đổi thành ngày (1-Sep), mất năm; xin nhập lại."),
    "two_digit_year": (Level.FIX, "Năm chỉ ghi hai chữ số; xin ghi đủ bốn."),
    "quarter": (Level.NOTE, "Chỉ ghi quý; tính theo năm."),
    "carried": (Level.NOTE, "Ô trống hoặc «như trên»: lấy theo dòng trên."),
    "from_group": (Level.NOTE, "Đơn vị lấy theo dòng nhóm hoặc phần đầu bảng."),
    "joined_rows": (Level.NOTE, "Tác giả ghi ở nhiều dòng, đã gộp vào hồ sơ này."),
    "uncached": (Level.FIX, "Ô công thức chưa có kết quả; xin mở bằng Excel, lưu rồi nhập lại."),
    "cell_error": (Level.FIX, "Ô công thức báo lỗi; xin sửa công thức."),
    "unfinished_typing": (Level.NOTE, "Chữ gõ dở (thieets, thie61t); xin gõ lại."),
}


def check(submission: Submission, circumstances: Circumstances) -> tuple[Flag, ...]:
    """The rules that a submission breaks, by code; those it already carries are not repeated."""
    carried = {flag.code for flag in submission.flags}
    found = (flag for rule in RULES for flag in rule(submission, circumstances))
    return tuple(flag for flag in found if flag.code not in carried)


def remark(flag: Flag) -> Remark:
    """A flag in words; one that has no words of its own is told as it is."""
    level, words = MESSAGES.get(flag.code, (Level.NOTE, f"Cần xem lại ({flag.code})."))
    seen = f" Đã ghi: «{flag.detail[:80]}»." if flag.detail else ""
    return Remark(code=flag.code, level=level, message=words + seen, field=flag.field)


def is_total_or_heading(title: str) -> bool:
    """Whether a title is a total line or a column heading that strayed into the data (HL13)."""
    return bool(_STRAY.fullmatch(text.fold(title)))


_STRAY = re.compile(  # folded text has no punctuation
    r"(?:tong cong|tong so|tong|cong|luy ke|cong don|tong cong don)"
    r"(?: sang kien| toan .{0,30})?(?: \d[\d ]*)?(?: sang kien)?"
    r"|ten sang kien|ten giai phap|ten de tai|noi dung sang kien|stt"
)
_GENERIC = re.compile(
    r"(?:(?:sang kien|cai tien|ky thuat|giai phap|de tai|quan ly|tac nghiep|hop ly hoa|san xuat|"
    r"nam|so|cua|va|don vi|cong ty|moi|\d+|hieu qua|nang cao)\b\W*)*"
)
# What forms and reports say of any initiative; no object, no means.
_BOILERPLATE = re.compile(
    "|".join(
        (
            "nang cao (?:nang suat|chat luong|hieu qua|y thuc|trinh do)(?: (?:lao dong|san xuat|san pham|cong viec|cong tac))?",
            "giam (?:chi phi|thoi gian|nhan cong|suc lao dong|gia thanh)(?: san xuat| san pham)?",
            "cai thien (?:dieu kien|moi truong) (?:lam viec|lao dong)(?: cho nguoi lao dong)?",
            "tiet kiem (?:chi phi|thoi gian|nguyen vat lieu|vat tu)",
            "dam bao (?:an toan|chat luong|tien do)(?: lao dong| san xuat)?",
            "tang (?:nang suat|doanh thu|loi nhuan|thu nhap)(?: lao dong| cho nguoi lao dong)?",
            "gop phan (?:hoan thanh|thuc hien) (?:tot )?(?:nhiem vu|ke hoach)",
            "de ap dung|co tinh kha thi(?: cao)?|duoc ap dung(?: rong rai)?",
            "mo ta|noi dung|sang kien|giai phap|hieu qua|tinh moi|diem moi|tinh trang",
            "va|cho|nguoi lao dong|don vi|cong ty|trong|cua|cac|duoc|mang lai",
        )
    )
)
_LEFT_OVER = 4  # words beyond the boilerplate: fewer name no object and no means

Rule = Callable[[Submission, Circumstances], Iterator[Flag]]


def _title(record: Submission, _: Circumstances) -> Iterator[Flag]:
    if not text.canonical(record.title):
        yield Flag(code="HL01", field="title")
        return
    if is_total_or_heading(record.title):
        yield Flag(code="HL13", field="title", detail=record.title)
    elif len(record.title.strip()) < SHORT_TITLE or _GENERIC.fullmatch(text.fold(record.title)):
        yield Flag(code="HL02", field="title", detail=record.title)


def _window(record: Submission, around: Circumstances) -> Iterator[Flag]:
    """A month or a year is outside only where no day of it is inside."""
    applied, window = record.first_applied_on, around.window
    if applied is None or window is None:
        return
    if applied.latest() < window.start or applied.earliest() > window.end:
        yield Flag(code="HL03", field="first_applied_on", detail=_shown(applied))


def _recognition(record: Submission, _: Circumstances) -> Iterator[Flag]:
    if not record.decision_no.strip() and record.recognised_on is None:
        yield Flag(code="HL04", field="decision_no")


def _benefit(record: Submission, around: Circumstances) -> Iterator[Flag]:
    amount = record.benefit_vnd
    if amount is None:
        if not record.benefit_raw.strip(" -") and not record.effect.strip():
            yield Flag(code="HL05", field="benefit_raw")
        return
    if amount and (amount not in PLAUSIBLE or _outlying(amount, around.peer_median)):
        yield Flag(code="HL06", field="benefit_raw", detail=text.format_vnd(amount))


def _outlying(amount: int, median: int | None) -> bool:
    return bool(median) and not median / OUTLIER < amount < median * OUTLIER  # type: ignore[operator]


def _unit(record: Submission, around: Circumstances) -> Iterator[Flag]:
    if around.unit_known is False:
        yield Flag(code="HL08", field="unit", detail=record.unit)


def _authors(record: Submission, _: Circumstances) -> Iterator[Flag]:
    if not record.authors:
        yield Flag(code="HL09", field="authors")
        return
    shares = [author.share for author in record.authors if author.share is not None]
    if shares and abs(sum(shares) - 100) > SHARES_SLACK:
        yield Flag(code="HL10", field="authors", detail=f"{sum(shares):g}%")


def _dates(record: Submission, around: Circumstances) -> Iterator[Flag]:
    for name in ("filed_on", "first_applied_on", "recognised_on"):
        value: PartialDate | None = getattr(record, name)
        if value is not None and value.earliest() > around.today:
            yield Flag(code="HL11", field=name, detail=_shown(value))
            return
    decided, applied = record.recognised_on, record.first_applied_on
    if decided and applied and decided.latest() < applied.earliest():
        yield Flag(code="HL11", field="recognised_on", detail=_shown(decided))


def _content(record: Submission, _: Circumstances) -> Iterator[Flag]:
    content = record.content
    # A long text is never boilerplate alone, and folding it would cost more than it tells.
    if not content.strip() or len(content) > 2_000:
        return
    left = _BOILERPLATE.sub(" ", text.fold(content))
    if len(re.findall(r"\w+", left)) < _LEFT_OVER:
        yield Flag(code="HL14", field="description", detail=content)


def _shown(value: PartialDate) -> str:
    return "/".join(reversed(value.iso.split("-")))


RULES: tuple[Rule, ...] = (
    _title,
    _window,
    _recognition,
    _benefit,
    _unit,
    _authors,
    _dates,
    _content,
)
