"""The pages over a small archive: what they show, what they refuse, what never leaves them."""

from __future__ import annotations

import dataclasses
import html
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.pages import words
from api.pages.comparing import earlier_in_words
from api.pages.marking import Run, marked
from api.pages.rendering import format_percent, format_weight, shown
from dedup.bootstrap import Application
from dedup.initiatives import (
    Band,
    Evidence,
    ImportId,
    Initiative,
    Pair,
    PartialDate,
    Relation,
    Span,
    Suggestion,
    Verdict,
)
from dedup.jobs.deciding import Opinion
from dedup.jobs.rescanning import RescanOptions
from dedup.ports import SuggestionFilter
from tests.asking import NAME, until
from tests.browser import archive

BASE = "http://127.0.0.1:8000"
PAGE = {"accept": "text/html", "origin": BASE}


class Office:
    """A browser without scripts over a small archive."""

    def __init__(self, application: Application, client: TestClient) -> None:
        self.service = application.deduplicator
        self.client = client
        self.records = archive.by_name(self.service)

    def pair(self, one: str, other: str) -> Pair:
        return Pair.of(self.records[one].id, self.records[other].id)

    def get(self, address: str, status: int = 200) -> str:
        response = self.client.get(address, headers=PAGE)
        assert response.status_code == status
        return response.text

    def send(self, address: str, status: int, **form: str) -> str:
        """The page that answers, or the address it sends on to."""
        response = self.client.post(address, data=form, headers=PAGE, follow_redirects=False)
        assert response.status_code == status
        return response.headers["location"] if status == 303 else response.text

    def queue(self, **where: Any) -> list[Suggestion]:
        """The oracle: what the service itself has to be looked at, in its order."""
        return list(self.service.suggestions(SuggestionFilter(**where)))

    def form(self, pair: Pair, **more: str) -> dict[str, str]:
        left, right = self.service.view(pair).seen
        return {"seen_left": left, "seen_right": right, "verdict": "TRUNG"} | more

    def wait_ready(self) -> None:
        assert self.client.app.state.holder.ready.wait(60)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    archive.fill(folder)
    return folder


@pytest.fixture(scope="module")
def reading(stocked: Path) -> Iterator[Office]:
    """For tests that only read; they share it."""
    with at_work(stocked) as office:
        yield office


@pytest.fixture
def office(tmp_path: Path, stocked: Path) -> Iterator[Office]:
    """For tests that write: an archive of their own."""
    shutil.copytree(stocked, tmp_path, dirs_exist_ok=True)
    with at_work(tmp_path) as office:
        yield office


@contextmanager
def at_work(folder: Path) -> Iterator[Office]:
    settings, application = archive.opened(folder)
    with TestClient(create_app(settings, application), base_url=BASE) as client:
        client.cookies.set("sangkien", archive.signed_in(application))
        yield Office(application, client)


def address(pair: Pair) -> str:
    return f"/pairs/{pair.left}/{pair.right}"


