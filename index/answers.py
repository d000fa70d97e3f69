"""What an index answers: the best hits of one query, and the similar pairs of the whole index."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """The nearest rows of one query: best first, equal similarities by smaller id, no padding.

    ids: int64 (m,); similarities: float32 (m,) in [-1, 1] up to rounding; m <= k.
    """

    ids: NDArray[np.int64]
    similarities: NDArray[np.float32]

    @classmethod
    def none(cls) -> Self:
        return cls(np.empty(0, np.int64), np.empty(0, np.float32))

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of rows at or above a threshold, each once, sorted by (left, right), left < right.

    left, right: int64 (m,); similarity: float32 (m,); crowded: ascending int64 ids of the rows
    that had more partners at or above the threshold than the cap allowed to be listed for them
    (empty without a cap).
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    similarity: NDArray[np.float32]
    crowded: NDArray[np.int64]

    @classmethod
    def none(cls) -> Self:
        empty = np.empty(0, np.int64)
        return cls(empty, empty, np.empty(0, np.float32), empty)

    def __len__(self) -> int:
        return len(self.left)
