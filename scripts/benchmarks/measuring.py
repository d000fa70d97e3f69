"""How things are measured: wall seconds, peak memory of a process of its own, bounds of the machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def seconds(work: Callable[[], Any]) -> float:
    """Wall seconds of one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def percentiles(work: Callable[[int], Any], count: int) -> dict[str, float]:
    """p50 and p99 in milliseconds of ``count`` calls, after a tenth as many to warm up."""
    for i in range(count // 10):
        work(i)
    spent = sorted(seconds(lambda i=i: work(i)) for i in range(count))  # type: ignore[misc]
    return {"p50_ms": 1e3 * spent[count // 2], "p99_ms": 1e3 * spent[int(count * 0.99)]}


def in_own_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run ``python -m module``; its last line of output is JSON, to which peak RSS is added."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def peak_rss_mb() -> float:
    """Peak resident memory of this process so far, MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sgemm_gflops(dim: int = 256, rows: int = 4096, rounds: int = 12) -> float:
    """Best rate of float32 (rows, dim) @ (dim, rows) in this process: the bound of a self-join."""
    one = np.random.default_rng(0).standard_normal((rows, dim), dtype=np.float32)
    out = np.empty((rows, rows), dtype=np.float32)
    best = min(seconds(lambda: np.dot(one, one.T, out=out)) for _ in range(rounds))
    return 2.0 * rows * rows * dim / best / 1e9


def memory_gb_per_s(megabytes: int = 512, rounds: int = 5) -> float:
    """Best rate of reading one large float32 array: the bound of a flat search."""
    rows = np.ones(megabytes * 1024 * 1024 // 4, dtype=np.float32)
    return rows.nbytes / min(seconds(rows.sum) for _ in range(rounds)) / 1e9


def recall_by_kind(
    truth: Sequence[tuple[str, str, str, int]], found: set[tuple[str, str]]
) -> dict[str, float]:
    """Share of the planted pairs of each kind that stand in ``found`` (codes in either order)."""
    counts: dict[str, list[int]] = {}
    for left, right, kind, _ in truth:
        hit = (left, right) in found or (right, left) in found
        counts.setdefault(kind, []).append(hit)
    return {kind: sum(hits) / len(hits) for kind, hits in sorted(counts.items())}