def plain(page: str) -> str:
    """The page's words as a reader meets them; a mark does not part a word."""
    unmarked = re.sub(r"</?mark[^>]*>", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", unmarked)).split())


def test_the_queue_names_level_relation_titles_units_and_reasons(reading: Office) -> None:
    text = plain(reading.get("/"))
    counts = Counter(suggestion.band for suggestion in reading.queue())

    assert (
        f"{counts.total()} cặp chờ kết luận: rất cao {counts[Band.SAME_TEXT]}, "
        f"cao {counts[Band.LIKELY]}, trung bình {counts[Band.POSSIBLE]}."
    ) in text
    assert "Mức nghi trùng: Rất cao Trùng hệt Cặp #3 – #4" in text
    for suggestion in reading.queue():
        level, relation = words.LEVELS[suggestion.band], words.RELATIONS[suggestion.relation]
        assert f"{level.icon} Mức nghi trùng: {level.name} {relation} Cặp #" in text
    assert archive.NOZZLE.title in text
    assert archive.NOZZLE_COPY.unit in text
    assert "giống: Cùng giá trị làm lợi" in text


def test_the_queue_is_narrowed_by_level_and_relation_in_the_address(reading: Office) -> None:
    same, copies = reading.get("/?band=SAME_TEXT"), reading.get("/?relation=EDITED_COPY")

    assert pairs_in(same) == {reading.pair("sleeve", "sleeve again")}
    edited = reading.queue(relations=(Relation.EDITED_COPY,))
    assert pairs_in(copies) == {suggestion.pair for suggestion in edited}
    assert edited
    assert '<option value="SAME_TEXT" selected>' in same


def test_a_filter_nobody_offered_is_refused_with_a_page(reading: Office) -> None:
    assert "Bộ lọc trong địa chỉ không đúng" in reading.get("/?band=DUPLICATE", 422)
    assert "Con trỏ trang không hợp lệ" in reading.get("/?cursor=abc", 422)


def test_pages_of_the_queue_follow_one_another_without_gap_or_repeat(
    reading: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = [suggestion.pair for suggestion in reading.queue()]
    monkeypatch.setattr("api.pages.queue.A_PAGE", len(pairs) - 1)
    first = pairs_in(reading.get("/"))
    onwards = re.search(r'rel="next" href="([^"]+)"', reading.get("/?show=all"))
    assert onwards

    last = reading.get(html.unescape(onwards[1]))

    assert first == set(pairs[:-1])
    assert pairs_in(last) == {pairs[-1]}
    assert 'rel="next"' not in last
    assert parse_qs(urlsplit(html.unescape(onwards[1])).query)["show"] == ["all"]


def test_an_empty_queue_says_so_and_shows_the_way_back(reading: Office) -> None:
    page = reading.get("/?band=SAME_TEXT&relation=FOLLOW_UP")

    assert words.NOTHING_FOUND in page
    assert "Bỏ bộ lọc" in page


def test_two_records_stand_side_by_side_field_by_field(reading: Office) -> None:
    text = plain(reading.get(address(reading.pair("nozzle", "nozzle copy"))))

    assert "Nguyễn Văn An, Kỹ sư hóa, 60 % Trần Thị Lan, 40 %" in text
    assert "125/QĐ-NPK ngày 10/05/2022" in text
    assert "350.000.000 đ (350 triệu đồng)" in text
    assert "Hồ sơ A có trước. A: nộp đơn 20/02/2022; B: áp dụng lần đầu 06/2022." in text
    [copied] = [s for s in reading.queue() if s.pair == reading.pair("nozzle", "nozzle copy")]
    assert f"Gợi ý: {words.RELATIONS[copied.relation].lower()}" in text
    assert "Khác đơn vị" in text


def test_matched_passages_are_marked_on_the_original_text(reading: Office) -> None:
    page = reading.get(address(reading.pair("nozzle", "nozzle copy")))

    assert "<mark>Thay béc phun một lỗ bằng béc hai dòng, tự làm sạch bằng khí nén</mark>" in page
    assert '<mark class="different"><span class="hidden">khác: </span>5 bar</mark>' in page
    assert '<mark class="different"><span class="hidden">khác: </span>7 bar</mark>' in page


def test_reasons_stand_with_their_weights_and_the_probability(reading: Office) -> None:
    pair = reading.pair("nozzle", "nozzle copy")
    text = plain(reading.get(address(pair)))
    suggestion = reading.service.view(pair).suggestion
    assert suggestion

    for item in suggestion.evidence:
        assert format_weight(item.weight) in text
    assert f"ra xác suất {format_percent(suggestion.score)}".replace("\u00a0", " ") in text
    assert "Cùng giá trị làm lợi: 350.000.000 đồng tham khảo" in text


def test_any_two_records_may_be_compared_and_one_with_itself_may_not(reading: Office) -> None:
    far = plain(reading.get(address(reading.pair("fan", "sleeve"))))

    assert "Điểm khác" in far
    assert "Gợi ý:" not in far
    assert "Một hồ sơ không thể so với chính nó" in reading.get("/pairs/1/1", 422)


def test_personal_fields_never_leave(reading: Office) -> None:
    nozzle = reading.pair("nozzle", "nozzle copy")
    for page in (
        reading.get("/"),
        reading.get(address(nozzle)),
        checked(reading, archive.NOZZLE.title),
    ):
        assert archive.PRIVATE_PHONE not in page
        assert archive.PRIVATE_MAIL not in page
        assert str(archive.PRIVATE_YEAR) not in page


def test_a_technology_secret_shows_title_and_effect_only(reading: Office) -> None:
    page = reading.get(address(reading.pair("secret", "secret copy")))

    assert archive.SECRET.effect in page
    assert "Bí mật công nghệ: chỉ hiện tên và hiệu quả." in page
    for word in ("talc", "stearic", "tám mươi", "hai giờ", "một giờ"):
        assert word not in page


def test_no_mark_on_an_open_text_shows_what_a_secret_says_too(office: Office) -> None:
    told = dataclasses.replace(archive.SECRET_COPY, secret=False)
    open_one = office.service.filer.file(told).initiative
    page = office.get(address(Pair.of(office.records["secret"].id, open_one.id)))
    [content] = re.findall(r"<tr[^>]*>\s*<th[^>]*>Nội dung giải pháp.*?</tr>", page, re.DOTALL)

    assert "stearic" in content
    assert "<mark" not in content
    assert "<mark" in page


def test_texts_are_inert_wherever_they_come_from(office: Office) -> None:
    pair = office.pair("hostile", "hostile copy")
    note = f"{archive.TRICK}\u202eLan\x00\x07"
    office.send(f"{address(pair)}/decisions", 303, **office.form(pair, note=note, reason=note))

    for page in (
        office.get("/?show=all&saved=" + archive.TRICK),
        office.get(f"{address(pair)}?x=%22%3E{archive.TRICK}&saved={pair.left}-{pair.right}"),
        checked(office, archive.TRICK + archive.HOSTILE.title + "\u202e"),
    ):
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00-\x08]", page)
        assert not re.search(r"<[^>]*\son\w+=|\sstyle=|<style", page)


def test_a_verdict_is_saved_and_the_next_pair_comes_with_word_of_it(office: Office) -> None:
    pair, following, *others = (suggestion.pair for suggestion in office.queue())

    onwards = office.send(
        f"{address(pair)}/decisions", 303, **office.form(pair, reason="Nhập hai lần")
    )
    said = office.service.decider.history(pair)
    text = plain(office.get(onwards))

    assert [(d.verdict, d.reviewer, d.reason, d.live) for d in said] == [
        (Verdict.TRUNG, NAME, "Nhập hai lần", True)
    ]
    assert urlsplit(onwards).path == address(following)
    assert "Đã lưu." in text
    assert f"«Trùng – giữ 1 hồ sơ đại diện». Còn {len(others) + 1} cặp chờ xem xét." in text


def test_the_next_pair_keeps_to_the_filter_and_the_last_one_leads_to_the_list(
    office: Office,
) -> None:
    pair = office.pair("sleeve", "sleeve again")

    onwards = office.send(f"{address(pair)}/decisions", 303, **office.form(pair, band="SAME_TEXT"))

    assert urlsplit(onwards).path == "/"
    assert parse_qs(urlsplit(onwards).query)["band"] == ["SAME_TEXT"]
    assert "Đã lưu." in office.get(onwards)


def test_after_the_last_pair_of_the_queue_its_beginning_follows(office: Office) -> None:
    first, *_, last = (suggestion.pair for suggestion in office.queue())

    onwards = office.send(f"{address(last)}/decisions", 303, **office.form(last))

    assert urlsplit(onwards).path == address(first)


def test_undo_withdraws_the_verdict_and_keeps_it_in_the_history(office: Office) -> None:
    pair = office.pair("sleeve", "sleeve again")
    office.send(f"{address(pair)}/decisions", 303, **office.form(pair))

    back = office.send(f"{address(pair)}/undo", 303)
    text = plain(office.get(back))

    assert [d.verdict for d in office.service.decider.history(pair)] == [Verdict.TRUNG, None]
    assert "Đã hoàn tác." in text
    assert "Rút lại kết luận (hoàn tác)" in text
    assert pair in pairs_in(office.get("/"))


def test_nothing_is_undone_twice(office: Office) -> None:
    pair = office.pair("sleeve", "sleeve again")
    assert "chưa có kết luận nào để hoàn tác" in office.send(f"{address(pair)}/undo", 404)
    office.send(f"{address(pair)}/decisions", 303, **office.form(pair))
    office.send(f"{address(pair)}/undo", 303)
    office.send(f"{address(pair)}/undo", 404)
    assert len(office.service.decider.history(pair)) == 2


def test_a_stale_form_is_refused_with_a_page_that_keeps_what_was_typed(office: Office) -> None:
    pair = office.pair("nozzle", "nozzle copy")
    form = office.form(pair, note="Đã gọi điện cho đơn vị", verdict="TRUNG")
    before = office.records["nozzle"]
    changed = replace(archive.NOZZLE, description="Thay cả máy tạo hạt.")
    office.service.filer.edit(before.id, changed, expected_version=before.version, by="Minh")

    page = office.send(f"{address(pair)}/decisions", 409, **form)

    assert "Văn bản của cặp này đã thay đổi" in page
    assert "Đã gọi điện cho đơn vị" in page
    assert "Thay cả máy tạo hạt." in plain(page)
    assert " checked" not in page
    assert office.service.decider.history(pair) == []
    office.send(f"{address(pair)}/decisions", 303, **office.form(pair))


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"verdict": ""}, "Chưa chọn kết luận"),
        ({"verdict": "XOA"}, "Chưa chọn kết luận"),
    ],
)
def test_an_incomplete_verdict_comes_back_with_what_is_missing(
    reading: Office, form: dict[str, str], told: str
) -> None:
    pair = reading.pair("nozzle", "nozzle copy")

    page = reading.send(
        f"{address(pair)}/decisions", 422, **reading.form(pair, note="giữ lại", **form)
    )

    assert told in page
    assert "giữ lại" in page
    assert reading.service.decider.history(pair) == []


