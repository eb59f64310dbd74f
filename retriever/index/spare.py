"""Arrays with a number for each passage, made once and lent out: a new one costs more than what is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Spare:
    """As many arrays as threads have needed at once. Each is handed out, and has to be left, full of ``filled``."""

    def __init__(self, length: int, dtype: type[np.generic], filled: int) -> None:
        self._length, self._dtype, self._filled = length, dtype, filled
        self._free: list[NDArray[Any]] = []

    @contextmanager
    def lent(self) -> Iterator[NDArray[Any]]:
        try:
            array = self._free.pop()
        except IndexError:
            array = np.full(self._length, self._filled, self._dtype)
        yield array
        self._free.append(array)  # not where anything was raised: what it holds then is not known
