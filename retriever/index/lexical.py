"""The keyword index: postings in memory-mapped arrays, scored by BM25.

Ours rather than a library's because a question's terms carry weights of their own (a synonym counts less than the word
as typed, a pair of characters less than a word), because k1 and b are tuned for news, and because a passage has to say
which of the question's words it was found by. bm25s has no weights for terms; tantivy fixes k1 and b.

On disk, one folder: ``terms.npy`` (sorted UTF-8, end to end), ``term_ends.npy``, ``posting_ends.npy``, ``rows.npy``,
``counts.npy``, ``lengths.npy``. Row ``r`` of ``rows`` with ``counts`` says how often a term stands in passage ``r``.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1, B = 0.9, 0.4  # beat the usual 1.5 and 0.75 on news
REMEMBERED_TERMS = 1 << 15
REMEMBERED_CHARACTERS = 1 << 12

Scores = NDArray[np.float32]


class LexicalBuilder:
    """Collects passages, row by row, and writes the index."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms, self._rows, self._counts, self._lengths = array("I"), array("I"), array("H"), array("I")

    def add(self, terms: Iterable[str]) -> None:
        """The terms of the next row, repeated as often as they stand in it."""
        row, length = len(self._lengths), 0
        for term, count in Counter(terms).items():
            self._terms.append(self._numbers.setdefault(term, len(self._numbers)))
            self._rows.append(row)
            self._counts.append(min(count, 0xFFFF))
            length += count
        self._lengths.append(length)

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        ordered = sorted((term.encode(), number) for term, number in self._numbers.items())
        place = np.empty(len(ordered), np.int64)
        place[[number for _, number in ordered]] = np.arange(len(ordered))
        placed = place[np.frombuffer(self._terms, np.uint32)] if len(self._terms) else np.empty(0, np.int64)
        order = np.argsort(placed, kind="stable")  # rows stay ascending inside a term
        arrays: dict[str, NDArray[np.generic]] = {
            "terms": np.frombuffer(b"".join(term for term, _ in ordered), np.uint8),
            "term_ends": np.cumsum([len(term) for term, _ in ordered], dtype=np.int64),
            "posting_ends": np.cumsum(np.bincount(placed, minlength=len(ordered)), dtype=np.int64),
            "rows": np.frombuffer(self._rows, np.uint32)[order] if len(order) else np.empty(0, np.uint32),
            "counts": np.frombuffer(self._counts, np.uint16)[order] if len(order) else np.empty(0, np.uint16),
            "lengths": np.frombuffer(self._lengths, np.uint32) if self._lengths else np.empty(0, np.uint32),
        }
        for name, values in arrays.items():
            np.save(folder / f"{name}.npy", values, allow_pickle=False)