def test_a_contradiction_names_the_pairs_it_stands_against(office: Office) -> None:
    a, b, c = (office.records[name].id for name in ("fan", "pump", "sleeve"))
    for one, other in ((a, b), (b, c)):
        office.service.decider.decide(
            Opinion(pair=Pair.of(one, other), verdict=Verdict.TRUNG, by="Lan")
        )
    apart = Pair.of(a, c)

    page = office.send(
        f"{address(apart)}/decisions", 409, **office.form(apart, verdict="KHONG_TRUNG")
    )

    assert "trái với kết luận" in page
    assert f'href="{address(Pair.of(a, b))}"' in page
    assert f'href="{address(Pair.of(b, c))}"' in page
    assert '<input type="radio" name="verdict" value="KHONG_TRUNG" required checked>' in page


def test_a_check_finds_what_is_near_and_accuses_nobody(reading: Office) -> None:
    page = checked(reading, archive.NOZZLE.title, archive.NOZZLE.content, unit=archive.SUPE)
    text = plain(page)

    assert "Sáng kiến này có nội dung gần với « Cải tiến béc phun" in text
    assert f"đã cập nhật ngày 30/05/2022 tại {archive.SUPE}" in text
    assert words.ADVICE in text
    assert reading.service.status().records == len(archive.RECORDS)


