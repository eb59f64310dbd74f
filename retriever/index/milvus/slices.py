"""A share of the corpus that one process makes: the third of sixteen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from retriever.errors import SliceWrong

MOST_SLICES = 128
_PARTITIONS = 1000  # of the 1,024 that Milvus allows
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

    def holds(self, key: str) -> bool:
        """Whether what goes by this key is this slice's; exactly one slice of as many says so.

        >>> [Slice(n, 3).holds("周口日报 2022-08-03") for n in (1, 2, 3)].count(True)
        1
        """
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "little") % self.of == self.number - 1


WHOLE = Slice(1, 1)


@dataclass(frozen=True, slots=True)
class Folding:
    """How far a slice may grow before what is left of its parts is written into one, of which no other generation is made."""

    most_parts: int
    most_gone: int  # articles; each question names them all

    @classmethod
    def of(cls, slices: int) -> Folding:
        """For so many slices: each takes a partition a part, and one for what each kept generation is grown from.

        >>> Folding.of(1), Folding.of(128)
        (Folding(most_parts=12, most_gone=1000), Folding(most_parts=2, most_gone=20))
        """
        return cls(min(12, _PARTITIONS // slices - 5), max(20, 1000 // slices))

    def is_due(self, parts: int, gone: int) -> bool:
        return parts > self.most_parts or gone > self.most_gone
