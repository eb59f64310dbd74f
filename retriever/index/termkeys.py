"""Terms as 64-bit numbers, so that millions of them are sorted and merged without a Python object each.

A term of up to three characters is its code points in 21 bits each; a longer one is numbered when it is first met.
Both orders, that of the numbers and that of UTF-8, are the order of code points for short terms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.codes import Ends, starts_of

Keys = NDArray[np.uint64]
Bytes = NDArray[np.uint8]

WIDTH, SHORT = 21, 3  # bits a character; characters that a key holds
LONG = 1 << 63  # set in the key of a longer term, below it the term's number


class TermKeys:
    """Which number stands for which term; the same for all runs that are merged."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._names: list[bytes] = []

    def keys(self, terms: Bytes, ends: Ends) -> Keys:
        """The key of each term of a table: UTF-8 end to end, and where each term ends."""
        return _keys_of(terms, ends, self._numbers, self._names)

    def in_order(self, keys: Keys) -> NDArray[np.int64]:
        """The places of ascending ``keys`` in the order of their terms' UTF-8."""
        short = int(np.searchsorted(keys, np.uint64(LONG)))
        names = [self._names[number] for number in (keys[short:] ^ np.uint64(LONG)).tolist()]
        by_name = sorted(range(len(names)), key=names.__getitem__)
        openings = np.array([_opening(names[at]) for at in by_name], np.uint64)
        places = np.searchsorted(keys[:short], openings, side="right")  # a longer term comes after what it begins with
        return np.insert(np.arange(short), places, np.array(by_name, np.int64) + short)

    def table(self, keys: Keys) -> tuple[Bytes, Ends]:
        """The terms of ``keys``, in their order: UTF-8 end to end, and where each ends."""
        is_long = keys >= np.uint64(LONG)
        names = [self._names[number] for number in (keys[is_long] ^ np.uint64(LONG)).tolist()]
        shifts = np.arange(SHORT - 1, -1, -1, dtype=np.uint64) * np.uint64(WIDTH)
        characters = (keys[~is_long, None] >> shifts & np.uint64((1 << WIDTH) - 1)).astype(np.uint32)
        widths = np.sum([characters > most for most in (0, 0x7F, 0x7FF, 0xFFFF)], axis=0)  # bytes a character
        sizes = np.empty(len(keys), np.int64)
        sizes[~is_long], sizes[is_long] = widths.sum(axis=1), [len(name) for name in names]
        terms = np.empty(int(sizes.sum()), np.uint8)
        of_long = np.repeat(is_long, sizes)
        text = characters[characters > 0].tobytes().decode("utf-32-le")
        terms[~of_long], terms[of_long] = (np.frombuffer(part, np.uint8) for part in (text.encode(), b"".join(names)))
        return terms, np.cumsum(sizes)


def numbered_keys(terms: Bytes, ends: Ends, numbers: dict[bytes, int], names: list[bytes]) -> Keys:
    """The keys of a table of terms; longer ones get the next of ``numbers`` and stand among ``names``."""
    text = terms.tobytes()
    characters = np.frombuffer((text.decode() + "\0" * SHORT).encode("utf-32-le"), np.uint32).astype(np.uint64)
    character_at = np.concatenate([[0], np.cumsum((terms & 0xC0) != 0x80)])
    starts = starts_of(ends)
    first, lengths = character_at[starts], character_at[ends] - character_at[starts]
    keys = np.zeros(len(ends), np.uint64)
    for place in range(SHORT):
        held = np.where(place < lengths, characters[first + place], 0).astype(np.uint64)
        keys |= held << np.uint64(WIDTH * (SHORT - 1 - place))
    is_long = lengths > SHORT
    is_long[np.searchsorted(ends, np.flatnonzero(terms == 0), side="right")] = True  # NUL is how a key is filled up
    for at in np.flatnonzero(is_long).tolist():
        name = text[starts[at] : ends[at]]
        number = numbers.setdefault(name, len(names))
        if number == len(names):
            names.append(name)
        keys[at] = LONG | number
    return keys


_keys_of = faster("retriever.index._runs", "keys_of", numbered_keys)


def _opening(name: bytes) -> int:
    key = 0
    for character in name.decode()[:SHORT].ljust(SHORT, "\0"):
        key = key << WIDTH | ord(character)
    return key