def test_a_check_answers_for_the_unit_and_for_elsewhere(reading: Office) -> None:
    asked = (archive.NOZZLE.title, archive.NOZZLE.content)

    at_home = plain(checked(reading, *asked, unit=archive.SUPE))
    abroad = plain(checked(reading, *asked, unit="CĐCS Công ty khác"))
    nowhere = plain(checked(reading, *asked))

    assert words.IN_UNIT[0] in at_home
    assert words.ELSEWHERE[0] in at_home
    assert words.IN_UNIT[1] in abroad
    assert words.ELSEWHERE[0] in abroad
    assert words.UNIT_NOT_NAMED in nowhere
    for page in (at_home, abroad, nowhere):
        assert words.NOVELTY_LIMIT in page
        assert not any(word in page for word in ("vi phạm", "gian lận"))


def test_a_check_of_something_new_finds_nothing(reading: Office) -> None:
    page = checked(
        reading, "Tổ chức bếp ăn ca đêm cho đoàn viên", "Nấu tại chỗ, chia suất theo tổ."
    )

    assert words.NOTHING_FOUND in page


def test_a_check_without_a_title_is_asked_for_one(reading: Office) -> None:
    reading.wait_ready()

    page = reading.send("/check", 422, title=" ", content="nội dung còn đây")

    assert "Thiếu tên sáng kiến" in page
    assert "nội dung còn đây" in page


