"""``decide``: what a person says; one pair, or a file of many as one unit."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from dedup.errors import BadFile, InvalidInput
from dedup.initiatives import Pair, Verdict
from dedup.jobs.deciding import Opinion
from dedup.service import Deduplicator
from scripts.cli.opening import By, Json, opened
from scripts.cli.output import console, print_json


def add_to(app: typer.Typer) -> None:
    app.command("decide")(decide)


def decide(
    left: Annotated[str, typer.Argument(help="Mã, đơn vị:mã hoặc #id.")] = "",
    right: Annotated[str, typer.Argument()] = "",
    verdict: Annotated[Verdict | None, typer.Option(help="Kết luận.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Hoàn tác kết luận của cặp.")] = False,
    by: By = "",
    reason: Annotated[str, typer.Option()] = "",
    note: Annotated[str, typer.Option()] = "",
    file: Annotated[
        Path | None, typer.Option(help="Nhiều cặp: .csv hoặc .jsonl có left,right,verdict.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không ghi.")] = False,
    as_json: Json = False,
) -> None:
    """Ghi kết luận của người rà soát / record a reviewer's verdict."""
    with opened() as application:
        service = application.deduplicator
        if undo:
            decisions = [service.decider.undo(_pair(service, left, right), by=by, note=note)]
        else:
            asked = _from_file(file) if file else [(0, _one(left, right, verdict, reason, note))]
            opinions = [_opinion(service, line, row, by) for line, row in asked]
            group = f"{file.name}" if file else None
            decisions = service.decider.decide_all(opinions, group=group, dry_run=dry_run)
    if as_json:
        print_json({"decisions": decisions, "dry_run": dry_run})
        return
    console.print(f"{'Hợp lệ' if dry_run else 'Đã ghi'}: {len(decisions)} kết luận.")


def _one(left: str, right: str, verdict: Verdict | None, reason: str, note: str) -> dict[str, str]:
    if verdict is None:
        raise InvalidInput(f"Cần --verdict, một trong: {', '.join(Verdict)}.")
    return {"left": left, "right": right, "verdict": verdict, "reason": reason, "note": note}


def _from_file(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with their line numbers; raises BadFile with the line that cannot be read."""
    with file.open(encoding="utf-8-sig", newline="") as source:
        if file.suffix == ".jsonl":
            for line, text in enumerate(source, start=1):
                try:
                    yield line, json.loads(text)
                except json.JSONDecodeError as error:
                    raise BadFile(f"Dòng {line} không phải JSON: {error.msg}.", row=line) from error
        else:
            yield from enumerate(csv.DictReader(source), start=2)


def _opinion(service: Deduplicator, line: int, row: Mapping[str, str], by: str) -> Opinion:
    try:
        verdict = Verdict(row["verdict"])
    except (KeyError, ValueError) as error:
        raise BadFile(
            f"Dòng {line}: kết luận phải là một trong {', '.join(Verdict)}.", row=line
        ) from error
    return Opinion(
        pair=_pair(service, row.get("left", ""), row.get("right", "")),
        verdict=verdict,
        by=row.get("by") or by,
        reason=row.get("reason") or "",
        note=row.get("note") or "",
    )


def _pair(service: Deduplicator, left: str, right: str) -> Pair:
    return Pair.of(service.find(left).id, service.find(right).id)
