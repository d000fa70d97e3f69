"""An order of pairs in which those of one record, and of records like it, lie close together."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from dedup.ports import Ids


def side_by_side(left: Ids, right: Ids) -> Ids:
    """The order (m,) to take the pairs (left[i], right[i]) in.

    Reverse Cuthill-McKee (1969) numbers records so that linked ones have near numbers; pairs in the
    order of these touch few records a batch, and a record is prepared for few batches.
    """
    if not len(left):
        return np.empty(0, dtype=np.int64)
    records, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    one, other = place[: len(left)], place[len(left) :]
    ends = np.concatenate([one, other]), np.concatenate([other, one])
    graph = coo_array((np.ones(2 * len(left), dtype=np.int8), ends), shape=(len(records),) * 2)
    number = np.empty(len(records), dtype=np.int64)
    number[reverse_cuthill_mckee(graph.tocsr(), symmetric_mode=True)] = np.arange(len(records))
    one, other = number[one], number[other]
    return np.lexsort((np.maximum(one, other), np.minimum(one, other)))
