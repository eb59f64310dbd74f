"""Which articles tell the same story in the same words: a wire report in several papers, or one twice on a page.

Texts are compared by their shingles, all runs of ``SHINGLE`` letters in folded form. Articles that may be copies are found
by MinHash (Broder, "On the resemblance and containment of documents", 1997) and banding, so that a million articles need no
comparison of each with each; what is found is then compared shingle by shingle, and only that decides. Nothing here is random:
the same articles in the same order make the same groups.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retriever.text.folding import fold

SHINGLE = 5  # letters
SHORTEST = 60  # letters; a shorter notice is a copy only of its equal
CONTAINED = 0.6  # share of the shorter text's shingles that the longer one has to hold
SIZE = 0.4  # the shorter text's shingles to the longer one's: a brief in a round-up is no copy of it
FIGURES = 0.4  # share of the shorter text's numbers that may be others: forecasts and draws keep their wording
SPARE_FIGURES = 2  # so many may always be others: a dateline has its own
DAYS = 30  # apart at most, where both are dated: next year's opening session is told in last year's words

# Of two texts that share half of their shingles, 42 bands of 3 find 99.6 %; of two that share a tenth, 4 %.
BANDS, BAND_ROWS = 42, 3
REMEMBERED = 4096  # texts kept as shingles while articles are compared
_AT_ONCE = 4096  # shingles hashed at a time, so that a long text needs no more memory than a short one

Hashes = NDArray[np.uint32]

_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[0-9]+")
_RANDOM = np.random.default_rng(1997)
_FACTORS: Hashes = _RANDOM.integers(1 << 32, size=BANDS * BAND_ROWS, dtype=np.uint32) | np.uint32(1)
_OFFSETS: Hashes = _RANDOM.integers(1 << 32, size=BANDS * BAND_ROWS, dtype=np.uint32)
_BAND_FACTORS: NDArray[np.uint64] = _RANDOM.integers(1 << 63, size=BAND_ROWS, dtype=np.uint64) | np.uint64(1)


def letters(text: str) -> str:
    """What counts of a text when it is compared: no spaces, punctuation, width, case or traditional forms.

    >>> letters("市圖書館，藏書 12 萬冊。")
    '市图书馆藏书12万册'
    """
    return _NOT_LETTERS.sub("", fold(text))


def shingles(said: str) -> Hashes:
    """The hashes of all runs of ``SHINGLE`` letters, each once, ascending; of fewer letters, none."""
    codes = np.frombuffer(said.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    count = max(0, len(codes) - SHINGLE + 1)
    mixed = np.zeros(count, np.uint64)
    for at in range(SHINGLE):
        mixed = (mixed + codes[at : at + count] + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    found: Hashes = np.unique((mixed >> np.uint64(32)).astype(np.uint32))
    return found


def band_keys(found: Hashes) -> Hashes:
    """One key a band, shape (BANDS,): two texts that share a key in any band may be copies of each other."""
    least = np.full(BANDS * BAND_ROWS, 0xFFFFFFFF, np.uint32)
    for at in range(0, len(found), _AT_ONCE):
        hashed = found[at : at + _AT_ONCE, None] * _FACTORS + _OFFSETS
        np.minimum(least, hashed.min(axis=0), out=least)
    keys = (least.reshape(BANDS, BAND_ROWS) * _BAND_FACTORS).sum(axis=1, dtype=np.uint64)
    upper: Hashes = (keys >> np.uint64(32)).astype(np.uint32)
    return upper


def are_copies(one: Story, other: Story) -> bool:
    """Whether two texts tell the same story in the same words, figures included; one may be shortened by half."""
    short, long = sorted((one, other), key=len)
    if not len(short) or len(short) < SIZE * len(long) or _days_between(one.day, other.day) > DAYS:
        return False
    shared = len(np.intersect1d(short.shingles, long.shingles, assume_unique=True))
    lacking = len(short.figures - long.figures)
    return lacking <= max(SPARE_FIGURES, FIGURES * len(short.figures)) and shared >= CONTAINED * len(short)


def _days_between(one: str | None, other: str | None) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) if one and other else 0


class Story:
    """One text and its day (ISO 8601, where known), ready to be compared; its length is the number of its shingles."""

    __slots__ = ("day", "figures", "shingles")

    def __init__(self, text: str, day: str | None = None) -> None:
        self.day = day
        self.shingles = shingles(letters(text))
        self.figures = frozenset(_NUMBER.findall(fold(text)))

    def __len__(self) -> int:
        return len(self.shingles)


class CopyFinder:
    """Takes articles in their order and tells which of them are copies. Keeps about 300 bytes of each."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}  # hash of the letters → the first article that has them
        self._equals: dict[int, int] = {}  # article → the earlier one with the same letters
        self._numbers, self._keys = array("I"), array("I")
        self._count = 0

    def add(self, text: str) -> None:
        """The text of the next article."""
        said, number = letters(text), self._count
        self._count += 1
        if not said:
            return
        first = self._first.setdefault(hash(said), number)
        if first != number:
            self._equals[number] = first
        elif len(said) >= SHORTEST:
            self._numbers.append(number)
            self._keys.frombytes(band_keys(shingles(said)).tobytes())

    def groups(self, told: Callable[[int], tuple[str, str | None]]) -> dict[int, int]:
        """Article → the first article of its story, for every article that is not alone in telling it.

        ``told`` gives an article's text and day again: whatever may be a copy is compared with the first article itself.
        """
        story = lru_cache(maxsize=REMEMBERED)(lambda number: Story(*told(number)))
        leader: dict[int, int] = {}
        for number, others in sorted(self._candidates().items()):
            for other in sorted({leader.get(other, other) for other in others}):
                if are_copies(story(other), story(number)):
                    leader[number] = other
                    break
        for number, first in self._equals.items():
            if letters(told(number)[0]) == letters(told(first)[0]):
                leader[number] = leader.get(first, first)
        return leader | {first: first for first in leader.values()}

    def _candidates(self) -> dict[int, set[int]]:
        """Article → the earlier ones that may tell the same, at most two a band."""
        numbers = np.frombuffer(self._numbers, np.uint32)
        keys = np.frombuffer(self._keys, np.uint32).reshape(-1, BANDS)
        found: dict[int, set[int]] = defaultdict(set)
        for band in range(BANDS):
            for earlier, later in _meetings(keys[:, band]):
                found[int(numbers[later])].add(int(numbers[earlier]))
        return found


def _meetings(keys: Hashes) -> Iterator[tuple[int, int]]:
    """Each place that has the key of an earlier one, with the first such place and with the last before it.

    Not every pair of them: ten thousand copies of one notice make twenty thousand meetings, not fifty million.
    """
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(keys[order][1:] == keys[order][:-1]) + 1
    starts = np.flatnonzero(np.r_[True, keys[order][1:] != keys[order][:-1]])
    firsts = order[starts[np.searchsorted(starts, again, side="right") - 1]]
    yield from zip(firsts.tolist(), order[again].tolist(), strict=True)
    yield from zip(order[again - 1].tolist(), order[again].tolist(), strict=True)
