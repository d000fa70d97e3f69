"""The empty sheet offices can fill in: headings the importer knows, notes, one example row."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from dedup.errors import BadFile
from dedup.files.labels import LABELS

COLUMNS = (
    "code",
    "title",
    "situation",
    "description",
    "novelty",
    "effect",
    "field",
    "authors",
    "unit",
    "benefit_raw",
    "filed_on",
    "first_applied_on",
    "decision_no",
    "recognised_on",
    "secret",
)
HEADINGS = LABELS | {
    "benefit_raw": "Giá trị làm lợi 01 năm (đồng)",
    "filed_on": "Ngày nộp đơn (dd/mm/yyyy)",
    "first_applied_on": "Ngày áp dụng lần đầu (dd/mm/yyyy)",
    "recognised_on": "Ngày quyết định (dd/mm/yyyy)",
    "secret": "Bí mật công nghệ (Có/Không)",
}
NOTES = (
    "Chỉ cột «Tên sáng kiến» là bắt buộc; cột nào không có thì để trống.",
    "Nhiều tác giả: mỗi người cách nhau bằng dấu chấm phẩy, có thể kèm tỷ lệ: Nguyễn Văn A (60%); Trần Thị B (40%).",
    "Giá trị làm lợi ước tính cho 01 năm; không tính được bằng tiền thì để trống và ghi hiệu quả.",
    "Ngày ghi dd/mm/yyyy; chỉ biết tháng thì ghi mm/yyyy, chỉ biết năm thì ghi yyyy.",
    "Không gộp ô, không chèn dòng tổng cộng trong bảng.",
)


def write_template(path: Path) -> None:
    """Write the empty template (.xlsx); raises BadFile where it cannot be written."""
    try:
        book = xlsxwriter.Workbook(path)
        head = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "border": 1,
                "valign": "vcenter",
                "bg_color": "#DCE6F1",
            }
        )
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("DS")
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, HEADINGS[name], head)
        sheet.set_column(0, len(COLUMNS) - 1, 22, wrap)
        sheet.set_column(1, 5, 40, wrap)
        sheet.freeze_panes(1, 2)
        secret = COLUMNS.index("secret")
        sheet.data_validation(
            1, secret, 1_048_575, secret, {"validate": "list", "source": ["Có", "Không"]}
        )
        notes = book.add_worksheet("Hướng dẫn")
        notes.set_column(0, 0, 100, wrap)
        for row, line in enumerate(NOTES):
            notes.write_string(row, 0, line)
        book.close()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise BadFile(reason=f"Không ghi được {path.name}: {error}.") from error
