"""What is typed into a search finds the titles it means, with marks or without."""

import pytest

from dedup.text import found, search_key, sought


def finds(query: str, title: str) -> bool:
    return found(search_key(title), sought(query))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("thiet bi do", "Thiết bị đo pH nước thải"),
        ("THIẾT BỊ", "Thiết bị đo pH nước thải"),
        ("do ph", "Thiết bị đo pH nước thải"),
        ("hoa giai", "Hoà giải ở cơ sở"),
        ("ki thuat", "Cải tiến kỹ thuật hàn ống"),
        ("ky thuat", "Cải tiến kĩ thuật hàn ống"),
        ("110 kv", "Sửa chữa lưới 110kV"),
        ("110kv", "Sửa chữa lưới 110 kV"),
        # short forms, as they stand and as they are meant
        ("sua tba", "Sửa chữa TBA 110kV"),
        ("tram bien ap", "Sửa chữa TBA 110kV"),
        ("TBA", "Sửa chữa trạm biến áp 110kV"),
        ("tba", "Sửa chữa trạm biến áp 110kV"),
        ("bhld", "Cấp phát BHLĐ"),
        ("bhld", "Cấp phát bảo hộ lao động"),
        ("cty cp supe", "Công ty cổ phần Supe"),
        ("cong ty cp supe", "Cty CP Supe"),
        ("TI", "Thay máy biến dòng điện trung thế"),
        ("mba", "Lắp MBA 250 kVA ở trạm điện"),
        ("MBA 250kVA", "Lắp máy biến áp 250 kVA"),
        # labels that a comparison leaves out
        ("giai phap bom nuoc", "Giải pháp: Bơm nước tự động"),
        ("sang kien may ep", "Sáng kiến: cải tiến máy ép"),
        ("bom nuoc", "1. Bơm nước"),
        ("Giải pháp: bơm", "Bơm nước tự động"),
        # the keyboard slipped
        ("thieets bij", "Thiết bị đo pH nước thải"),
        ("thie61t bi5", "Thiết bị đo pH nước thải"),
        ("hệ thôngs điệnj", "Hệ thống điện"),
        ("thiet bi", "Cai tieens thieets bij hàn"),
        ("cải tiến thiết bị", "Cai tieens thieets bij hàn"),
        ("thieets bij", "Cai tieens thieets bij hàn"),
        # codes and their signs
        ("sk/01-2022", "SK/01-2022 băng tải"),
        ("ct-2022-000012", "CT-2022-000012 Cải tiến béc phun"),
        ("100%", "Thu hồi 100 % nước"),
        ("", "Bơm nước"),
        ("!?", "Bơm nước"),
    ],
)
def test_a_title_is_found_by_what_is_typed(query: str, title: str) -> None:
    assert finds(query, title)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("bom dau", "Bơm nước tự động"),
        ("thieets keees", "Thiết bị đo pH nước thải"),
        ("tba", "Trạm bơm áp lực cao"),
        ("vt", "Thay máy biến điện áp"),
        ("1%0", "Thu hồi 100 % nước"),
    ],
)
def test_what_is_not_meant_is_not_found(query: str, title: str) -> None:
    assert not finds(query, title)


def test_a_title_without_odd_words_has_a_key_no_longer_than_itself() -> None:
    assert search_key("SK01 Cải tiến bơm nước") == "sk01 cai tien bom nuoc"
