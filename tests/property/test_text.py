"""The text room is total and idempotent, and never loses the way back to the original."""

import datetime as dt
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.text import (
    Charset,
    align,
    canonical,
    fingerprint,
    fold,
    found,
    header_unit,
    name_key,
    parse_date,
    parse_money,
    parse_timestamp,
    person_sort_key,
    repair,
    repair_text,
    search_key,
    sentence_spans,
    sentences,
    sort_key_vi,
    sought,
    split_authors,
    syllable_spans,
    syllables,
    unfinished_typing,
)
from dedup.text.charsets import encode
from dedup.text.repair import repair_traced
from dedup.text.spelling import is_syllable
from dedup.text.tones import one_spelling
from dedup.text.tracing import Traced

# No deadline: a busy machine is not a failure.
unhurried = settings(deadline=None)

_WORDS = """
giải pháp cải tiến hệ thống bơm nước làm mát lò hơi chế tạo dụng cụ tháo lắp chì ống từ xa bằng
sào cách điện xây dựng phần mềm quản lý lịch sử vận hành máy biến áp phân phối mã tối ưu chế độ
thổi bụi nhằm giảm suất tiêu hao than thu hồi bột giấy trắng thiết bị tuyển nổi tự sắp xếp lại
chuyền may theo cụm chữ để cân nhịp sản xuất hàng ứng dụng kiểm tra phát nhiệt mối nối trên
đường dây vỡ vụn cục người lao động đoàn viên khó khăn công cơ sở tuyến băng tải tự động gương
độc đạo khuẩn cổng nhà khoẻ hoà thuỷ kỹ lý quý ủy thỏa ước
"""
VOCABULARY = _WORDS.split()
LEGACY = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾×÷ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ"
AWKWARD = (
    "\x00\x0b\x1c\x1f\x85\xa0\u200b\u200d\u202e\u2028\ufeff\ud800\udfff\u0301\u0323\u031b\u0328\u1161\uac00"
    "'_x0D0d.,:;-–()%°0159²³½①ªﬁＡſıİßǅ⒈ﷺ🙂\n\r\t aeouydtnhgcmkvKVMBACPtyĐđÐð"
)
SNIPPETS = (
    "MBA", "CP", "Cty CP", "CBCNV", "tr.đ", "KH&CN", "1. ", "- ", "STT 5. ", "Tên sáng kiến: ", " kV",
    "110 kV", "°C", " %", "_x000D_", "Gi¶i ph¸p", "phaùp caûi", "Seán", "haï", "điện", "hoà", "quí",
    "SO₂", "\xad", "'", "m×n", "Ø21", "«", "»",
)  # fmt: skip

anything = st.text(st.characters(codec=None)) | st.text(
    st.characters(categories=["L", "M", "N", "Cs"])
)
awkward = st.lists(
    st.text(AWKWARD + LEGACY, max_size=6) | st.sampled_from(SNIPPETS) | st.sampled_from(VOCABULARY),
    max_size=12,
).map("".join) | st.lists(
    st.text(AWKWARD + LEGACY, max_size=6) | st.sampled_from(SNIPPETS) | st.sampled_from(VOCABULARY),
    max_size=12,
).map(" ".join)
texts = anything | awkward
# A sentence: a cell of a few words may hold too little evidence, and is then only marked.
vietnamese = st.lists(st.sampled_from(VOCABULARY), min_size=12, max_size=30, unique=True).map(
    " ".join
)
cells = (
    texts | st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes()
)
charsets = st.sampled_from(Charset)


@unhurried
@given(texts)
def test_repair_is_idempotent_and_composed(text: str) -> None:
    once = repair(text).text
    assert repair(once).text == once == repair_text(text)
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\x00\r\xa0\xad\u200b\ufeff\ud800\udfff")


@unhurried
@given(texts)
def test_traced_repair_gives_the_same_text(text: str) -> None:
    assert repair_traced(Traced.of(text)).text == repair_text(text)


@unhurried
@given(texts)
def test_canonical_is_idempotent_and_composed(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())


@unhurried
@given(texts)
def test_repair_does_not_change_the_canonical_form(text: str) -> None:
    assert canonical(repair_text(text)) == canonical(text)


@unhurried
@given(texts)
def test_the_aligned_form_is_the_canonical_form_and_its_spans_are_in_order(text: str) -> None:
    aligned = align(text)
    assert aligned.text == canonical(text)
    assert aligned.offsets.shape == (len(aligned.text), 2)
    starts, ends = aligned.offsets.T.tolist()
    assert all(0 <= start <= end <= len(text) for start, end in zip(starts, ends, strict=True))
    assert starts == sorted(starts)
    assert ends == sorted(ends)


@unhurried
@given(texts)
def test_a_letter_of_the_form_is_never_painted_on_nothing(text: str) -> None:
    aligned = align(text)
    assert all(
        start < end
        for letter, (start, end) in zip(aligned.text, aligned.offsets.tolist(), strict=True)
        if letter != " "
    )


@unhurried
@given(texts)
def test_folding_leaves_no_combining_mark_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert not any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", folded))
    assert "đ" not in folded


@unhurried
@given(vietnamese, charsets)
def test_a_legacy_sentence_is_given_back(sentence: str, charset: Charset) -> None:
    repaired = repair(encode(sentence, charset))
    assert repaired.text == sentence
    assert repaired.charset is (None if sentence.isascii() else charset)


