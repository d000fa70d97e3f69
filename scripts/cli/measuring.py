"""``evaluate``: the shipped model and scorer on records and labelled pairs of known truth."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from dedup import files
from dedup.bootstrap import compare
from dedup.config import Settings
from dedup.errors import BadFile
from dedup.scoring.evaluation import Figures, evaluate
from scripts.cli.opening import Json
from scripts.cli.output import console, plain, print_json, print_table


def add_to(app: typer.Typer) -> None:
    app.command("evaluate")(evaluate_pairs)


def evaluate_pairs(
    records: Annotated[Path, typer.Option(help="Hồ sơ, .jsonl.")],
    pairs: Annotated[Path, typer.Option(help="Cặp có nhãn, .csv: left,right,label.")],
    scores: Annotated[Path | None, typer.Option(help="Ghi điểm từng cặp, .csv.")] = None,
    as_json: Json = False,
) -> None:
    """Đo chất lượng trên các cặp có nhãn / measure on labelled pairs.

    Unit, year and benefit are never used: the score knows texts alone.
    """
    read = list(files.read_submissions(records))
    row_of = {submission.code: i for i, submission in enumerate(read)}
    labelled = _pairs(pairs, row_of)
    left = np.array([row_of[row["left"]] for row in labelled], dtype=np.intp)
    right = np.array([row_of[row["right"]] for row in labelled], dtype=np.intp)
    probability = compare(Settings(), read, left, right).probability
    labels = [row["label"] == "1" for row in labelled]
    kinds = _kinds([submission.raw for submission in read], left, right, labels)
    figures = evaluate(labels, probability, kinds=kinds)
    if scores is not None:
        _write(scores, labelled, probability)
    if as_json:
        print_json(plain(figures))
        return
    _show(figures)


def _pairs(file: Path, row_of: Mapping[str, int]) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    for line, row in enumerate(rows, start=2):
        for side in ("left", "right"):
            if row.get(side) not in row_of:
                raise BadFile(f"Dòng {line}: không có hồ sơ «{row.get(side)}».", row=line)
        if row.get("label") not in {"0", "1"}:
            raise BadFile(f"Dòng {line}: nhãn phải là 0 hoặc 1.", row=line)
    return rows


def _kinds(
    raw: Sequence[Mapping[str, Any]],
    left: np.ndarray[Any, Any],
    right: np.ndarray[Any, Any],
    labels: Sequence[bool],
) -> list[str] | None:
    """Kind of each pair: that of the member which is not the group's base; None without kinds."""
    if not all("group" in row and "kind" in row for row in raw):
        return None
    kinds = []
    for i, j in zip(left, right, strict=True):
        of_pair = [str(raw[k]["kind"]) for k in (i, j) if raw[k]["kind"] != "base"]
        kinds.append(of_pair[0] if of_pair else "base")
    return kinds if len(kinds) == len(labels) else None


def _write(
    out: Path,
    rows: Sequence[Mapping[str, str]],
    probability: Sequence[float] | np.ndarray[Any, Any],
) -> None:
    with out.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("left", "right", "label", "score"))
        for row, score in zip(rows, probability, strict=True):
            writer.writerow((row["left"], row["right"], row["label"], f"{score:.6f}"))


def _show(figures: Figures) -> None:
    print_table(
        f"{figures.pairs} cặp, {figures.positives} cặp trùng",
        ("Chỉ số", "Giá trị"),
        [
            (name, f"{value:.3f}")
            for name, value in plain(figures).items()
            if isinstance(value, float)
        ]
        + [
            (f"precision at recall {recall}", f"{value:.3f}")
            for recall, value in figures.precision_at_recall.items()
        ],
    )
    if not figures.kind_over_kind:
        return
    columns = sorted(next(iter(figures.kind_over_kind.values())))
    print_table(
        "AUC của loại trùng trên loại giống mà không trùng",
        ("", *columns),
        (
            (kind, *(f"{row[column]:.2f}" for column in columns))
            for kind, row in figures.kind_over_kind.items()
        ),
    )
    console.print("Xác suất tính từ văn bản; đơn vị, năm và giá trị làm lợi không được dùng.")
