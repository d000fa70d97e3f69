"""``check``, ``rescan``, ``pairs``: what the machine says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from dedup import files
from dedup.errors import InvalidInput
from dedup.initiatives import Band, Submission, Suggestion
from dedup.jobs.rescanning import RescanOptions
from dedup.jobs.screening import Match, Novelty, Screening
from dedup.ports import SuggestionFilter
from dedup.service import Deduplicator
from scripts.cli.opening import Doer, Json, opened
from scripts.cli.output import console, plain, print_json, print_table, progress

# Queries embedded and searched together.
QUERIES_AT_ONCE = 256
BAND_WORDS = {
    Band.SAME_TEXT: "Rất cao",
    Band.LIKELY: "Cao",
    Band.POSSIBLE: "Trung bình",
    Band.CLEAR: "Thấp",
}


def add_to(app: typer.Typer) -> None:
    app.command("check")(check)
    app.command("rescan")(rescan)
    app.command("pairs")(pairs)


def check(
    title: Annotated[str, typer.Option(help="Tên sáng kiến.")] = "",
    description: Annotated[str, typer.Option(help="Nội dung giải pháp.")] = "",
    unit: Annotated[str, typer.Option(help="Đơn vị.")] = "",
    file: Annotated[Path | None, typer.Option(help="Nhiều hồ sơ: tệp .jsonl.")] = None,
    out: Annotated[Path | None, typer.Option(help="Kết quả của --file, .jsonl.")] = None,
    top: Annotated[int, typer.Option(min=1, max=64)] = 10,
    as_json: Json = False,
) -> None:
    """Đối chiếu một hồ sơ (hoặc nhiều) với kho, không ghi gì / screen without filing."""
    if file is not None:
        _check_file(file, out, top=top, as_json=as_json)
        return
    with opened() as application:
        submission = Submission(title=title, description=description, unit=unit)
        screening = application.deduplicator.screen(submission, top=top)
    if as_json:
        print_json(
            {
                "query": title,
                "matches": [match_json(m) for m in screening.matches],
                "novelty": _novelty_json(screening.novelty),
            }
        )
        return
    _show(screening)


def rescan(
    incremental: Annotated[
        bool, typer.Option("--incremental", help="Chỉ những gì thay đổi từ lần quét trước.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Không ghi gợi ý.")] = False,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Quét lại toàn kho / re-scan the whole archive."""
    options = RescanOptions(incremental=incremental, dry_run=dry_run)
    with opened() as application:
        report = run_rescan(application.deduplicator, options, by=by, quiet=as_json)
    if as_json:
        print_json(report)
    else:
        show_rescan(report)


def run_rescan(
    service: Deduplicator, options: RescanOptions, *, by: str, quiet: bool
) -> dict[str, Any]:
    """A re-scan with its progress; returns its report. Raises JobRunning, JobCancelled."""
    run = service.rescanner.start(options, by=by)
    with progress(quiet=quiet) as tell:
        return {"run": run.id, **service.rescanner.carry_out(run, tell)}


def show_rescan(report: Mapping[str, Any]) -> None:
    console.print(
        f"Đã so {report['pairs']:,} cặp gần nhau: ".replace(",", ".")
        + ", ".join(f"{BAND_WORDS[Band(n)]} {count}" for n, count in report["suggestions"].items())
        + (" (chạy thử, không ghi)" if "dry_run" in report else f"; {report['clusters']} nhóm.")
    )