@unhurried
@given(vietnamese, charsets)
def test_a_legacy_sentence_in_capitals_is_given_back_but_for_case(
    sentence: str, charset: Charset
) -> None:
    assert repair(encode(sentence.upper(), charset)).text.lower() == sentence


@unhurried
@given(vietnamese, st.sampled_from([str, str.upper, str.title, str.capitalize]))
def test_valid_vietnamese_is_never_changed(sentence: str, case: object) -> None:
    assert callable(case)
    written = case(sentence)
    assert repair(written).text == written
    assert repair(written).charset is None
    assert repair(unicodedata.normalize("NFD", written)).text == written


@unhurried
@given(vietnamese)
def test_canonical_knows_one_form_for_all_writings(sentence: str) -> None:
    form = canonical(sentence)
    assert canonical(sentence.upper()) == form
    assert canonical(unicodedata.normalize("NFD", sentence)) == form
    assert canonical(f"1. “{sentence}”.") == form
    assert canonical(encode(sentence, Charset.TCVN3)) == form


@unhurried
@given(
    st.sampled_from(VOCABULARY) | st.text("aoeuyqhtkòóọỏõàáạảãùúụủũèéẻẽẹỳýỷỹỵiìíỉĩị", max_size=7)
)
def test_one_spelling_is_stable_and_keeps_syllables_well_formed(word: str) -> None:
    once = one_spelling(word)
    assert one_spelling(once) == once
    assert not is_syllable(word) or is_syllable(once)


@unhurried
@given(texts, texts)
def test_fingerprints_agree_exactly_where_the_forms_do(one: str, other: str) -> None:
    same = canonical(one) == canonical(other)
    assert (fingerprint(one) == fingerprint(other)) == same


@unhurried
@given(texts)
def test_a_text_is_found_by_itself_whatever_it_holds(text: str) -> None:
    assert found(search_key(text), sought(text))


@unhurried
@given(vietnamese, st.sampled_from([str, str.upper, str.title]))
def test_a_sentence_is_found_without_its_marks_and_the_other_way_round(
    sentence: str, case: Callable[[str], str]
) -> None:
    bare = "".join(
        c for c in unicodedata.normalize("NFD", sentence) if not unicodedata.combining(c)
    )
    bare = case(bare.replace("đ", "d"))
    assert found(search_key(sentence), sought(bare))
    assert found(search_key(bare), sought(sentence))


@unhurried
@given(texts)
def test_spans_are_where_they_say(text: str) -> None:
    for span in [*syllable_spans(text), *sentence_spans(text)]:
        assert span.text == text[span.start : span.end] != ""


@unhurried
@given(cells)
@example(10**5000)
@example(float("inf"))
def test_money_is_total_and_whole(cell: object) -> None:
    money = parse_money(cell, header_unit=10**6)
    assert money.amount is None or money.amount >= 0
    assert money.amount is None or not {"range", "ambiguous", "unparsed"} & set(money.flags)
    assert money.amount is not None or money.flags


@unhurried
@given(cells)
@example(10**5000)
def test_dates_are_total_and_real(cell: object) -> None:
    for parsed in (parse_date(cell), parse_timestamp(cell)):
        if parsed.value is None:
            assert parsed.flags
        else:
            full = parsed.value + "0000-01-01"[len(parsed.value) :]
            assert dt.datetime.fromisoformat(full).year >= 1900


@unhurried
@given(st.integers(0, 10**13))
def test_money_written_in_full_is_read_back(amount: int) -> None:
    written = f"{amount:,}".replace(",", ".")
    parsed = parse_money(written)
    assert parsed.amount == amount or "ambiguous" in parsed.flags
    assert "ambiguous" not in parsed.flags or written.count(".") == 1


@unhurried
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_a_day_written_the_vietnamese_way_is_read_back(day: dt.date) -> None:
    assert parse_date(f"{day:%d/%m/%Y}").value == day.isoformat()
    assert parse_date(f"ngày {day:%d} tháng {day:%m} năm {day:%Y}").value == day.isoformat()


@unhurried
@given(texts)
def test_names_headers_and_keys_are_total(text: str) -> None:
    assert all(name.strip() for name in split_authors(text))
    assert header_unit(text) is None or header_unit(text) in {1, 10**3, 10**6, 10**9, 10**12}
    assert unfinished_typing(text) in {None, "telex", "vni"}
    assert name_key(name_key(text)) == name_key(text)
    assert "\x00" not in sort_key_vi(text) + person_sort_key(text)


@pytest.mark.parametrize(
    "unit", ["x", " ", ".", "\xad", "¶", "1", "'", "\u0301", "1. ", "_x000D_", "aù", "(", ";"]
)
def test_a_long_run_of_anything_is_read_in_one_pass(unit: str) -> None:
    # 50,000 of them: anything that looks back at what it has read would not end here.
    run = unit * 50_000
    form = canonical(run)
    assert canonical(form) == form == align(run).text
    assert "".join(sentences(run + "z"))[-1] == syllables(run + " z")[-1][-1] == "z"
    assert len(split_authors(f"{run};z")) >= 1
    assert sort_key_vi(run) <= sort_key_vi(run + "z")
