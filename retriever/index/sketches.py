"""What is kept of an article so that its copies are found: 64 bytes, a function of its text alone.

One-permutation hashing (Li, Owen, Zhang, "One permutation hashing", 2012): the hashes of a text's shingles fall into ``BINS`` equal
ranges, and of each range the least one is kept. Two texts whose shingles are to a share J common to both agree in about that
share of the ranges. A range that is empty stays so: of the shortest texts that are compared, one in nine is.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.shingles import NONE, are_new, told_by

SHORTEST = 60  # letters; a shorter notice is a copy only of its equal
BINS = 20
NEIGHBOURS = (1, 2, 3, 4)  # two ranges so far apart make one key: 80 keys
FIGURE_BYTES = 11
MANY_FIGURES = 255  # or more

SKETCH = np.dtype(
    [
        ("letters", "<u8"),
        ("shingles", "<u4"),
        ("least", "<u2", (BINS,)),
        ("figures", "u1"),
        ("figure_bits", "u1", (FIGURE_BYTES,)),
    ]
)
"""``letters``: a hash of all of them, 0 where there is none. ``shingles``: how many different ones, 0 below ``SHORTEST``.
``least``: the lower half of the least hash of each range, made odd; 0 where the range is empty. ``figures``: how many different numbers,
at most MANY_FIGURES. ``figure_bits``: for each of them one bit is set."""

Sketches = NDArray[np.void]  # of dtype SKETCH
Meetings = NDArray[np.int64]  # shape (meetings, 2): an earlier place and a later one

_STARTS: NDArray[np.uint32] = ((np.arange(BINS, dtype=np.uint64) << np.uint64(32)) // np.uint64(BINS)).astype(np.uint32)
_LOWER_HALF = np.uint32(0xFFFF)


def sketch(text: str) -> bytes:
    """64 bytes, one ``SKETCH``; the same in every process and on every machine."""
    codes, different, firsts, numbers = told_by(text, _STARTS)
    if not len(codes):
        return bytes(SKETCH.itemsize)
    same_letters = blake2b(codes.tobytes(), digest_size=8).digest()
    if len(codes) < SHORTEST:
        return same_letters + bytes(SKETCH.itemsize - len(same_letters))
    least = (firsts & _LOWER_HALF | 1) * (firsts != NONE)
    return b"".join(
        [
            same_letters,
            different.to_bytes(4, "little"),
            least.astype("<u2").tobytes(),
            min(len(numbers), MANY_FIGURES).to_bytes(1, "little"),
            _bits(numbers),
        ]
    )


def _bits(numbers: Iterable[str]) -> bytes:
    """For each number one bit, by a checksum of its digits."""
    bits = 0
    for number in numbers:
        bits |= 1 << crc32(number.encode()) % (8 * FIGURE_BYTES)
    return bits.to_bytes(FIGURE_BYTES, "little")


def first_with_the_same_letters(sketches: Sketches) -> NDArray[np.int64]:
    """For each place the first one whose letters are equal to its own, as far as their hashes tell."""
    _, firsts, which = np.unique(sketches["letters"], return_index=True, return_inverse=True)
    return firsts[which]


def candidates(sketches: Sketches) -> Meetings:
    """Who may tell the same: each pair once, ascending by the later place, then by the earlier one."""
    least = sketches["least"].astype(np.uint64)
    found = [np.empty((0, 2), np.int64)]
    for apart in NEIGHBOURS:
        for one in range(BINS):
            other = (one + apart) % BINS
            filled = np.flatnonzero((least[:, one] > 0) & (least[:, other] > 0))
            found.append(filled[_meetings(least[filled, one] << np.uint64(16) | least[filled, other])])
    both = np.concatenate(found)
    pairs = np.sort(both[:, 1] << 32 | both[:, 0])
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]
    return np.stack([pairs & 0xFFFFFFFF, pairs >> 32], axis=1)


def meetings(keys: NDArray[np.uint64]) -> Meetings:
    """Each place that has the key of an earlier one, with the first such place and with the last before it.

    Not every pair of them: ten thousand copies of one notice make twenty thousand meetings, not fifty million.
    """
    placed = np.sort(keys << np.uint64(32) | np.arange(len(keys), dtype=np.uint64))
    order = (placed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    new = are_new((placed >> np.uint64(32)).astype(np.uint32))
    starts, again = np.flatnonzero(new), np.flatnonzero(~new)
    firsts = order[starts[np.cumsum(new)[again] - 1]]
    return np.concatenate([np.stack([earlier, order[again]], axis=1) for earlier in (firsts, order[again - 1])])


_meetings = faster("retriever.index._shingles", "meetings", meetings)
