"""What a rebuild of one slice adds: a part, which never changes again and is of every later generation that has use for it.

A part is a partition of the same name in every collection. Of a generation are, slice by slice, the parts that were added one
after the other, less the articles that are gone since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from retriever.index.milvus.schema import PACKED, packed, unpacked

ROW_BITS = 40  # rows, and numbers of articles, that one part may have: over a million million
SERIAL_BITS = 13
STATE = "state_"
_FORM = re.compile(rf"part_([0-9]{{1,3}})_([0-9]{{1,4}})_({PACKED})")


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """``serial`` counts the parts of a slice from 1; ``making`` names the rebuild that wrote it."""

    slice: int
    serial: int
    making: str

    @classmethod
    def read(cls, partition: str) -> Part | None:
        """
        >>> Part.read(Part(3, 12, "20261120T123523Z-1aa2").partition)
        Part(slice=3, serial=12, making='20261120T123523Z-1aa2')
        """
        match = _FORM.fullmatch(partition)
        return cls(int(match[1]), int(match[2]), unpacked(match[3])) if match else None

    @property
    def partition(self) -> str:
        return f"part_{self.slice}_{self.serial}_{packed(self.making)}"

    @property
    def state(self) -> str:
        """The partition of what the slice is grown from the next time."""
        return STATE + self.partition

    @property
    def first(self) -> int:
        """Its first row, and the number of its first article: no two parts share one, and none waits for another."""
        return (self.slice << SERIAL_BITS | self.serial) << ROW_BITS

    @property
    def id(self) -> int:
        """What keys of its records end in, where other parts have the same."""
        return self.first >> ROW_BITS


def parts_among(partitions: Iterable[str]) -> list[Part]:
    """The parts that these partitions are, by slices, as they were added."""
    return sorted(part for name in partitions if (part := Part.read(name)))


@dataclass(frozen=True, slots=True)
class Extent:
    """What one generation is made of."""

    base: str  # whose collections its parts are in
    parts: tuple[Part, ...]
    states: tuple[Part, ...]  # of each slice the part that it is grown from
    gone: tuple[int, ...]  # numbers of articles of these parts that are no longer there

    def told(self) -> dict[str, Any]:
        names = {"parts": self.parts, "states": self.states}
        return {"base": self.base, "gone": self.gone} | {
            name: [part.partition for part in parts] for name, parts in names.items()
        }

    @classmethod
    def of(cls, told: dict[str, Any]) -> Extent:
        parts, states = (tuple(_parts(told[name])) for name in ("parts", "states"))
        return cls(told["base"], parts, states, tuple(told["gone"]))


def _parts(names: Sequence[str]) -> list[Part]:
    parts = [Part.read(name) for name in names]
    return [part for part in parts if part is not None]
