"""The queue in strands: disjoint parts of the suggestions, each quick to read best first.

A page merges the heads of its strands. A strand of a band or a relation runs along an index that is
in the wanted order; a strand of one record or of a small unit is short and is sorted as found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, literal, or_, select, true

from dedup.initiatives import SuggestionState
from dedup.ports import SuggestionFilter
from dedup.store.tables import OPEN, initiatives, suggestions

_s = suggestions.c
UNDECIDED, DECIDED = _s.decided == literal(False), _s.decided == literal(True)
# Open, said the other way round: the indexes of the queue, which hold open ones, then do not offer
# themselves, and the planner goes by the record as it should.
_OPEN_BY_RECORD = _s.state != literal(SuggestionState.RETIRED.value)

# Up to so many records a unit's pairs are looked up record by record; of a larger one enough are
# met soon along the queue.
SMALL_UNIT = 2_000

Cursor = tuple[float, int, int]  # score, left, right


def strands_of(where: SuggestionFilter, *, unit_ids: Sequence[int] | None) -> list[list[Any]]:
    """The conditions of each strand; ``unit_ids`` are the records of a small unit, else None."""
    return [
        [decided, *part, *_limits(where)]
        for decided in _decided(where)
        for part in _parts(where, unit_ids)
    ]


def beyond(score: float, left: int, right: int) -> Any:
    """After the cursor in the order of the queue, in the form whose first part an index can use."""
    return and_(
        _s.score <= score,
        or_(
            _s.score < score,
            _s.left_id > left,
            and_(_s.left_id == left, _s.right_id > right),
        ),
    )


def _decided(where: SuggestionFilter) -> list[Any]:
    if where.decided is None:
        return [UNDECIDED, DECIDED]
    return [DECIDED if where.decided else UNDECIDED]


def _parts(where: SuggestionFilter, unit_ids: Sequence[int] | None) -> list[list[Any]]:
    bands, relations = list(dict.fromkeys(where.bands)), list(dict.fromkeys(where.relations))
    few = [where.initiative_id] if where.initiative_id is not None else unit_ids
    if few is not None:
        related = _s.relation.in_(relations) if relations else true()
        some = [_OPEN_BY_RECORD, _s.band.in_(bands), related]
        left, right = _s.left_id.in_(few), _s.right_id.in_(few)
        return [[left, *some], [right, _s.left_id.not_in(few), *some]]
    if relations:
        return [[OPEN, _s.relation == relation, _s.band.in_(bands)] for relation in relations]
    return [[OPEN, _s.band == band] for band in bands]


def _limits(where: SuggestionFilter) -> list[Any]:
    limits: list[Any] = []
    if where.min_score > 0.0:
        limits.append(_s.score >= where.min_score)
    if where.unit_id is not None:
        limits.append(_one_side_in(where.unit_id))
    return limits


def _one_side_in(unit_id: int) -> Any:
    i = initiatives.c
    of_pair = or_(i.id == _s.left_id, i.id == _s.right_id)
    return select(i.id).where(of_pair, i.unit_id == unit_id).exists()
