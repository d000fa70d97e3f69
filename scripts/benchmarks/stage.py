"""One stage of the main job in a process of its own, so that its peak memory is its own.

``python -m scripts.benchmarks.stage import FILE`` and ``… rescan``, ``… reindex``, ``… ready``,
``… screen QUERIES``; the data folder and the model come from the settings. Prints one JSON line.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from dedup import files, intake
from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.jobs.rescanning import RescanOptions
from scripts.benchmarks.measuring import peak_rss_mb, percentiles, seconds


def main() -> None:
    stage, *arguments = sys.argv[1:]
    opened = time.perf_counter()
    application = build(Settings())
    opening = time.perf_counter() - opened
    result = carried_out(stage, application, arguments)
    application.close()
    print(json.dumps({**result, "open_s": opening, "peak_rss_mb": peak_rss_mb()}))


def carried_out(stage: str, application: Application, arguments: list[str]) -> dict[str, Any]:
    match stage:
        case "import":
            return import_stage(application, arguments[0])
        case "rescan":
            return rescan_stage(application)
        case "reindex":
            return reindex_stage(application)
        case "ready":
            return ready_stage(application)
        case _:
            return screen_stage(application, arguments[0])


def import_stage(application: Application, file: str) -> dict[str, Any]:
    wanted = intake.Wanted()
    spent = seconds(
        lambda: intake.import_file(application.deduplicator, Path(file), wanted, by="bench")
    )
    records = application.deduplicator.status().records
    return {"seconds": spent, "records": records, "rows_per_s": records / spent}


def rescan_stage(application: Application) -> dict[str, Any]:
    service = application.deduplicator
    begins: dict[str, float] = {}

    def watch(_: float, stage: str) -> None:
        begins.setdefault(stage, time.perf_counter())

    report = service.rescanner.carry_out(service.rescanner.start(RescanOptions()), watch)
    ends = [*list(begins.values())[1:], time.perf_counter()]
    spent = {stage: end - begin for (stage, begin), end in zip(begins.items(), ends, strict=True)}
    return {"seconds": sum(spent.values()), "stages": spent, "report": report}


def ready_stage(application: Application) -> dict[str, Any]:
    """From an open database to an index that answers, with the snapshot the re-scan left."""
    return {"seconds": seconds(application.deduplicator.warm)}


def reindex_stage(application: Application) -> dict[str, Any]:
    return {"seconds": seconds(application.deduplicator.live.rebuild)}


def screen_stage(application: Application, queries: str) -> dict[str, Any]:
    service = application.deduplicator
    asked = list(files.read_submissions(Path(queries)))
    service.warm()
    return dict(percentiles(lambda i: service.screen(asked[i % len(asked)]), len(asked)))


if __name__ == "__main__":
    main()
