"""Which articles tell the same story in the same words: a wire report in several papers, or one twice on a page.

Texts are compared by their shingles, all runs of five letters in folded form. Articles that may be copies are found by their
sketches, so that a million articles need no comparison of each with each; what is found is then compared shingle by shingle,
and only that decides. Nothing here is random: the same articles in the same order make the same groups, whether their sketches
are new or were kept from the last time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from retriever.index.shingles import (
    Codes,
    Hashes,
    are_new,
    letters,
    numbers_of,
    shingles,
    spaced_letters,
)
from retriever.index.sketches import (
    MANY_FIGURES,
    SKETCH,
    Meetings,
    Sketches,
    candidates,
    first_with_the_same_letters,
    sketch,
)

__all__ = ["CopyFinder", "Story", "are_copies", "letters", "sketch"]

CONTAINED = 0.6  # share of the shorter text's shingles that the longer one has to hold
SIZE = 0.4  # the shorter text's shingles to the longer one's: a brief in a round-up is no copy of it
FIGURES = 0.4  # share of the shorter text's numbers that may be others: forecasts and draws keep their wording
SPARE_FIGURES = 2  # so many may always be others: a dateline has its own
DAYS = 30  # apart at most, where both are dated: next year's opening session is told in last year's words

REMEMBERED = 4096  # texts kept as shingles while articles are compared

Pair = tuple[int, int]  # an earlier article and a later one
NOTHING_KNOWN: Mapping[Pair, bool] = MappingProxyType({})


def are_copies(one: Story, other: Story) -> bool:
    """Whether two texts tell the same story in the same words, figures included; one may be shortened by half."""
    if _days_between(one.day, other.day) > DAYS:
        return False
    short, long = sorted((one, other), key=lambda story: (len(story), len(story.figures)))
    if not len(short) or len(short) < SIZE * len(long):
        return False
    if len(short.figures - long.figures) > max(SPARE_FIGURES, FIGURES * len(short.figures)):
        return False
    both = np.concatenate([short.shingles, long.shingles])
    both.sort()
    shared = len(both) - int(np.count_nonzero(are_new(both)))
    return shared >= CONTAINED * len(short)


def may_be_copies(sketches: Sketches, pairs: Meetings) -> NDArray[np.bool_]:
    """Which pairs their sketches do not rule out. Whatever ``are_copies`` calls copies stays: this is no estimate.

    Two numbers may share a bit, so a text lacks at least as many numbers of another as it lacks bits.
    """
    sizes, bits, figures = sketches["shingles"].astype(np.int64), sketches["figure_bits"], sketches["figures"]
    rank = sizes << 8 | figures
    earlier, later = pairs.T
    short, long = np.where(rank[earlier] <= rank[later], (earlier, later), (later, earlier))
    allowed = np.where(figures[short] < MANY_FIGURES, np.maximum(SPARE_FIGURES, FIGURES * figures[short]), np.inf)
    lacking = np.bitwise_count(bits[short] & ~bits[long]).sum(axis=1)
    possible: NDArray[np.bool_] = (lacking <= allowed) & (sizes[short] >= SIZE * sizes[long])
    return possible


def _days_between(one: str | None, other: str | None) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) if one and other else 0


class Story:
    """One text and its day (ISO 8601, where known), ready to be compared; its length is the number of its shingles."""

    def __init__(self, text: str, day: str | None = None) -> None:
        self._text, self.day = text, day

    @cached_property
    def _letters(self) -> Codes:
        return spaced_letters(self._text)  # at the first comparison: many stories differ in their day already

    @cached_property
    def figures(self) -> frozenset[str]:
        return numbers_of(self._letters)

    @cached_property
    def shingles(self) -> Hashes:
        return shingles(self._letters)

    def __len__(self) -> int:
        return len(self.shingles)


class CopyFinder:
    """Takes articles in their order and tells which of them are copies. Keeps 64 bytes of each until then."""

    def __init__(self) -> None:
        self._sketches = bytearray()
        self.verdicts: dict[Pair, bool] = {}
        """Whether two articles, the earlier one first, are copies: all comparisons that the groups rest on."""

    def add(self, text: str) -> None:
        """The text of the next article."""
        self.add_sketch(sketch(text))

    def add_sketch(self, *sketches: bytes) -> None:
        """What ``sketch`` made of the next article's text, or of several."""
        self._sketches += b"".join(sketches)

    def groups(
        self,
        told: Callable[[int], tuple[str, str | None]],
        known: Mapping[Pair, bool] = NOTHING_KNOWN,
        *,
        day: Callable[[int], str | None] | None = None,
    ) -> dict[int, int]:
        """Article → the first article of its story, for every article that is not alone in telling it.

        ``told`` gives an article's text and day again: whatever may be a copy is compared with the first article itself, and
        nobody else's text is asked for. ``known`` are verdicts of another run in the numbers of this one: such pairs are not
        compared again. Groups and verdicts are the same with it and without. ``day`` gives an article's day alone, where it is at
        hand: texts of days too far apart are not asked for then, and there is no verdict on them.
        """
        sketches = np.frombuffer(self._sketches, SKETCH)
        story = lru_cache(maxsize=REMEMBERED)(lambda number: Story(*told(number)))

        def verdict(pair: Pair, compare: Callable[[int, int], bool]) -> bool:
            self.verdicts[pair] = known[pair] if pair in known else compare(*pair)
            return self.verdicts[pair]

        leader: dict[int, int] = {}
        first_of = first_with_the_same_letters(sketches)
        for number, others in _candidates(sketches, first_of).items():
            for other in sorted({leader.get(other, other) for other in others}):
                if day is not None and _days_between(day(other), day(number)) > DAYS:
                    continue
                if verdict((other, number), lambda one, two: are_copies(story(one), story(two))):
                    leader[number] = other
                    break
        for number in np.flatnonzero(first_of != np.arange(len(first_of))).tolist():
            pair = int(first_of[number]), number
            if sketches["letters"][number] and verdict(
                pair, lambda one, two: letters(told(one)[0]) == letters(told(two)[0])
            ):
                leader[number] = leader.get(pair[0], pair[0])
        return leader | {first: first for first in leader.values()}


def _candidates(sketches: Sketches, first_of: NDArray[np.int64]) -> dict[int, list[int]]:
    """Article → earlier ones that may tell the same, both ascending; of equal ones only the first takes part."""
    taking_part = np.flatnonzero((first_of == np.arange(len(first_of))) & (sketches["shingles"] > 0))
    pairs = taking_part[candidates(sketches[taking_part])]
    found: dict[int, list[int]] = defaultdict(list)
    for earlier, later in pairs[may_be_copies(sketches, pairs)].tolist():
        found[later].append(earlier)
    return found
