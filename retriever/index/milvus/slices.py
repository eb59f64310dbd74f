"""A share of the corpus that one process makes: the third of sixteen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from retriever.errors import SliceWrong

MOST_SLICES = 500  # each takes two of the 1,024 partitions that Milvus allows
ROW_BITS = 40  # rows, and numbers of articles, that one slice may have: over a million million
_FORM = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Slice:
    """``number`` counts from 1."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Slice:
        """Raises SliceWrong.

        >>> Slice.read("3/16")
        Slice(number=3, of=16)
        """
        match = _FORM.fullmatch(text)
        number, of = (int(match[1]), int(match[2])) if match else (0, 0)
        if not 1 <= number <= of <= MOST_SLICES:
            raise SliceWrong(given=text, most=MOST_SLICES)
        return cls(number, of)

    @property
    def first(self) -> int:
        """Its first row, and the number of its first article: no two slices share one, and none waits for another."""
        return (self.number - 1) << ROW_BITS

    @property
    def partition(self) -> str:
        """Where its records are. A slice that is made again replaces all of it."""
        return f"slice_{self.number}_of_{self.of}"

    @property
    def mark(self) -> str:
        """A partition that stays empty: it is there once the slice is whole."""
        return f"whole_{self.number}_of_{self.of}"

    def holds(self, key: str) -> bool:
        """Whether what goes by this key is this slice's; exactly one slice of as many says so.

        >>> [Slice(n, 3).holds("周口日报 2022-08-03") for n in (1, 2, 3)].count(True)
        1
        """
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "little") % self.of == self.number - 1


WHOLE = Slice(1, 1)
