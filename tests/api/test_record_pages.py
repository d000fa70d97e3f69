"""Records sought and looked at one by one: what is found, what is told, what stays hidden."""

from __future__ import annotations

import dataclasses
import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dedup.initiatives import Initiative, Submission, Verdict
from dedup.jobs.deciding import Opinion
from tests.api.test_pages import Office, at_work, plain
from tests.browser import archive


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    archive.fill(folder)
    return folder


@pytest.fixture(scope="module")
def reading(stocked: Path) -> Iterator[Office]:
    with at_work(stocked) as office:
        yield office


@pytest.fixture
def office(tmp_path: Path, stocked: Path) -> Iterator[Office]:
    shutil.copytree(stocked, tmp_path, dirs_exist_ok=True)
    with at_work(tmp_path) as office:
        yield office


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("biến+tần", ["fan", "pump"]),
        ("bien+tan", ["fan", "pump"]),
        ("BIEN+TAN+binh", []),
        ("binh+dien", ["nozzle copy", "secret copy"]),
        ("CT-2022-004512", ["nozzle"]),
        ("%233", ["sleeve"]),
        ("%2399999999999999999999", []),
        ("talc", []),  # only in a secret's content
        ("%00", []),
        ("", []),
    ],
)
def test_a_record_is_found_by_words_code_or_number(
    reading: Office, asked: str, names: list[str]
) -> None:
    assert found_in(reading.get(f"/search?q={asked}")) == [reading.records[n].id for n in names]


def test_pages_of_a_search_follow_one_another(
    reading: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.search.A_PAGE", 1)
    first = reading.get("/search?q=bi%E1%BA%BFn+t%E1%BA%A7n")
    onwards = re.search(r'rel="next" href="([^"]+)"', first)
    assert onwards

    last = reading.get(html.unescape(onwards[1]))

    assert [*found_in(first), *found_in(last)] == [reading.records[n].id for n in ("fan", "pump")]
    assert 'rel="next"' not in last


def test_a_record_shows_its_fields_and_no_personal_ones(reading: Office) -> None:
    page = reading.get(f"/initiatives/{reading.records['nozzle'].id}")

    assert "350.000.000 đ (350 triệu đồng)" in plain(page)
    assert archive.NOZZLE.novelty in page
    for private in (archive.PRIVATE_PHONE, archive.PRIVATE_MAIL, str(archive.PRIVATE_YEAR)):
        assert private not in page


def test_a_record_lists_its_pairs_with_what_was_said_of_them(office: Office) -> None:
    near, missed = office.pair("nozzle", "nozzle copy"), office.pair("nozzle", "fan")
    for pair in (near, missed):
        office.service.decider.decide(Opinion(pair=pair, verdict=Verdict.KE_THUA, by="Lê Hoa"))

    page = office.get(f"/initiatives/{office.records['nozzle'].id}")

    for pair in (near, missed):
        assert f'href="/pairs/{pair.left}/{pair.right}"' in page
    assert plain(page).count("Cải tiến tiếp theo (kế thừa) Lê Hoa") == 2
    assert plain(page).count("máy không gợi ý") == 1


def test_a_pair_the_machine_missed_is_reached_by_code_or_number(reading: Office) -> None:
    sleeve = reading.records["sleeve"].id
    for other in (archive.NOZZLE.code, f"%23{reading.records['nozzle'].id}"):
        answer = reading.client.get(
            f"/initiatives/{sleeve}/compare?other={other}", follow_redirects=False
        )
        pair = reading.pair("sleeve", "nozzle")
        assert answer.headers["location"] == f"/pairs/{pair.left}/{pair.right}"


def test_a_pair_the_machine_missed_is_linked_by_hand_and_undone(office: Office) -> None:
    sleeve, pair = office.records["sleeve"].id, office.pair("sleeve", "nozzle")
    assert office.service.view(pair).suggestion is None
    page = office.get(f"/initiatives/{sleeve}/compare?other={archive.NOZZLE.code}")
    assert f'action="/pairs/{pair.left}/{pair.right}/decisions"' in page

    office.send(f"/pairs/{pair.left}/{pair.right}/decisions", 303, **office.form(pair))
    linked = plain(office.get(f"/initiatives/{sleeve}"))
    office.send(f"/pairs/{pair.left}/{pair.right}/undo", 303)

    assert "máy không gợi ý Trùng – giữ 1 hồ sơ đại diện" in linked
    assert "máy không gợi ý" not in plain(office.get(f"/initiatives/{sleeve}"))


@pytest.mark.parametrize(
    ("other", "status", "said"),
    [
        ("", 422, "Xin ghi mã hoặc số"),
        ("%231", 422, "không thể so với chính nó"),
        ("%3Cb%3E", 404, "Không có hồ sơ mang mã «&lt;b&gt;»"),
    ],
)
def test_what_cannot_be_compared_is_told_on_the_records_page(
    reading: Office, other: str, status: int, said: str
) -> None:
    page = reading.get(f"/initiatives/1/compare?other={other}", status)

    assert said in page
    assert archive.NOZZLE.title in page


def test_the_nearest_are_shown_whatever_their_level(reading: Office) -> None:
    reading.wait_ready()
    page = reading.get(f"/initiatives/{reading.records['fan'].id}/nearest")

    assert f"compare?other=%23{reading.records['pump'].id}" in page
    assert "Mức nghi trùng: Thấp" in plain(page)


def test_earlier_versions_tell_what_was_changed_by_whom(office: Office) -> None:
    sleeve = office.records["sleeve"]
    edited(office, sleeve, effect="Giảm 12 % thời gian.", unit="Xí nghiệp May 2")

    text = plain(office.get(f"/initiatives/{sleeve.id}"))

    assert "Phiên bản 1 được thay Lê Hoa" in text
    assert f"Đơn vị, trước đó {archive.MAY}" in text
    assert "(xã hội, môi trường, an toàn), trước đó để trống" in text
    assert "Tác giả, trước đó" not in text


@pytest.mark.parametrize("still", [True, False])
def test_a_secret_shows_neither_its_content_nor_what_that_was(office: Office, still: bool) -> None:
    secret = office.records["secret"]
    edited(office, secret, description="Công thức khác: bột đá mịn.", secret=still)
    office.wait_ready()

    for path in ("", "/nearest"):
        page = office.get(f"/initiatives/{secret.id}{path}")
        assert "talc" not in page
        assert ("bột đá mịn" in page) is not still
        assert "Bí mật công nghệ: chỉ hiện tên và hiệu quả." in page
        assert "Nội dung giải pháp, trước đó" in plain(page)


def test_a_text_made_secret_hides_its_earlier_versions(office: Office) -> None:
    sleeve = office.records["sleeve"]
    edited(office, sleeve, secret=True, description="Gá cữ nhựa.")

    assert "thép lá" not in office.get(f"/initiatives/{sleeve.id}")


def test_hostile_text_is_shown_inert(reading: Office) -> None:
    for path in ("/search?q=s%E1%BB%91+h%C3%B3a", f"/initiatives/{reading.records['hostile'].id}"):
        page = reading.get(path)
        assert archive.TRICK not in page
        assert html.escape(archive.TRICK, quote=False).replace("'", "&#39;") in page
        assert "\u202e" not in page


def found_in(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'<h3><a href="/initiatives/(\d+)"', page)]


def edited(office: Office, record: Initiative, **changes: object) -> None:
    whole = {f.name: getattr(record, f.name) for f in dataclasses.fields(Submission)}
    office.service.filer.edit(
        record.id,
        Submission(**{**whole, **changes}),
        expected_version=record.version,
        by="Lê Hoa",
    )
