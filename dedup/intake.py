"""Bringing a file in, from its bytes to stored records: between the files room and the import job.

Nothing is written before the whole file was read; rows that cannot be stored are reported by the
row number Excel shows, and returned in a copy of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dedup import files
from dedup.initiatives import Initiative, InitiativeId, SourceRow, Submission
from dedup.jobs.importing import Imported, Origin
from dedup.ports import InitiativeFilter
from dedup.service import Deduplicator

Tell = Callable[[float, str], None]