def pairs(
    band: Annotated[list[Band] | None, typer.Option(help="Mức nghi trùng.")] = None,
    out: Annotated[Path | None, typer.Option(help="Tệp .jsonl hoặc .xlsx.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: Json = False,
) -> None:
    """Các cặp nghi trùng chưa kết luận / undecided suspected pairs."""
    where = SuggestionFilter(bands=tuple(band)) if band else SuggestionFilter()
    with opened() as application:
        service = application.deduplicator
        if out is not None:
            count = files.write_rows(out, _pair_rows(service, where), sheet="Cặp nghi trùng")
            console.print(f"Đã ghi {count} cặp vào {out}.")
            return
        rows = list(_described(service, service.suggestions(where, limit=limit)))
    if as_json:
        print_json(rows)
        return
    print_table(
        "Cặp nghi trùng",
        ("Mức", "Xác suất", "Hồ sơ", "Hồ sơ"),
        (
            (
                BAND_WORDS[Band(row["band"])],
                f"{row['score']:.2f}",
                f"{row['left']} {row['left_title']}",
                f"{row['right']} {row['right_title']}",
            )
            for row in rows
        ),
    )


def match_json(match: Match) -> dict[str, Any]:
    """One match of a result line: the office's code (``#id`` where it has none) and why."""
    return {
        "id": match.initiative.code or f"#{match.initiative.id}",
        "record": match.initiative.id,
        "title": match.initiative.title,
        "score": round(match.score.value, 4),
        "band": match.band.value,
        "relation": match.score.relation.value,
        "similarity": round(match.similarity, 4),
        "earlier": match.earlier.value,
        "standing": match.standing.value,
        "evidence": plain(match.score.evidence),
    }


def _check_file(file: Path, out: Path | None, *, top: int, as_json: bool) -> None:
    if out is None:
        raise InvalidInput("Với --file cần có --out TỆP.jsonl để ghi kết quả.")
    with opened() as application, out.open("w", encoding="utf-8") as target:
        count = 0
        for part in _parts(files.read_submissions(file)):
            screenings = application.deduplicator.screener.screen_many(
                part, top=top, lowest=Band.CLEAR
            )
            for submission, screening in zip(part, screenings, strict=True):
                line = {
                    "query": submission.code or submission.title,
                    "matches": [match_json(match) for match in screening.matches],
                }
                target.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    if as_json:
        print_json({"queries": count, "out": str(out)})
    else:
        console.print(f"Đã đối chiếu {count} hồ sơ, kết quả ở {out}.")


def _parts(submissions: Iterator[Submission]) -> Iterator[list[Submission]]:
    while part := list(islice(submissions, QUERIES_AT_ONCE)):
        yield part


def _pair_rows(service: Deduplicator, where: SuggestionFilter) -> Iterator[dict[str, Any]]:
    with service.open_unit() as unit:
        suggestions = unit.suggestions.iterate(where)
        while part := list(islice(suggestions, 1_000)):
            yield from _described(service, part)


def _described(
    service: Deduplicator, suggestions: Sequence[Suggestion]
) -> Iterator[dict[str, Any]]:
    wanted = {id for s in suggestions for id in (s.pair.left, s.pair.right)}
    with service.open_unit() as unit:
        known = {record.id: record for record in unit.initiatives.get(sorted(wanted))}
    for suggestion in suggestions:
        left, right = known[suggestion.pair.left], known[suggestion.pair.right]
        yield {
            "left": left.code or f"#{left.id}",
            "right": right.code or f"#{right.id}",
            "left_id": left.id,
            "right_id": right.id,
            "score": round(suggestion.score, 4),
            "band": suggestion.band.value,
            "relation": suggestion.relation.value,
            "similarity": round(suggestion.similarity, 4),
            "left_title": left.title,
            "right_title": right.title,
            "left_unit": left.unit,
            "right_unit": right.unit,
            "reasons": " ".join(e.code for e in suggestion.evidence),
        }


def _novelty_json(novelty: Novelty) -> dict[str, list[str] | None]:
    """Codes of the earlier filings that answer; null where no unit was named."""
    return {"in_unit": _codes(novelty.in_unit), "elsewhere": _codes(novelty.elsewhere)}


def _codes(matches: Sequence[Match] | None) -> list[str] | None:
    if matches is None:
        return None
    return [match.initiative.code or f"#{match.initiative.id}" for match in matches]


def _show_novelty(novelty: Novelty) -> None:
    for place, codes in (
        ("Trong đơn vị", _codes(novelty.in_unit)),
        ("Ở nơi khác", _codes(novelty.elsewhere)),
    ):
        if codes is None:
            console.print(f"{place}: chưa trả lời được vì chưa ghi đơn vị (--unit).")
        elif codes:
            console.print(f"{place}: hồ sơ nộp trước có nội dung gần: {', '.join(codes)}.")
        else:
            console.print(f"{place}: không phát hiện hồ sơ nộp trước có nội dung tương đồng.")


def _show(screening: Screening) -> None:
    _show_novelty(screening.novelty)
    if not screening.matches:
        console.print("Không phát hiện hồ sơ nào có nội dung tương đồng đáng kể.")
        return
    print_table(
        "Hồ sơ có nội dung gần – cần xem xét",
        ("Mức", "Xác suất", "Mã", "Tên sáng kiến", "Đơn vị", "Lý do"),
        (
            (
                BAND_WORDS[match.band],
                f"{match.score.value:.2f}",
                match.initiative.code or f"#{match.initiative.id}",
                match.initiative.title,
                match.initiative.unit,
                " ".join(f"{e.code}{e.weight:+.1f}" for e in match.score.evidence),
            )
            for match in screening.matches
        ),
    )
