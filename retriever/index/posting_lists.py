"""Reading postings: whole lists, or what some rows hold of them. Memory-mapped; safe to read from several threads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retriever.index.arrays import load
from retriever.index.codes import STRIDE, Codes, Ends, Postings, decode, passed, passed_in_blocks
from retriever.index.terms import TermTable

REMEMBERED_TERMS = 1 << 15
ROWS_AT_ONCE = 1 << 12
_ROW_BITS = 32

Rows = NDArray[np.int64]
Counts = NDArray[np.uint8]


class Listed(NamedTuple):
    """Where the postings of a term stand."""

    begin: int  # in the codes
    end: int
    frequency: int  # passages


NOWHERE = Listed(0, 0, 0)


class PostingLists:
    """The posting lists of an opened keyword index."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError where a file is missing or is not an array."""
        self.terms = TermTable(folder)
        self._codes: Codes = load(folder, "codes")
        self._blocks = self._codes.reshape(-1, STRIDE)
        self._skips: NDArray[np.uint32] = load(folder, "skips")
        # One question looks a term up several times, and questions share words.
        self.listed = lru_cache(maxsize=REMEMBERED_TERMS)(partial(_look_up, self.terms))

    def between(self, first: int, last: int) -> Postings:
        """The postings of the terms with the numbers from ``first`` to before ``last``."""
        if first == last:
            return np.empty(0, np.uint32)
        begin, ends = self.terms.codes_of(first, last)
        return decode(self._codes[begin : ends[-1]], ends - begin)[0]

    def whole(self, lists: Sequence[Listed]) -> tuple[Rows, Codes, Ends]:
        """All codes of some lists end to end: ``row + 1`` of each, its count, and where those of each list end.

        A count of nothing is no posting: its row does not matter, but is one of the index or the one before the first.
        """
        codes = np.concatenate([self._codes[:0], *(self._codes[each.begin : each.end] for each in lists)])
        ends = np.cumsum([each.end - each.begin for each in lists], dtype=np.int64)
        return *passed(codes, ends), ends

    def rows(self, listed: Listed) -> Rows:
        """The rows of one list, ascending."""
        ups, counts, _ = self.whole([listed])
        return ups[counts > 0] - 1

    def counts(self, lists: Sequence[Listed], rows: Rows) -> Counts:
        """How often each term stands in each of ``rows``, which ascend; shape (lists, rows).

        Of each list only the blocks are read in which one of the rows can stand.
        """
        result = np.zeros((len(lists), len(rows)), np.uint8)
        numbers = [number for number, each in enumerate(lists) if each.frequency]
        if numbers:
            held = [lists[number] for number in numbers]
            for first in range(0, len(rows), ROWS_AT_ONCE):
                some = slice(first, first + ROWS_AT_ONCE)
                result[numbers, some] = self._counts(held, rows[some] + 1)
        return result

    def _counts(self, lists: Sequence[Listed], upto: NDArray[np.int64]) -> Counts:
        """The same of lists that are not empty, by ``row + 1``."""
        begins, ends, _ = np.array(lists, np.int64).T
        firsts, sizes = begins // STRIDE, (ends - 1) // STRIDE - begins // STRIDE + 1
        last = np.cumsum(sizes)
        of_list = np.repeat(np.arange(len(lists)), sizes)
        blocks = np.arange(last[-1]) + np.repeat(firsts - last + sizes, sizes)
        before = self._skips[blocks]  # rows that lie behind each
        before[last - sizes] = 0  # the first goes on from where another term ends

        # List and row as one number: the block in which a row can stand is the last that begins before it.
        wanted = ((np.arange(len(lists)) << _ROW_BITS)[:, None] + upto).ravel()
        here = np.searchsorted((of_list << _ROW_BITS) + before, wanted) - 1
        is_new = np.diff(here, prepend=-1) > 0
        read = here[is_new]
        codes = self._blocks[blocks[read]]
        _leave_out(codes, begins[of_list[read]] - STRIDE * blocks[read], ends[of_list[read]] - STRIDE * blocks[read])
        ups, counts = passed_in_blocks(codes, before[read])

        own = np.cumsum(is_new) - 1  # the block that is read for each
        place, code = np.divmod(np.flatnonzero(ups[own] == np.tile(upto, len(lists))[:, None]), STRIDE)
        times = counts[own[place], code]
        result = np.zeros(len(own), np.uint8)
        result[place[times > 0]] = times[times > 0]  # what is no posting may lead up to the same row
        return result.reshape(len(lists), len(upto))


def _leave_out(codes: Codes, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
    """Make nothing of the codes of each block that stand before its ``begins``, or from its ``ends`` on."""
    cut = np.flatnonzero((begins > 0) | (ends < STRIDE))
    places = np.arange(STRIDE)
    codes[cut] *= (places >= begins[cut, None]) & (places < ends[cut, None])


def _look_up(terms: TermTable, term: str) -> Listed:
    number = terms.find(term)
    if number < 0:
        return NOWHERE
    begin, ends = terms.codes_of(number, number + 1)
    return Listed(begin, int(ends[0]), int(terms.frequencies[number]))
