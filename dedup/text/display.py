"""Numbers, money and dates as Vietnamese readers write them."""

from typing import Final

_NBSP: Final = "\u00a0"
#: unit, the smallest amount written in it, its name; 999.995.000 rounds to 1.000 triệu = 1 tỷ
_WORDS: Final = ((10**9, 10**9 - 5_000, "tỷ"), (10**6, 10**6, "triệu"))


def format_number(number: int | float, *, decimals: int = 0) -> str:
    """1234567.5 → "1.234.567,5" (`decimals` at most; trailing zeros dropped)."""
    text = f"{number:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(_VIETNAMESE)


def format_vnd(amount: int) -> str:
    """1234567 → "1.234.567 đ", joined by a no-break space."""
    return f"{amount:,}".translate(_VIETNAMESE) + f"{_NBSP}đ"


def format_vnd_words(amount: int) -> str:
    """1230000000 → "1,23 tỷ đồng", 350000000 → "350 triệu đồng"; below a million in full.

    Rounded to two decimals of the unit, halves away from zero.
    """
    size = abs(amount)
    for unit, least, name in _WORDS:
        if size >= least:
            sign = "-" if amount < 0 else ""
            whole, rest = divmod((size * 100 + unit // 2) // unit, 100)
            fraction = f",{rest:02}".rstrip("0") if rest else ""
            return f"{sign}{format_number(whole)}{fraction}{_NBSP}{name}{_NBSP}đồng"
    return f"{format_number(amount)}{_NBSP}đồng"


def format_date(iso: str) -> str:
    """A partial ISO date: "2022-03-15" → "15/03/2022", "2022-03" → "03/2022", "2022" → "2022"."""
    return "/".join(reversed(iso.split("-")))


_VIETNAMESE: Final = str.maketrans(",.", ".,")
