"""The whole benchmark: makes archives, runs every stage, writes JSON and a Markdown table."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from dedup import files
from dedup.synthetic import iter_archive
from scripts.benchmarks import http
from scripts.benchmarks.measuring import (
    in_own_process,
    memory_gb_per_s,
    recall_by_kind,
    sgemm_gflops,
)

# The generator's vocabulary and seed of every reported figure; nothing was fitted on them.
VOCABULARY, SEED = "held_out", 2026
QUERIES = 500
DIM = 256


def main(
    sizes: Annotated[str, typer.Option(help="Records, comma-separated.")] = "10000,101816",
    peers: Annotated[bool, typer.Option(help="Also run the peers.")] = True,
    out: Annotated[Path, typer.Option(help="All figures, JSON.")] = Path("bench.json"),
) -> None:
    bounds = {"sgemm_gflops": sgemm_gflops(), "memory_gb_per_s": memory_gb_per_s()}
    results: dict[str, Any] = {"bounds": bounds, "sizes": {}}
    for n in map(int, sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            results["sizes"][n] = _measured(n, Path(folder), bounds, peers=peers)
        out.write_text(json.dumps(results, indent=2), encoding="utf-8")
    typer.echo(_table(results))


def _measured(n: int, folder: Path, bounds: dict[str, float], *, peers: bool) -> dict[str, Any]:
    records, truth, sheet, queries = _archive(n, folder)
    os.environ["SANGKIEN_DATA_DIR"] = str(folder / "data")
    stage = "scripts.benchmarks.stage"
    figures: dict[str, Any] = {"import": in_own_process(stage, "import", str(sheet))}
    figures["rescan"] = in_own_process(stage, "rescan")  # embeds everything
    figures["rescan_again"] = in_own_process(stage, "rescan")  # vectors present
    figures["reindex"] = in_own_process(stage, "reindex")
    figures["ready"] = in_own_process(stage, "ready")
    figures["screen"] = in_own_process(stage, "screen", str(queries))
    figures["http"] = http.checks([_query(line) for line in queries.open(encoding="utf-8")])
    flops = float(n) * n * DIM  # the upper triangle's multiplications and additions
    figures["join_bound_s"] = flops / bounds["sgemm_gflops"] / 1e9
    figures["recall"] = _recall(folder, truth)
    if peers:
        figures["peers"] = {
            peer: in_own_process("scripts.benchmarks.peers", peer, str(records), str(truth))
            for peer in ("semhash", "minhash", "tfidf")
        }
    return figures


def _archive(n: int, folder: Path) -> tuple[Path, Path, Path, Path]:
    records, truth = folder / "records.jsonl", folder / "truth.csv"
    sheet, queries = folder / "records.xlsx", folder / "queries.jsonl"
    with (
        records.open("w", encoding="utf-8") as lines,
        truth.open("w", encoding="utf-8", newline="") as pairs,
        queries.open("w", encoding="utf-8") as asked,
    ):
        writer = csv.writer(pairs)
        writer.writerow(("left", "right", "kind", "label"))
        for i, (record, completed) in enumerate(iter_archive(n, seed=SEED, vocabulary=VOCABULARY)):
            line = json.dumps(record, ensure_ascii=False) + "\n"
            lines.write(line)
            if i % max(1, n // QUERIES) == 0:
                asked.write(line)
            writer.writerows((p.left, p.right, p.kind, p.label) for p in completed)
    if n <= 1_000_000:
        files.write_records(sheet, files.read_submissions(records))
    return records, truth, sheet, queries


def _query(line: str) -> dict[str, str]:
    row = json.loads(line)
    return {key: row.get(key) or "" for key in ("title", "description", "unit")}


def _recall(folder: Path, truth: Path) -> dict[str, dict[str, float]]:
    """Share of each kind's planted pairs suggested at all, and in band LIKELY or above."""
    out = folder / "pairs.jsonl"
    in_own_process("scripts.benchmarks.suggested", str(out))
    rows = [json.loads(line) for line in out.open(encoding="utf-8")]
    with truth.open(encoding="utf-8") as source:
        planted = [
            (row["left"], row["right"], row["kind"], int(row["label"]))
            for row in csv.DictReader(source)
        ]
    anywhere = {(row["left"], row["right"]) for row in rows}
    likely = {(r["left"], r["right"]) for r in rows if r["band"] in {"LIKELY", "SAME_TEXT"}}
    return {
        "suggested": recall_by_kind(planted, anywhere),
        "likely": recall_by_kind(planted, likely),
    }


def _table(results: dict[str, Any]) -> str:
    bounds = results["bounds"]
    lines = [
        f"sgemm {bounds['sgemm_gflops']:.0f} GFLOP/s, memory {bounds['memory_gb_per_s']:.1f} GB/s",
        "",
        "| records | import rows/s | re-scan, vectors present | self-join / bound | peak RSS "
        "| check p50 / p99, HTTP | ready |",
        "|---|---|---|---|---|---|---|",
    ]
    for n, figures in results["sizes"].items():
        again, http_ = figures["rescan_again"], figures["http"]
        join = again["stages"]["join"]
        lines.append(
            f"| {n:,} | {figures['import']['rows_per_s']:,.0f} | {again['seconds']:.1f} s "
            f"| {join:.1f} s / {figures['join_bound_s']:.1f} s | {again['peak_rss_mb']:,.0f} MB "
            f"| {http_['p50_ms']:.1f} / {http_['p99_ms']:.1f} ms | {http_['ready_s']:.1f} s |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
