"""A second core for what lets go of the interpreter's lock: the caller goes on while it is worked out."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begin ``work``. What is handed back waits for it, and tells its result or raises what it raised.

    It begins when the caller lets go of the interpreter's lock, so the caller's own long step should come next.
    Where there is one core, it is done when it is asked for: a second thread would only take turns.
    """
    return work if CORES == 1 else _pool().submit(work).result


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(CORES, thread_name_prefix="beside")


if hasattr(os, "register_at_fork"):  # threads do not come along into a child
    os.register_at_fork(after_in_child=_pool.cache_clear)