def test_the_state_of_the_archive_in_numbers(reading: Office) -> None:
    text = plain(reading.get("/status"))

    assert "Hồ sơ 10" in text
    counts = Counter(suggestion.band for suggestion in reading.queue())
    assert f"Cặp mức rất cao 1 Cặp mức cao {counts[Band.LIKELY]} Cặp mức trung bình" in text
    assert "Kho chưa được quét lần nào." in text


def test_a_rescan_started_from_the_page_is_followed_there(office: Office) -> None:
    service = office.service
    run = service.rescanner.start(RescanOptions())
    followed = office.get("/status?auto=1")
    busy = office.send("/rescans", 409)
    service.jobs.beat(run.id, 0.42, "join")
    halfway = plain(office.get("/status"))
    service.rescanner.carry_out(run)
    after = office.get("/status?auto=1")

    assert '<meta http-equiv="refresh" content="3; url=/status?auto=1">' in followed
    assert "Đang có một lần quét khác" in busy
    assert "Đang quét lại: tìm các cặp gần nhau, 42 %" in halfway
    assert 'http-equiv="refresh"' not in after
    assert "Lần quét xong gần nhất" in after
    assert office.send("/rescans?incremental=1", 303) == "/status?auto=1"


def test_a_rescan_can_be_stopped_and_the_page_says_so(office: Office) -> None:
    run = office.service.rescanner.start(RescanOptions())

    assert office.send(f"/rescans/{run.id}/cancel", 303) == "/status?auto=1"
    office.service.jobs.finish(run.id, "cancelled")

    assert "Đã dừng theo yêu cầu" in office.get("/status")


SHEET = (
    "Tên sáng kiến;Đơn vị;Ý tưởng;Điện thoại\n"
    "Cải tiến dao cắt cuộn máy xeo giấy;CĐCS Giấy Bãi Bằng;Dao kẹp nhanh;0912345678\n"
    "<script>alert(1)</script> Thu hồi bột giấy từ nước trắng;CĐCS Giấy Bãi Bằng;Tuyển nổi;\n"
)


def uploaded(office: Office, content: str = SHEET, *, status: int = 200) -> str:
    sent = {"file": ("Danh sách.csv", content.encode("utf-8-sig"), "text/csv")}
    answer = office.client.post("/imports", files=sent, headers=PAGE)
    assert answer.status_code == status
    return answer.text


def brought(office: Office, preview: str, **changes: str) -> str:
    """The page after confirming a preview as it stands, but for ``changes`` of a heading's field."""
    headings = list(re.findall(r'name="heading" value="([^"]*)"', preview))
    chosen = re.findall(r"<select.*?</select>", preview, re.DOTALL)
    fields = [re.search(r'value="([^"]*)" selected', each) for each in chosen]
    sent = {
        "heading": [html.unescape(heading) for heading in headings],
        "field": [
            changes.get(html.unescape(heading), field[1] if field else "")
            for heading, field in zip(headings, fields, strict=True)
        ],
    }
    id = re.search(r'action="/imports/(\d+)/confirm"', preview)
    assert id
    answer = office.client.post(
        f"/imports/{id[1]}/confirm", data=sent, headers=PAGE, follow_redirects=False
    )
    if answer.status_code != 303:
        return answer.text
    until(lambda: office.service.importer.get(ImportId(int(id[1]))).state != "staged")
    return office.get(answer.headers["location"])