class LexicalIndex:
    """An opened keyword index, memory-mapped. Safe to read from several threads."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError where a file is missing or is not an array."""

        def load(name: str) -> NDArray[Any]:
            # A plain view: numpy's memmap class costs microseconds with every slice.
            return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))

        self._terms: NDArray[np.uint8] = load("terms")
        self._term_ends: NDArray[np.int64] = load("term_ends")
        self._posting_ends: NDArray[np.int64] = load("posting_ends")
        self._rows: NDArray[np.uint32] = load("rows")
        self._counts: NDArray[np.uint16] = load("counts")
        lengths = load("lengths").astype(np.float32)
        mean = float(lengths.mean()) if lengths.size else 1.0
        # k1 · (1 − b + b · length / mean length), one a row
        self._norms: Scores = (K1 * (1 - B + B * lengths / max(mean, 1.0))).astype(np.float32)
        # One question looks a term up several times, and questions share words.
        self._postings = lru_cache(maxsize=REMEMBERED_TERMS)(self._look_up)
        self.followers = lru_cache(maxsize=REMEMBERED_CHARACTERS)(self._followers)
        self.preceders = lru_cache(maxsize=REMEMBERED_CHARACTERS)(self._preceders)

    def __len__(self) -> int:
        return len(self._norms)

    def _find(self, term: str) -> int:
        """The term's number, -1 where no passage has it."""
        number = self._first_not_below(term.encode())
        return number if number < len(self._term_ends) and self._term(number) == term.encode() else -1

    def _term(self, number: int) -> bytes:
        start = int(self._term_ends[number - 1]) if number else 0
        return self._terms[start : int(self._term_ends[number])].tobytes()

    def _first_not_below(self, wanted: bytes) -> int:
        """The number of the first term that does not come before ``wanted``. Binary search over the mapped terms."""
        low, high = 0, len(self._term_ends)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._term(middle) < wanted else (low, middle)
        return low

    @cached_property
    def _ends(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """First and second character of the terms that have two, ordered by the second: one pass over all terms."""
        characters = np.frombuffer(self._terms.tobytes().decode().encode("utf-32-le"), np.uint32)
        begins = np.flatnonzero((self._terms & 0xC0) != 0x80)  # bytes of UTF-8 at which a character begins
        ends = np.searchsorted(begins, self._term_ends)
        starts = np.concatenate([np.zeros(1, ends.dtype), ends[:-1]])
        two = starts[ends - starts == 2]
        first, second = characters[two], characters[two + 1]
        order = np.argsort(second, kind="stable")
        return first[order], second[order]

    def _followers(self, character: str) -> frozenset[str]:
        """The characters that stand second in terms that begin with ``character``, where no term has more than two."""
        beginning = character.encode()
        first, last = self._first_not_below(beginning), self._first_not_below(beginning + b"\xff")
        if first == last:
            return frozenset()
        start = int(self._term_ends[first - 1]) if first else 0
        together = self._terms[start : int(self._term_ends[last - 1])].tobytes().decode()  # 甲甲乙甲丙, or 甲乙甲丙
        return frozenset(together[len(together) % 2 :][1::2])

    def _preceders(self, character: str) -> frozenset[str]:
        """The characters that stand first in terms of two that end with ``character``."""
        firsts, seconds = self._ends
        low, high = np.searchsorted(seconds, [ord(character), ord(character) + 1])
        return frozenset(map(chr, firsts[low:high].tolist()))

    def _look_up(self, term: str) -> slice:
        number = self._find(term)
        if number < 0:
            return slice(0, 0)
        return slice(int(self._posting_ends[number - 1]) if number else 0, int(self._posting_ends[number]))

    def frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        found = self._postings(term)
        return int(found.stop - found.start)

    def has_beginning(self, beginning: str) -> bool:
        """Whether any term begins so: 8月 where articles print 8月2日."""
        number, wanted = self._first_not_below(beginning.encode()), beginning.encode()
        return number < len(self._term_ends) and self._term(number).startswith(wanted)

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency (Lucene's form, never negative); an unknown term is the rarest."""
        frequency, total = self.frequency(term), len(self)
        return math.log1p((total - frequency + 0.5) / (frequency + 0.5))

    def rows_of(self, term: str) -> NDArray[np.uint32]:
        """Every passage with the term, ascending."""
        return self._rows[self._postings(term)]

    def scores(self, weights: Mapping[str, float]) -> Scores:
        """BM25 of every passage for the weighted terms; shape (passages,)."""
        total = np.zeros(len(self), np.float32)
        for term, weight in weights.items():
            found = self._postings(term)
            if found.stop == found.start:
                continue
            rows, counts = self._rows[found], self._counts[found].astype(np.float32)
            factor = np.float32(weight * self.rarity(term) * (K1 + 1))
            total[rows] += factor * counts / (counts + self._norms[rows])
        return total

    def held(self, terms: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of ``rows`` have which terms; shape (terms, rows)."""
        result = np.zeros((len(terms), len(rows)), np.bool_)
        wanted = rows.astype(np.uint32)
        for term, has in zip(terms, result, strict=True):
            found = self.rows_of(term)
            if len(found):
                places = np.searchsorted(found, wanted)
                np.equal(found[np.minimum(places, len(found) - 1)], wanted, out=has)
        return result
