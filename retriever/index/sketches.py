"""What is kept of an article so that its copies are found: 64 bytes, a function of its text alone.

One-permutation hashing (Li, Owen, Zhang, "One permutation hashing", 2012): the hashes of a text's shingles fall into ``BINS`` equal
ranges, and of each range the least one is kept. Two texts whose shingles are to a share J common to both agree in about that
share of the ranges. A range that is empty stays so: of the shortest texts that are compared, one in nine is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    return sketches_of([text]).tobytes()


def sketches_of(texts: Sequence[str]) -> Sketches:
    """The same of many texts."""
    made = np.zeros(len(texts), SKETCH)
    told = told_by(texts, _STARTS)
    made["letters"] = np.frombuffer(b"".join(_hash(own.letters) for own in told), "<u8")
    long = [at for at, own in enumerate(told) if len(own.letters) >= 2 * SHORTEST]
    if long:
        least = np.stack([told[at].least for at in long])
        made["shingles"][long] = [told[at].different for at in long]
        made["least"][long] = (least & _LOWER_HALF | 1) * (least != NONE)
        made["figures"][long] = [min(len(told[at].numbers), MANY_FIGURES) for at in long]
        bits = b"".join(_bits(told[at].numbers) for at in long)
        made["figure_bits"][long] = np.frombuffer(bits, np.uint8).reshape(-1, FIGURE_BYTES)
    return made


def _hash(letters: bytes) -> bytes:
    """Of no letter nothing but zeros."""
    return blake2b(letters, digest_size=8).digest() if letters else bytes(8)


def _bits(numbers: Iterable[bytes]) -> bytes:
    """For each number one bit, by a checksum of its digits."""
    bits = 0
    for number in numbers:
        bits |= 1 << crc32(number) % (8 * FIGURE_BYTES)
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
