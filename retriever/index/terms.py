"""The terms of a keyword index: sorted UTF-8, end to end, mapped into memory and searched there.

Most terms stand in a passage or two, so that what is told of each counts: two bytes say how long it is, four in how many
passages it stands and two how many of its codes are no posting. Where it begins is told for every ``STEP``-th term.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.arrays import load
from retriever.index.codes import Ends
from retriever.index.termkeys import Bytes

STEP = 64  # terms from one whose beginning is told to the next


class TermTable:
    """Terms by their numbers, in the order of their bytes. Safe to read from several threads."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError where a file is missing or is not an array."""
        self._terms: Bytes = load(folder, "terms")
        self._sizes: NDArray[np.uint16] = load(folder, "sizes")
        self.frequencies: NDArray[np.uint32] = load(folder, "frequencies")
        self._far: NDArray[np.uint16] = load(folder, "far")
        begins: Ends = np.asarray(load(folder, "begins"), np.int64)
        self._begins, self._code_begins = (
            begins[::2].tolist(),
            begins[1::2].tolist(),
        )  # of every STEP-th term, and the end
        if len(self._begins) != -(-len(self) // STEP) + 1:
            raise ValueError(f"{folder.name}/begins.npy: {len(begins)} numbers for {len(self)} terms")
        # The ends of terms are where the next begin; the first of every STEP are held in memory.
        text, sizes = self._terms.tobytes(), self._sizes[::STEP].tolist()
        self._signposts = [text[at : at + size] for at, size in zip(self._begins, sizes, strict=False)]

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def whole(self) -> tuple[Bytes, Ends]:
        """All terms end to end, and where each ends."""
        return self._terms, np.cumsum(self._sizes, dtype=np.int64)

    def codes_of(self, first: int, last: int) -> tuple[int, Ends]:
        """Where the codes of the terms from ``first`` to before ``last`` begin, and where those of each end."""
        block = first // STEP
        counts = self.frequencies[block * STEP : last].astype(np.int64) + self._far[block * STEP : last]
        ends = np.cumsum(counts) + self._code_begins[block]
        before = first - block * STEP
        return int(ends[before - 1]) if before else self._code_begins[block], ends[before:]

    def listed(self, term: str) -> tuple[int, int, int]:
        """Where the codes of a term begin and end, and in how many passages it stands; all 0 where there is no such term."""
        wanted = term.encode()
        block, first, last = self._where(wanted)
        byte, code = self._begins[block], self._code_begins[block]
        return fast_listed(self._terms, self._sizes, self.frequencies, self._far, byte, code, first, last, wanted)

    def has_beginning(self, beginning: str) -> bool:
        """Whether any term begins so."""
        return self._first_not_below(beginning.encode())[1].startswith(beginning.encode())

    def _first_not_below(self, wanted: bytes) -> tuple[int, bytes]:
        """The first term that does not come before ``wanted``, and its number; nothing, and one too many, where all do."""
        block, first, last = self._where(wanted)
        return fast_not_below(self._terms, self._sizes, self._begins[block], first, last, wanted)

    def _where(self, wanted: bytes) -> tuple[int, int, int]:
        """The block of terms among which ``wanted`` would be, the first of it, and one behind the first of the next."""
        block = max(0, bisect_left(self._signposts, wanted) - 1)
        return block, block * STEP, min((block + 1) * STEP + 1, len(self))

    def followers(self, character: str) -> frozenset[str]:
        """The characters that stand second in terms that begin with ``character``, where no term has more than two."""
        beginning = character.encode()
        first, last = (self._first_not_below(end)[0] for end in (beginning, beginning + b"\xff"))
        begin, end = self._byte_of(first), self._byte_of(last)
        if first < last and self._sizes[first] == len(beginning):  # the character by itself
            begin += len(beginning)
        return frozenset(self._terms[begin:end].tobytes().decode()[1::2])

    def _byte_of(self, number: int) -> int:
        """Where a term begins."""
        block = number // STEP
        begin: int = self._begins[block]
        return begin + int(self._sizes[block * STEP : number].sum(dtype=np.int64))

    def preceders(self, character: str) -> frozenset[str]:
        """The characters that stand first in terms of two that end with ``character``."""
        firsts, seconds = self._by_second
        low, high = np.searchsorted(
            seconds, np.array([ord(character), ord(character) + 1], np.uint32)
        )  # its own type: no copy
        return frozenset(map(chr, firsts[low:high].tolist()))

    @cached_property
    def _by_second(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """First and second character of the terms that have two, ordered by the second: one pass over all terms."""
        characters = np.frombuffer(self._terms.tobytes().decode().encode("utf-32-le"), np.uint32)
        so_far = np.cumsum((self._terms & 0xC0) != 0x80, dtype=np.int32)  # a byte of UTF-8 at which a character begins
        ends = so_far[self.whole[1] - 1]
        starts = np.concatenate([np.zeros(1, ends.dtype), ends[:-1]])
        two = starts[ends - starts == 2]
        first, second = characters[two], characters[two + 1]
        order = _ordered(second)
        return first[order], second[order]


def _ordered(characters: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Where they stand in ascending order, equal ones as they came. 16 bits are put in order far sooner than 32, and hold nearly all."""
    order = np.argsort(np.minimum(characters, 0xFFFF).astype(np.uint16), kind="stable")
    rare = order[np.searchsorted(characters[order], np.uint32(0xFFFF)) :] if len(order) else order
    rare[:] = rare[np.argsort(characters[rare], kind="stable")]
    return order


def not_below(
    terms: Bytes, sizes: NDArray[np.uint16], begin: int, first: int, last: int, wanted: bytes
) -> tuple[int, bytes]:
    """The first of the terms with the numbers from ``first`` to before ``last`` that does not come before ``wanted``, and its
    number; ``last`` and nothing where all do. The first begins at the byte ``begin``."""
    for number, size in enumerate(sizes[first:last].tolist(), start=first):
        term = terms[begin : begin + size].tobytes()
        if term >= wanted:
            return number, term
        begin += size
    return last, b""


fast_not_below = faster("retriever.index._terms", "not_below", not_below)


def listed(
    terms: Bytes,
    sizes: NDArray[np.uint16],
    frequencies: NDArray[np.uint32],
    far: NDArray[np.uint16],
    byte: int,
    code: int,
    first: int,
    last: int,
    wanted: bytes,
) -> tuple[int, int, int]:
    """Begin and end of the codes of ``wanted``, and its passages, among the terms from ``first`` to before ``last``; all 0 where
    it is none of them. The first begins at ``byte``, and its codes at ``code``."""
    number, found = not_below(terms, sizes, byte, first, last, wanted)
    if found != wanted:
        return 0, 0, 0
    begin = code + int(frequencies[first:number].sum(dtype=np.int64)) + int(far[first:number].sum(dtype=np.int64))
    return begin, begin + int(frequencies[number]) + int(far[number]), int(frequencies[number])


fast_listed = faster("retriever.index._terms", "listed", listed)