def test_a_file_is_looked_at_before_anything_is_written(office: Office) -> None:
    preview = uploaded(office)

    assert "Đọc được 2 hồ sơ" in plain(preview)
    assert "Cải tiến dao cắt cuộn máy xeo giấy" in preview
    assert '<option value="title" selected>' in preview
    assert "<script" not in preview
    assert office.service.status().records == len(archive.RECORDS)


def test_a_confirmed_file_is_stored_under_the_mapping_a_person_chose(office: Office) -> None:
    page = brought(office, uploaded(office), **{"Ý tưởng": "novelty"})

    assert "Đã nhập" in page
    assert "thêm 2 hồ sơ" in page
    record = office.service.get(len(archive.RECORDS) + 1)
    assert (record.title, record.novelty) == ("Cải tiến dao cắt cuộn máy xeo giấy", "Dao kẹp nhanh")


def test_a_confirmation_clicked_twice_follows_the_one_import(office: Office) -> None:
    preview = uploaded(office)
    brought(office, preview)
    page = brought(office, preview)

    assert "Đã nhập" in page
    assert office.service.status().records == len(archive.RECORDS) + 2


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(office: Office) -> None:
    assert 'role="alert"' in uploaded(office, "", status=422)
    assert "Chưa có cột nào là «Tên sáng kiến»" in brought(
        office, uploaded(office), **{"Tên sáng kiến": ""}
    )
    assert office.service.status().records == len(archive.RECORDS)


def test_an_import_is_taken_back_unless_verdicts_rest_on_it(office: Office) -> None:
    brought(office, uploaded(office))
    known = len(archive.RECORDS)
    pair = Pair.of(known + 1, known + 2)
    office.service.decider.decide(Opinion(pair=pair, verdict=Verdict.KHONG_TRUNG, by="Lan"))
    [record] = office.service.importer.latest()

    refused = office.send(f"/imports/{record.id}/undo", 409)
    assert f'href="{address(pair)}"' in refused
    assert office.send(f"/imports/{record.id}/undo", 303, force="true") == "/imports"

    assert "Đã thu hồi" in office.get("/imports")
    assert office.service.status().records == known


@pytest.mark.parametrize(
    "path",
    [
        "/khong-co",
        "/pairs/1/999",
        "/pairs/a/b",
        "/pairs/1/99999999999999999999",
        "/pairs/1/" + "9" * 5_000,
    ],
)
def test_what_is_not_there_is_told_on_a_page(reading: Office, path: str) -> None:
    page = reading.client.get(path, headers=PAGE)

    assert page.status_code in {404, 422}
    assert '<html lang="vi">' in page.text
    assert words.FOOTER in page.text


def test_every_page_carries_the_footer_and_no_accusation(reading: Office) -> None:
    reading.wait_ready()
    paths = ("/", "/check", "/imports", "/status", "/thresholds", "/pairs/1/2")
    pages = [reading.get(path) for path in paths]

    for page in [*pages, reading.get("/khong-co", 404), checked(reading, archive.NOZZLE.title)]:
        assert words.FOOTER in page
        assert '<html lang="vi">' in page
        assert not re.search("vi phạm|gian lận|AI kết luận", page, re.IGNORECASE)
        assert len(re.findall("<h1", page)) == 1
        assert '<a href="/help"' in page


def test_every_code_has_its_word() -> None:
    assert set(words.RELATIONS) == set(Relation)
    assert set(words.VERDICTS) == set(words.EFFECTS) == set(words.CRITERIA) == set(Verdict)
    assert set(words.LEVELS) == set(words.MEANINGS) == set(Band)
    assert words.reason(Evidence(code="R4", weight=-1.0)) == "Ý nghĩa cách xa"
    assert words.reason(Evidence(code="C4", weight=0.0)) == "Áp dụng cách nhau trên 12 tháng"
    assert words.reason(Evidence(code="R99", weight=1.0)) == "R99"


