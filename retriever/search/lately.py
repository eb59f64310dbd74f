"""What was lately worked out, kept for the next question: questions come back to the same few articles."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Lately(Generic[Key, Value]):
    """Values by their keys, each made once as long as it is remembered. Safe to use from several threads."""

    def __init__(self, make: Callable[[list[Key]], Iterable[Value]], remembered: int) -> None:
        """``make`` gives the values of keys that are not remembered, all of one question at once, in their order."""
        self._make, self._remembered = make, remembered
        self._values: OrderedDict[Key, Value] = OrderedDict()  # least lately used first
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def of(self, keys: Sequence[Key]) -> list[Value]:
        """The values of the keys, in their order."""
        with self._lock:
            found = {key: self._values[key] for key in keys if key in self._values}
        if missing := [key for key in dict.fromkeys(keys) if key not in found]:
            found |= zip(missing, self._make(missing), strict=True)
        self._keep(found)
        return [found[key] for key in keys]

    def _keep(self, found: dict[Key, Value]) -> None:
        with self._lock:
            for key, value in found.items():
                self._values[key] = value
                self._values.move_to_end(key)
            while len(self._values) > self._remembered:
                self._values.popitem(last=False)
