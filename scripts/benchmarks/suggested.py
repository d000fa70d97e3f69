"""Every suggestion of the archive as JSON lines: codes and band. Prints one JSON line with the count."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dedup.bootstrap import build
from dedup.config import Settings
from dedup.ports import SuggestionFilter


def main() -> None:
    application = build(Settings())
    count = 0
    with application.store.unit() as unit, Path(sys.argv[1]).open("w", encoding="utf-8") as out:
        code = {record.id: record.code for batch in unit.initiatives.iterate() for record in batch}
        for suggestion in unit.suggestions.iterate(SuggestionFilter(decided=None)):
            left, right = code[suggestion.pair.left], code[suggestion.pair.right]
            out.write(json.dumps({"left": left, "right": right, "band": suggestion.band}) + "\n")
            count += 1
    application.close()
    print(json.dumps({"pairs": count}))


if __name__ == "__main__":
    main()
