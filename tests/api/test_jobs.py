"""Imports and re-scans: preview, confirm, undo; start, follow, cancel."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from dedup.bootstrap import Application
from dedup.initiatives import ImportId
from dedup.jobs.rescanning import RescanOptions
from tests.asking import COPY, TITLE, decide, until

CSV = (
    "TT;Tên sáng kiến;Tác giả;Đơn vị\n"
    f"1;{TITLE};Nguyễn Văn An;CĐCS Supe\n"
    f"2;{COPY};Lê Thị Bình;CĐCS Supe\n"
).encode("utf-8-sig")


def upload(client: TestClient, content: bytes = CSV, name: str = "ds.csv") -> Any:
    return client.post("/api/v1/imports", files={"file": (name, io.BytesIO(content))})


def imported(client: TestClient) -> int:
    id: int = upload(client).json()["import"]["id"]
    assert client.post(f"/api/v1/imports/{id}/confirm", json={}).status_code == 202
    until(lambda: client.get(f"/api/v1/imports/{id}").json()["state"] != "staged")
    return id


def test_an_upload_is_previewed_and_nothing_is_written(client: TestClient) -> None:
    answer = upload(client)
    assert answer.status_code == 202
    preview = answer.json()["preview"]
    assert preview["mapping"]["Tên sáng kiến"] == "title"
    assert preview["mapping"]["Đơn vị"] == "unit"
    assert (preview["rows"], preview["refused"]) == (2, 0)
    assert client.get(answer.headers["location"]).json()["state"] == "staged"
    assert client.get("/api/v1/initiatives").json()["items"] == []


def test_a_confirmed_import_stores_its_rows_and_the_new_ones_are_suggested(
    client: TestClient,
) -> None:
    id = imported(client)
    assert client.get(f"/api/v1/imports/{id}").json()["report"]["added"] == 2
    records = client.get("/api/v1/initiatives", params={"import_id": id}).json()["items"]
    assert [record["title"] for record in records] == [TITLE, COPY]
    until(lambda: len(client.get("/api/v1/suggestions").json()["items"]) == 1)


PLAIN = b"Bao cao;;\nTT;Noi dung A;Cot B\n1;May ep nhua;Bac Ninh\n2;May hut bui;Ha Noi\n"


def previewed(client: TestClient, mapping: dict[str, str], content: bytes = PLAIN) -> int:
    answer = client.post(
        "/api/v1/imports",
        files={"file": ("ds.csv", io.BytesIO(content))},
        data={"header_row": "2", "mapping": json.dumps(mapping)},
    )
    id: int = answer.json()["import"]["id"]
    return id


def confirmed(client: TestClient, id: int, **sent: Any) -> list[tuple[str, str]]:
    """Titles and units of the records after an import was confirmed."""
    answer = client.post(f"/api/v1/imports/{id}/confirm", json={**sent})
    assert answer.status_code == 202
    until(lambda: client.get(f"/api/v1/imports/{id}").json()["state"] == "done")
    records = client.get("/api/v1/initiatives").json()["items"]
    return [(record["title"], record["unit"]) for record in records]


def test_what_was_previewed_is_what_is_imported(client: TestClient) -> None:
    id = previewed(client, {"Noi dung A": "title", "Cot B": "unit"})
    assert confirmed(client, id) == [("May ep nhua", "Bac Ninh"), ("May hut bui", "Ha Noi")]


def test_a_mapping_changed_at_the_end_is_taken(client: TestClient) -> None:
    id = previewed(client, {"Noi dung A": "title", "Cot B": "unit"})
    changed = confirmed(client, id, mapping={"Cot B": "title", "Noi dung A": "unit"})
    assert changed == [("Bac Ninh", "May ep nhua"), ("Ha Noi", "May hut bui")]


def test_another_import_of_the_same_headings_changes_no_preview(client: TestClient) -> None:
    first = previewed(client, {"Noi dung A": "title", "Cot B": "unit"})
    other = previewed(
        client, {"Noi dung A": "unit", "Cot B": "title"}, PLAIN + b"3;May in nhan;Hue\n"
    )
    assert len(confirmed(client, other)) == 3
    assert confirmed(client, first)[3:] == [("May ep nhua", "Bac Ninh"), ("May hut bui", "Ha Noi")]


def test_a_sheet_that_was_not_previewed_cannot_be_confirmed(client: TestClient) -> None:
    id = previewed(client, {"Noi dung A": "title"})
    sent = {"sheet": "Sheet2"}
    assert client.post(f"/api/v1/imports/{id}/confirm", json=sent).status_code == 422
    assert client.get(f"/api/v1/imports/{id}").json()["state"] == "staged"


def test_an_import_is_confirmed_once(client: TestClient) -> None:
    id = imported(client)
    answer = client.post(f"/api/v1/imports/{id}/confirm", json={})
    assert (answer.status_code, answer.json()["title"]) == (409, "Conflict")
    assert len(client.get("/api/v1/initiatives").json()["items"]) == 2


def test_the_same_file_again_adds_nothing_and_says_so(client: TestClient) -> None:
    first = imported(client)
    assert upload(client).json()["preview"]["again"] is True
    second = imported(client)
    told = client.get(f"/api/v1/imports/{second}").json()
    assert told["state"] == "failed"
    assert f"lần {first}" in told["report"]["error"]
    assert len(client.get("/api/v1/initiatives").json()["items"]) == 2


def test_two_uploads_of_one_file_are_imported_once(client: TestClient) -> None:
    ids = [upload(client).json()["import"]["id"] for _ in "ab"]
    for id in ids:
        client.post(f"/api/v1/imports/{id}/confirm", json={})
    for id in ids:
        until(lambda: client.get(f"/api/v1/imports/{id}").json()["state"] != "staged")  # noqa: B023

    assert [client.get(f"/api/v1/imports/{id}").json()["state"] for id in ids] == ["done", "failed"]
    assert len(client.get("/api/v1/initiatives").json()["items"]) == 2


def test_an_undone_import_hides_its_records(client: TestClient) -> None:
    id = imported(client)
    answer = client.post(f"/api/v1/imports/{id}/undo", json={})
    assert answer.json() == {"withdrawn": 2, "restored": 0}
    assert client.get("/api/v1/initiatives").json()["items"] == []
    assert client.get(f"/api/v1/imports/{id}").json()["state"] == "undone"


def test_an_import_that_verdicts_rest_on_is_undone_by_force_only(client: TestClient) -> None:
    id = imported(client)
    decide(client, "TRUNG")
    refused = client.post(f"/api/v1/imports/{id}/undo", json={})
    assert (refused.status_code, refused.json()["data"]["pairs"]) == (409, [[1, 2]])
    forced = client.post(f"/api/v1/imports/{id}/undo", json={"force": True})
    assert forced.json() == {"withdrawn": 2, "restored": 0}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x00\x01\x02 not a table", "ds.xlsx"),
        (b"", "ds.csv"),
        (b"PK\x03\x04 torn", "ds.xlsx"),
        (b"a;b\n1;2\n", "ds.csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_leaves_nothing(
    client: TestClient, settings: Any, content: bytes, name: str
) -> None:
    answer = upload(client, content, name)
    assert answer.status_code == 422
    assert answer.json()["title"] == "BadFile"
    assert client.get("/api/v1/imports").json()["items"] == []
    assert list((settings.data_dir / "uploads").iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/ds.csv", "C:\\Users\\an\\ds.csv", "a\x01b.csv"])
def test_a_file_name_never_leaves_its_folder(client: TestClient, settings: Any, name: str) -> None:
    answer = upload(client, CSV, name)
    assert answer.status_code == 202
    assert "/" not in answer.json()["import"]["file"]
    assert [path.name for path in (settings.data_dir / "uploads").iterdir()] == ["waiting-1.csv"]


def test_an_import_taken_by_a_process_that_died_waits_again(
    client: TestClient, settings: Any, app: Any
) -> None:
    upload(client)
    folder = settings.data_dir / "uploads"
    (folder / "waiting-1.csv").rename(folder / "taken-1.csv")
    app.state.holder.uploads.recover()
    assert client.post("/api/v1/imports/1/confirm", json={}).status_code == 202
    until(lambda: client.get("/api/v1/imports/1").json()["state"] == "done")


def test_an_import_carried_out_by_a_process_that_died_is_done(
    client: TestClient, settings: Any, app: Any
) -> None:
    id = imported(client)
    left = settings.data_dir / "uploads" / f"taken-{id}.csv"
    left.write_bytes(CSV)
    app.state.holder.uploads.recover()

    assert list(left.parent.iterdir()) == []
    assert client.post(f"/api/v1/imports/{id}/confirm", json={}).status_code == 409


def test_a_taken_file_of_an_import_that_the_database_does_not_know_is_kept(
    client: TestClient, settings: Any, app: Any
) -> None:
    upload(client)
    folder = settings.data_dir / "uploads"
    (folder / "waiting-1.csv").rename(folder / "taken-1.csv")
    unknown = folder / "taken-99.csv"
    unknown.write_bytes(CSV)
    app.state.holder.uploads.recover()

    assert {path.name for path in folder.iterdir()} == {"waiting-1.csv", unknown.name}


def test_an_import_carried_out_twice_at_once_stays_done(
    client: TestClient, settings: Any, app: Any
) -> None:
    id = imported(client)
    holder = app.state.holder
    taken = settings.data_dir / "uploads" / f"taken-{id}.csv"
    taken.write_bytes(CSV)
    record = holder.service.importer.get(ImportId(id))
    holder.uploads.carry_out(record, taken, {}, by="Lan")

    assert client.get(f"/api/v1/imports/{id}").json()["state"] == "done"
    assert len(client.get("/api/v1/initiatives").json()["items"]) == 2


def test_a_rescan_is_followed_to_its_end(archive: TestClient) -> None:
    started = archive.post("/api/v1/rescans", json={"incremental": False})
    assert started.status_code == 202
    until(lambda: archive.get(started.headers["location"]).json()["state"] == "done")
    run = archive.get(started.headers["location"]).json()
    assert run["progress"] == 1.0
    assert run["report"]["suggestions"]["LIKELY"] == 1
    assert (run["incremental"], run["dry_run"]) == (False, False)


def test_one_rescan_at_a_time(archive: TestClient, app: Any) -> None:
    application: Application = app.state.holder.application
    run = application.deduplicator.rescanner.start(RescanOptions())
    answer = archive.post("/api/v1/rescans", json={})
    assert (answer.status_code, answer.json()["data"]) == (409, {"run": run.id})


def test_a_cancelled_rescan_stops_and_says_so(archive: TestClient, app: Any) -> None:
    holder = app.state.holder
    run = holder.service.rescanner.start(RescanOptions())
    assert archive.post(f"/api/v1/rescans/{run.id}/cancel").status_code == 202
    holder.later(lambda: holder.service.rescanner.carry_out(run))
    until(lambda: archive.get(f"/api/v1/rescans/{run.id}").json()["state"] == "cancelled")


@pytest.mark.parametrize("address", ["imports/99", "rescans/99", "initiatives/99", "clusters/99"])
def test_an_unknown_id_is_not_found(client: TestClient, address: str) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("Không có")


def test_units_are_listed(client: TestClient) -> None:
    assert client.get("/api/v1/units").json() == {"items": []}
