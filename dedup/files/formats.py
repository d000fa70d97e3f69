"""What a file is, told by its content and never by its name."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import Path

from dedup.errors import BadFile

HEAD = 64 << 10  # bytes looked at; title lines and the first records are well within


class Format(StrEnum):
    XLSX = "xlsx"  # and .xlsm
    XLS = "xls"
    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"


SAVE_AS = "xin mở bằng Excel, chọn «Lưu thành» (Save As) kiểu .xlsx rồi nhập lại"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_JSON_ARRAY = re.compile(r"\s*\[\s*(?:\{|\]\s*$)")
_JSON_OBJECT = re.compile(r"\s*\{")
_MARKUP = re.compile(
    r"\s*<(?:!doctype|html|head|body|table|meta|style|\?xml|workbook)", re.IGNORECASE
)


def sniff(path: Path) -> Format:
    """The format of a file; raises BadFile, with what to do, for one that cannot be imported."""
    head = _head(path)
    if not head.strip(b"\0 \t\r\n"):
        raise BadFile(reason="Tệp rỗng, không có dữ liệu; xin kiểm tra lại tệp đã gửi.")
    if head.startswith(b"PK"):
        return _zip_format(path)
    if head.startswith(_OLE):
        return _ole_format(path)
    if head.startswith(b"%PDF"):
        raise BadFile(reason="Đây là tệp PDF; xin gửi bảng Excel gốc (.xlsx) hoặc CSV.")
    return _text_format(head)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError as error:
        raise BadFile(reason=f"Không thấy tệp «{path.name}»; xin kiểm tra đường dẫn.") from error
    except OSError as error:
        raise BadFile(reason=f"Không mở được tệp «{path.name}»: {error.strerror}.") from error


def _zip_format(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower().lstrip("/") for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise BadFile(
            reason="Tệp Excel bị hỏng hoặc tải về chưa đủ; xin gửi lại tệp, "
            "hoặc mở bằng Excel (chọn sửa chữa) rồi lưu lại."
        ) from error
    if any(name.endswith("workbook.xml") for name in names):
        return Format.XLSX
    raise BadFile(reason=_other_zip(names))


def _other_zip(names: set[str]) -> str:
    if any(name.endswith("workbook.bin") for name in names):
        return f"Kiểu .xlsb chưa được hỗ trợ; {SAVE_AS}."
    if "content.xml" in names:
        return f"Kiểu OpenDocument chưa được hỗ trợ; {SAVE_AS}."
    if any(name.startswith("word/") for name in names):
        return "Đây là tệp Word; xin chuyển bảng sang Excel (.xlsx) hoặc CSV rồi nhập lại."
    return "Đây là tệp nén, không phải bảng tính; xin giải nén rồi nhập từng tệp bên trong."


def _ole_format(path: Path) -> Format:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise BadFile(reason=LOCKED)
    if "WordDocument".encode("utf-16-le") in content:
        raise BadFile(
            reason="Đây là tệp Word cũ (.doc); xin chuyển bảng sang Excel (.xlsx) rồi nhập lại."
        )
    return Format.XLS


LOCKED = (
    "Tệp Excel đặt mật khẩu nên không đọc được; xin mở bằng Excel, bỏ mật khẩu "
    "(Tệp → Thông tin → Bảo vệ sổ làm việc) rồi lưu và nhập lại."
)


def _text_format(head: bytes) -> Format:
    text = _rough_text(head)
    if _MARKUP.match(text):
        raise BadFile(
            reason=f"Tệp thực chất là trang web (HTML/XML) mang đuôi bảng tính; {SAVE_AS}."
        )
    if _JSON_ARRAY.match(text):
        return Format.JSON
    if _JSON_OBJECT.match(text):
        return Format.JSONL
    if "\0" in text:
        raise BadFile(
            reason="Không nhận ra kiểu tệp; chỉ nhập được .xlsx, .xlsm, .xls, .csv và .jsonl."
        )
    return Format.CSV


def _rough_text(head: bytes) -> str:
    """Enough of the text to see what it is: ASCII is the same in every 8-bit encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    for encoding in ("utf-16-le", "utf-16-be"):
        if looks_utf16(head, encoding):
            return head.decode(encoding, errors="replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def looks_utf16(head: bytes, encoding: str) -> bool:
    """Whether bytes without a mark are UTF-16: spaces and digits put zeros on one side only."""
    high = head[1::2] if encoding == "utf-16-le" else head[0::2]
    low = head[0::2] if encoding == "utf-16-le" else head[1::2]
    # Vietnamese text has 60-80 % ASCII letters, whose high byte is zero; real low bytes never are.
    return len(high) > 1 and high.count(0) > 0.4 * len(high) and low.count(0) == 0
