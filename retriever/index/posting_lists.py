"""Reading postings: whole lists, or what some rows hold of them. Memory-mapped; safe to read from several threads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.arrays import load
from retriever.index.codes import STRIDE, Codes, Ends, Postings, decode, passed, passed_in_blocks
from retriever.index.terms import TermTable

REMEMBERED_TERMS = 1 << 15
ROWS_AT_ONCE = 1 << 12
_ROW_BITS = 32

Rows = NDArray[np.int64]
Counts = NDArray[np.uint8]
Skips = NDArray[np.uint32]


class Listed(NamedTuple):
    """Where the postings of a term stand."""

    begin: int  # in the codes
    end: int
    frequency: int  # passages


class PostingLists:
    """The posting lists of an opened keyword index."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError where a file is missing or is not an array."""
        self.terms = TermTable(folder)
        self.codes: Codes = load(folder, "codes")
        self.skips: Skips = load(folder, "skips")
        # One question looks a term up several times, and questions share words.
        self.listed = lru_cache(maxsize=REMEMBERED_TERMS)(partial(_look_up, self.terms))

    def between(self, first: int, last: int) -> Postings:
        """The postings of the terms with the numbers from ``first`` to before ``last``."""
        if first == last:
            return np.empty(0, np.uint32)
        begin, ends = self.terms.codes_of(first, last)
        return decode(self.codes[begin : ends[-1]], ends - begin)[0]

    def rows(self, listed: Listed) -> Rows:
        """The rows of one list, ascending."""
        ups, counted, _ = whole(self.codes, [(listed.begin, listed.end)])
        return ups[counted > 0] - 1

    def counts(self, lists: NDArray[np.int64], rows: Rows) -> Counts:
        """How often each term stands in each of ``rows``, which ascend; shape (lists, rows). ``lists``: a Listed a row.

        Of each list only the blocks are read in which one of the rows can stand.
        """
        return fast_counts(self.codes, self.skips, lists[:, 0].copy(), lists[:, 1].copy(), rows)


def whole(codes: Codes, spans: Sequence[tuple[int, int]]) -> tuple[Rows, Codes, Ends]:
    """All codes of some lists end to end: ``row + 1`` of each, its count, and where those of each list end.

    A count of nothing is no posting: its row does not matter, but is one of the index or the one before the first.
    """
    together = np.concatenate([codes[:0], *(codes[begin:end] for begin, end in spans)])
    ends = np.cumsum([end - begin for begin, end in spans], dtype=np.int64)
    return *passed(together, ends), ends


def counts(codes: Codes, skips: Skips, begins: Ends, ends: Ends, rows: Rows) -> Counts:
    """How often the terms whose codes stand from ``begins`` to ``ends`` stand in each of ``rows``, which ascend."""
    result = np.zeros((len(begins), len(rows)), np.uint8)
    held = np.flatnonzero(begins < ends)
    if len(held):
        for first in range(0, len(rows), ROWS_AT_ONCE):
            some = slice(first, first + ROWS_AT_ONCE)
            result[held, some] = _counts_of_lists(codes, skips, begins[held], ends[held], rows[some] + 1)
    return result


fast_counts = faster("retriever.index._maxscore", "counts", counts)


def _counts_of_lists(codes: Codes, skips: Skips, begins: Ends, ends: Ends, upto: Rows) -> Counts:
    """The same of lists that are not empty, by ``row + 1``."""
    firsts, sizes = begins // STRIDE, (ends - 1) // STRIDE - begins // STRIDE + 1
    last = np.cumsum(sizes)
    of_list = np.repeat(np.arange(len(begins)), sizes)
    blocks = np.arange(last[-1]) + np.repeat(firsts - last + sizes, sizes)
    before = skips[blocks]  # rows that lie behind each
    before[last - sizes] = 0  # the first goes on from where another term ends

    # List and row as one number: the block in which a row can stand is the last that begins before it.
    wanted = ((np.arange(len(begins)) << _ROW_BITS)[:, None] + upto).ravel()
    here = np.searchsorted((of_list << _ROW_BITS) + before, wanted) - 1
    is_new = np.diff(here, prepend=-1) > 0
    read = here[is_new]
    held = codes.reshape(-1, STRIDE)[blocks[read]]
    _leave_out(held, begins[of_list[read]] - STRIDE * blocks[read], ends[of_list[read]] - STRIDE * blocks[read])
    ups, counted = passed_in_blocks(held, before[read])

    own = np.cumsum(is_new) - 1  # the block that is read for each
    place, code = np.divmod(np.flatnonzero(ups[own] == np.tile(upto, len(begins))[:, None]), STRIDE)
    times = counted[own[place], code]
    result = np.zeros(len(own), np.uint8)
    result[place[times > 0]] = times[times > 0]  # what is no posting may lead up to the same row
    return result.reshape(len(begins), len(upto))


def _leave_out(codes: Codes, begins: Ends, ends: Ends) -> None:
    """Make nothing of the codes of each block that stand before its ``begins``, or from its ``ends`` on."""
    cut = np.flatnonzero((begins > 0) | (ends < STRIDE))
    places = np.arange(STRIDE)
    codes[cut] *= (places >= begins[cut, None]) & (places < ends[cut, None])


def _look_up(terms: TermTable, term: str) -> Listed:
    return Listed(*terms.listed(term))
