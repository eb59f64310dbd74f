"""Postings as 16-bit codes: in 13 bits how many rows are passed over, in 3 how often the term stands in the next.

A code with a count of nothing is no posting: it passes over 8192 times as many rows, where 13 bits do not tell them. Gaps
are variable-length codes' oldest trick (Witten, Moffat and Bell 1999, chapter 3); one width for all lets numpy read them.
In memory a posting is one 32-bit number, ``row << 3 | count``.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

COUNT_BITS, GAP_BITS = 3, 13
MOST = (1 << COUNT_BITS) - 1  # a count above it is told as it: BM25 hardly tells them apart
MOST_ROWS = 1 << (2 * GAP_BITS)  # of an index: a gap has at most two codes
STRIDE = 64  # codes of a block: reading can begin at each

Postings = NDArray[np.uint32]
Codes = NDArray[np.uint16]
Ends = NDArray[np.int64]
Step = TypeVar("Step", np.int64, np.uint32)


class Encoded(NamedTuple):
    codes: Codes
    ends: Ends  # of each term in ``codes``
    before: NDArray[np.uint32]  # rows that lie up to the code before each; 0 where its term begins


def encode(postings: Postings, ends: Ends) -> Encoded:
    """The codes of several terms, whose postings ascend and end at ``ends``."""
    rows = postings >> COUNT_BITS
    before = np.empty_like(rows)
    before[1:] = rows[:-1] + 1
    before[starts_of(ends)[np.diff(ends, prepend=0) > 0]] = 0
    passed = rows - before
    far = passed >> GAP_BITS
    is_far = far > 0
    further = np.cumsum(is_far)
    at = np.arange(len(rows)) + further
    total = len(rows) + (int(further[-1]) if len(further) else 0)
    codes, behind = np.empty(total, np.uint16), np.empty(total, np.uint32)
    codes[at] = (passed & ((1 << GAP_BITS) - 1)) << COUNT_BITS | (postings & MOST)
    behind[at] = before + (far << GAP_BITS)
    codes[at[is_far] - 1] = far[is_far] << COUNT_BITS
    behind[at[is_far] - 1] = before[is_far]
    return Encoded(codes, ends + np.concatenate([[0], further])[ends], behind)


def decode(codes: Codes, ends: Ends) -> tuple[Postings, Ends]:
    """The postings of several terms, whose codes end at ``ends``, and where the postings of each end."""
    ups, counts = passed(codes, ends)
    is_posting = counts > 0
    postings = (ups[is_posting] - 1).astype(np.uint32) << np.uint32(COUNT_BITS) | counts[is_posting]
    return postings, ends - np.searchsorted(np.flatnonzero(~is_posting), ends)


def passed(codes: Codes, ends: Ends) -> tuple[NDArray[np.int64], Codes]:
    """How many rows lie up to each code of several terms, the one that it tells of among them, and its count.

    ``row + 1`` for a posting; for a code that is none, and has a count of nothing, at most as many as there are rows.
    """
    steps, counts = _steps(codes, np.int64)
    sizes = np.diff(ends, prepend=0)
    starts = (ends - sizes)[sizes > 0]
    if len(starts) > 1:  # each term begins anew
        steps[starts[1:]] -= np.add.reduceat(steps, starts)[:-1]
    return np.cumsum(steps, out=steps), counts


def passed_in_blocks(codes: Codes, before: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Codes]:
    """The same of blocks of codes, each with as many rows ``before`` it; shapes (blocks, STRIDE) and (blocks,)."""
    steps, counts = _steps(codes, np.uint32)
    steps[:, 0] += before
    return np.cumsum(steps, axis=1, out=steps), counts


def _steps(codes: Codes, dtype: type[Step]) -> tuple[NDArray[Step], Codes]:
    """How many rows on each code leads, and its count."""
    counts = codes & np.uint16(MOST)
    is_posting = counts > 0
    steps = ((codes >> COUNT_BITS) + is_posting).astype(dtype)
    if not is_posting.all():
        steps[~is_posting] <<= GAP_BITS
    return steps, counts


def starts_of(ends: Ends) -> Ends:
    """
    >>> starts_of(np.array([2, 5])).tolist()
    [0, 2]
    """
    return np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if len(ends) else np.empty(0, np.int64)
