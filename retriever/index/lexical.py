"""The keyword index: postings in memory-mapped arrays, scored by BM25.

Ours rather than a library's because a question's terms carry weights of their own (a synonym counts less than the word
as typed, a pair of characters less than a word), because k1 and b are tuned for news, and because a passage has to say
which of the question's words it was found by. bm25s has no weights for terms; tantivy fixes k1 and b.

On disk, one folder: ``terms.npy`` (sorted UTF-8, end to end), ``term_ends.npy``, ``posting_ends.npy``, ``rows.npy``,
``counts.npy``, ``lengths.npy``. Row ``r`` of ``rows`` with ``counts`` says how often a term stands in passage ``r``.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1, B = 0.9, 0.4  # beat the usual 1.5 and 0.75 on news
REMEMBERED_TERMS = 1 << 15

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

    def __len__(self) -> int:
        return len(self._norms)

    def _find(self, term: str) -> int:
        """The term's number, -1 where no passage has it. Binary search over the mapped terms."""
        wanted, low, high = term.encode(), 0, len(self._term_ends)
        while low < high:
            middle = (low + high) // 2
            start = int(self._term_ends[middle - 1]) if middle else 0
            found = self._terms[start : int(self._term_ends[middle])].tobytes()
            if found == wanted:
                return middle
            low, high = (middle + 1, high) if found < wanted else (low, middle)
        return -1

    def _look_up(self, term: str) -> slice:
        number = self._find(term)
        if number < 0:
            return slice(0, 0)
        return slice(int(self._posting_ends[number - 1]) if number else 0, int(self._posting_ends[number]))

    def frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        found = self._postings(term)
        return int(found.stop - found.start)

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency (Lucene's form, never negative); an unknown term is the rarest."""
        frequency, total = self.frequency(term), len(self)
        return float(np.log1p((total - frequency + 0.5) / (frequency + 0.5)))

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
