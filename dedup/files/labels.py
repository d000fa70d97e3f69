"""The Vietnamese names of the fields, for headings, in the order sheets show them."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "code": "Mã sáng kiến",
    "title": "Tên sáng kiến",
    "situation": "Tình trạng trước khi có sáng kiến",
    "description": "Nội dung giải pháp",
    "novelty": "Điểm mới",
    "effect": "Hiệu quả (xã hội, môi trường, an toàn)",
    "kind": "Loại giải pháp",
    "field": "Lĩnh vực",
    "authors": "Tác giả",
    "unit": "Đơn vị",
    "benefit_raw": "Giá trị làm lợi (nguyên văn)",
    "benefit_vnd": "Giá trị làm lợi (01 năm)",
    "filed_on": "Ngày nộp đơn",
    "first_applied_on": "Ngày áp dụng lần đầu",
    "recognised_on": "Ngày QĐ",
    "uploaded_at": "Ngày cập nhật",
    "decision_no": "Số QĐ công nhận",
    "decision_level": "Cấp công nhận",
    "secret": "Bí mật công nghệ",
}

# Columns of a returned file: what people read, and what leads a corrected row to its record.
NOTE_COLUMN = "Lỗi/Cảnh báo"
KEY_COLUMN = "Khóa dòng (không sửa)"
