"""One BLAS thread for small products: a second is waited for longer than it helps.

On a PC that is busy with other work ten times as long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from threadpoolctl import ThreadpoolController

_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def single_thread() -> Iterator[None]:
    """For a millisecond's work: the limit is the whole process's, so that others wait for their turn.

    Were two inside at once, the second would take the first's limit for what was in force before.
    """
    with _ONE_AT_A_TIME, _libraries().limit(limits=1, user_api="blas"):
        yield


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
