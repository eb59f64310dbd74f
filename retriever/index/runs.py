"""A run: the postings of a block of rows, made anywhere and in any process, to be merged into an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.codes import COUNT_BITS, MOST, Postings
from retriever.index.termkeys import Bytes

Lengths = NDArray[np.uint32]
Numbers = NDArray[np.int32]
Places = NDArray[np.int64]


class Run(NamedTuple):
    """The postings of a block of rows, which count from 0. Terms ascend, and rows within each."""

    terms: Bytes  # UTF-8, end to end
    ends: NDArray[np.uint32]  # of each term in ``terms``
    frequencies: NDArray[np.uint32]  # postings of each term
    postings: Postings  # row << 3 | count
    lengths: Lengths  # terms of each row, repeated ones too

    def to_bytes(self) -> bytes:
        """As it crosses from one process to another."""
        numbers = [len(self.terms), len(self.ends), len(self.postings), len(self.lengths)]
        arrays = (np.array(numbers, np.uint32), self.ends, self.frequencies, self.postings, self.lengths, self.terms)
        return b"".join(array.tobytes() for array in arrays)

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> Run:
        terms, count, postings, rows = np.frombuffer(data, np.uint32, 4).tolist()
        ends = np.cumsum([4, count, count, postings, rows])
        numbers = np.frombuffer(data, np.uint32, int(ends[-1]))
        _, *parts = np.split(numbers, ends[:-1])
        return cls(np.frombuffer(data, np.uint8, terms, 4 * int(ends[-1])), *parts)


def run_of(rows_of_terms: Sequence[Iterable[str]]) -> Run:
    """The run of rows that are told by their terms, repeated as often as they stand there."""
    rows = [list(terms) for terms in rows_of_terms]
    together = list(chain.from_iterable(rows))
    terms = sorted(set(together))
    numbers = dict(zip(terms, range(len(terms)), strict=True))
    of_term = np.fromiter(map(numbers.__getitem__, together), np.uint32, len(together))
    of_row = np.repeat(np.arange(len(rows), dtype=np.uint32), [len(row) for row in rows])
    return run_of_numbers(terms, of_term, of_row, len(rows))


def run_of_numbers(terms: Sequence[str], of_term: NDArray[np.uint32], of_row: NDArray[np.uint32], rows: int) -> Run:
    """The run of ``rows`` rows that hold ``terms[of_term[i]]`` in row ``of_row[i]``, which ascends. Terms ascend; each is held."""
    order = stable_order(of_term)
    _, frequencies, postings = counted(of_term[order], of_row[order])
    lengths = np.bincount(of_row, minlength=rows).astype(np.uint32)
    return Run(*_table(terms), frequencies, postings, lengths)


def _table(terms: Sequence[str]) -> tuple[Bytes, NDArray[np.uint32]]:
    """Terms as UTF-8 end to end, and where each ends."""
    encoded = [term.encode() for term in terms]
    ends = np.cumsum(np.fromiter(map(len, encoded), np.uint32, len(encoded)), dtype=np.uint32)
    return np.frombuffer(b"".join(encoded), np.uint8), ends


def sorted_terms(
    codes: NDArray[np.uint32], starts: Places, lengths: Places, is_term: NDArray[np.uint8]
) -> tuple[Numbers, Bytes, NDArray[np.uint32]]:
    """Different terms, each ``codes[start : start + length]``, in the order of their UTF-8; those that are none are left out.

    Returns the place of each, -1 where it is none, their UTF-8 end to end, and where each ends in it.
    """
    text = codes.tobytes().decode("utf-32-le")
    spans = zip(starts.tolist(), lengths.tolist(), strict=True)
    terms = [text[start : start + length] for start, length in spans]
    order = sorted(np.flatnonzero(is_term).tolist(), key=terms.__getitem__)
    placed = np.full(len(terms), -1, np.int32)
    placed[order] = np.arange(len(order), dtype=np.int32)
    return placed, *_table([terms[number] for number in order])


def row_by_row(
    numbers: Numbers, ends: Places, forms: Numbers, form_ends: Places, placed: Numbers, count: int
) -> tuple[NDArray[np.uint32], Postings, Lengths]:
    """The postings of rows that end at ``ends`` in ``numbers`` and at ``form_ends`` in ``forms``, which are numbers too.

    Number ``n`` is the term ``placed[n]``, below ``count``, or none where that is -1. A form counts in a row where it is none of
    the row's other terms. Each term is some row's. Returns how many postings each term has, these, and how many terms each
    row has, repeated ones too.
    """
    terms, forms = placed[numbers], placed[forms]
    rows, form_rows = (
        np.repeat(np.arange(len(some), dtype=np.uint32), np.diff(some, prepend=0)) for some in (ends, form_ends)
    )
    may_be_form = np.isin(terms, forms)
    is_new = ~np.isin(_together(forms, form_rows), _together(terms[may_be_form], rows[may_be_form]))
    of_term, of_row = np.concatenate([terms, forms[is_new]]), np.concatenate([rows, form_rows[is_new]])
    of_row, of_term = of_row[of_term >= 0], of_term[of_term >= 0].astype(np.uint32)
    order = stable_order(of_row)
    order = order[stable_order(of_term[order])]
    _, frequencies, postings = counted(of_term[order], of_row[order])
    return frequencies, postings, np.bincount(of_row, minlength=len(ends)).astype(np.uint32)


def _together(terms: Numbers, rows: NDArray[np.uint32]) -> NDArray[np.int64]:
    return terms.astype(np.int64) << np.int64(32) | rows


in_order = faster("retriever.index._runs", "in_order", sorted_terms)
counted_by_row = faster("retriever.index._runs", "counted_by_row", row_by_row)


def stable_order(numbers: NDArray[np.unsignedinteger[Any]]) -> NDArray[np.int64]:
    """What puts ``numbers`` in order and leaves equal ones as they stand."""
    # numpy sorts 16 bits by counting, several times as fast as more of them.
    fits = int(numbers.max(initial=0)) < 1 << 16
    return np.argsort(numbers.astype(np.uint16) if fits else numbers, kind="stable")


def counted(
    terms: NDArray[np.unsignedinteger[Any]], rows: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.uint32], Postings]:
    """Where each term begins, how many postings it has, and these; each term with a row for each time it stands there.

    Terms are in order, and rows within each.
    """
    is_new = np.ones(len(terms), np.bool_)
    np.not_equal(terms[1:], terms[:-1], out=is_new[1:])
    firsts = np.flatnonzero(is_new)
    is_new[1:] |= rows[1:] != rows[:-1]
    begins = np.flatnonzero(is_new)
    counts = np.minimum(np.diff(begins, append=len(terms)), MOST).astype(np.uint32)
    frequencies = np.diff(np.searchsorted(begins, firsts), append=len(begins)).astype(np.uint32)
    return firsts, frequencies, rows[begins] << np.uint32(COUNT_BITS) | counts