def test_marks_fall_on_the_field_that_holds_the_characters() -> None:
    record = _record(title="Tên", situation="abc", novelty="xyz")
    evidence = [
        Evidence(code="R3", weight=1, spans=(Span(field="content", left=(1, 6), right=(0, 1)),)),
        Evidence(code="R10", weight=1, spans=(Span(field="content", left=(5, 6), right=(0, 1)),)),
    ]

    runs = marked(record, evidence, left=True)

    assert runs["situation"] == (Run("a"), Run("bc", "same"))
    assert runs["description"] == ()
    assert runs["novelty"] == (Run("x", "same"), Run("y", "different"), Run("z"))


def test_the_earlier_filing_is_named_only_where_dates_tell() -> None:
    early = _record(title="a", filed_on=PartialDate("2022-02"))
    late = _record(title="b", first_applied_on=PartialDate("2022-03-01"))
    vague = _record(title="c", filed_on=PartialDate("2022"))
    undated = _record(title="d")

    assert earlier_in_words(late, early).startswith(
        "Hồ sơ B có trước. A: áp dụng lần đầu 01/03/2022"
    )
    assert "không đủ chính xác" in earlier_in_words(early, vague)
    assert "thiếu cả ngày nộp đơn" in earlier_in_words(early, undated)


def test_numbers_never_claim_more_than_the_machine_knows() -> None:
    assert [format_percent(p) for p in (0.9999, 0.934, 0.001)] == [
        "trên 99\u00a0%",
        "93\u00a0%",
        "dưới 1\u00a0%",
    ]
    assert [format_weight(w) for w in (2.5, -0.3)] == ["+2,50", "\u22120,30"]
    assert shown("a\u202eb\ud800\x00c\n") == "ab\ufffdc\n"


def _record(**fields: object) -> Initiative:
    return Initiative(id=1, fingerprint="f", **fields)  # type: ignore[arg-type]


def pairs_in(page: str) -> set[Pair]:
    found = re.findall(r'class="button" href="/pairs/(\d+)/(\d+)', page)
    return {Pair.of(int(left), int(right)) for left, right in found}


def checked(office: Office, title: str, content: str = "", *, unit: str = "") -> str:
    office.wait_ready()
    return office.send("/check", 200, title=title, content=content, unit=unit)


def test_the_first_numbers_are_how_far_the_reading_has_come(office: Office) -> None:
    before = plain(office.get("/status"))
    waiting = len(office.queue())
    pair = office.pair("nozzle", "nozzle copy")
    office.send(f"{address(pair)}/decisions", 303, **office.form(pair, verdict="SAO_CHEP"))

    after = plain(office.get("/status"))

    assert f"Cặp nghi trùng (đã kết luận) 0 {waiting} " in before
    assert f"Cặp nghi trùng (đã kết luận) 1 {waiting} " in after
    assert "của các hồ sơ ấy (không còn cặp chờ) 0 đ 700.000.000 đ" in before
    assert "của các hồ sơ ấy (không còn cặp chờ) 700.000.000 đ 700.000.000 đ" in after
    assert "Riêng bạn đã kết luận 1 cặp" in after
    assert "Chưa đủ số liệu để đo nhịp đọc" in after
    assert "Tiến độ rà soát" not in office.get("/status?auto=1")


def test_help_tells_the_levels_as_they_are_set_and_what_no_machine_sees(reading: Office) -> None:
    text = plain(reading.get("/help"))

    likely = " ".join(format_percent(reading.service.thresholds.likely).split())
    assert f"{words.MEANINGS[Band.LIKELY]} Xác suất từ {likely}." in text
    assert text.count("máy không biết") == 2
    for verdict in Verdict:
        assert f"{words.CRITERIA[verdict]} Số liệu: {words.EFFECTS[verdict]}" in text
