"""Which articles of a generation tell the same story, whichever slices they are in, from their sketches and days.

The texts of those that may are compared; they are fetched many at a time, in the order in which they will be asked for. What two
articles were found to be when the generation before was published is not looked at again.
"""

from __future__ import annotations

import base64
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from retriever.errors import StoreError
from retriever.index.duplicates import DAYS, CopyFinder, may_be_copies
from retriever.index.milvus.records import Record, article_from, article_key, pieces
from retriever.index.milvus.schema import NOTHING
from retriever.index.milvus.state import SliceState
from retriever.index.milvus.view import View, read_text
from retriever.index.sketches import Sketches, candidates, first_with_the_same_letters

COMPARED = "compared"
LOOKED_AT_ONCE = 500_000  # articles
FETCHED_AT_ONCE = 500
REMEMBERED = 20_000  # texts, some 2 kB each

Numbers = NDArray[np.int64]
Pair = tuple[int, int]


def stories(
    view: View, states: Sequence[SliceState], before: str | None, at_once: int = LOOKED_AT_ONCE
) -> Iterator[Record]:
    """Which story each article tells that is not alone in telling it, and the members of each.

    ``before`` is the collection of the contents of the generation that this one is grown from. Articles are looked at by their days,
    about ``at_once`` together, so that what is held is 90 bytes of every article and what may be copies among these. Undated ones,
    which may be copies of any, are among each.
    """
    together = (
        np.concatenate([getattr(state, name) for state in states]) for name in ("numbers", "days", "ids", "records")
    )
    numbers, days, ids, records = together
    # Whatever numbers they were given: a generation that was grown finds what one made from nothing does.
    order = np.lexsort((ids, days, days == 0))
    numbers, days, sketches = numbers[order], days[order], np.ascontiguousarray(records["sketch"][order])
    compared = _compared(view, before, states) if before else {}
    story, verdicts = _Joined(), list[tuple[int, int, bool]]()
    for window in _windows(days, at_once):
        finder, own = CopyFinder(), numbers[window]
        texts = _Texts(view, own, sketches[window])
        finder.add_sketch(sketches[window].tobytes())
        found = finder.groups(texts.told, _known(compared, own), day=partial(_day_of, days[window]))
        for place, first in found.items():
            story.join(int(window[first]), int(window[place]))
        verdicts += [(int(own[one]), int(own[two]), same) for (one, two), same in finder.verdicts.items()]
    for first, members in story.groups().items():
        named = numbers[members].tolist()
        yield from pieces("members", f"members/{numbers[first]}", json.dumps(named))
        for number in named:
            yield {"key": f"story/{number}", "kind": "story", "pieces": 1, "value": str(numbers[first])} | NOTHING
    packed = base64.b64encode(np.array(verdicts, np.int64).reshape(-1, 3).tobytes()).decode()
    yield from pieces(COMPARED, COMPARED, packed)


def _windows(days: Numbers, at_once: int) -> Iterator[Numbers]:
    """Places of articles, in the order of their days: about so many, and those of the thirty days before, and all undated ones.

    >>> [window.tolist() for window in _windows(np.array([20200101, 20200102, 20200301, 20200302, 0]), 2)]
    [[0, 1, 4], [2, 3, 4]]
    """
    dated = int(np.count_nonzero(days))
    undated = np.arange(dated, len(days), dtype=np.int64)
    ordinals = np.array([date.fromisoformat(str(day)).toordinal() for day in np.unique(days[:dated]).tolist()])
    of_day = np.searchsorted(np.unique(days[:dated]), days[:dated])
    for first in range(0, max(dated, 1), at_once):
        reach = ordinals[of_day[first]] - DAYS if dated else 0
        begins = int(np.searchsorted(ordinals[of_day], reach)) if dated else 0
        yield np.concatenate([np.arange(begins, min(first + at_once, dated), dtype=np.int64), undated])


def _compared(view: View, before: str, states: Sequence[SliceState]) -> dict[Pair, bool]:
    """What pairs of articles were found to be, by their numbers now."""
    text = read_text(view.connection, before, COMPARED)
    moved = {old: new for state in states for old, new in state.moved.items()}
    told = np.frombuffer(base64.b64decode(text or ""), np.int64).reshape(-1, 3).tolist()
    return {(moved.get(one, one), moved.get(two, two)): bool(same) for one, two, same in told}


def _known(compared: Mapping[Pair, bool], numbers: Numbers) -> dict[Pair, bool]:
    """The same by their places, of those that are there."""
    place = {number: at for at, number in enumerate(numbers.tolist())} if compared else {}
    known: dict[Pair, bool] = {}
    for (one, two), same in compared.items():
        if one in place and two in place:
            known[min(place[one], place[two]), max(place[one], place[two])] = same
    return known


class _Joined:
    """Stories that are put together link by link."""

    def __init__(self) -> None:
        self._before: dict[int, int] = {}

    def _first(self, place: int) -> int:
        while (before := self._before.get(place, place)) != place:
            place = before
        return place

    def join(self, one: int, two: int) -> None:
        first, later = sorted((self._first(one), self._first(two)))
        self._before[later] = first
        self._before.setdefault(first, first)

    def groups(self) -> dict[int, list[int]]:
        """The first place of each story → all of them."""
        found: dict[int, list[int]] = {}
        for place in sorted(self._before):
            found.setdefault(self._first(place), []).append(place)
        return found


def _day_of(days: Numbers, place: int) -> str | None:
    """20220803 as 2022-08-03."""
    number = int(days[place])
    return f"{number // 10_000:04}-{number // 100 % 100:02}-{number % 100:02}" if number else None


class _Texts:
    """Texts and days of articles by their places."""

    def __init__(self, view: View, numbers: Numbers, sketches: Sketches) -> None:
        self._view, self._numbers = view, numbers
        self._ahead = _asked_for(sketches)
        self._held: OrderedDict[int, tuple[str, str | None]] = OrderedDict()

    def told(self, place: int) -> tuple[str, str | None]:
        """Raises StoreError."""
        while place not in self._held:
            self._fetch(next(self._ahead, [place]), place)
        self._held.move_to_end(place)
        return self._held[place]

    def _fetch(self, places: Sequence[int], wanted: int) -> None:
        numbers = {int(self._numbers[place]): place for place in dict.fromkeys([wanted, *places])}
        texts = self._view.texts([article_key(number) for number in numbers])
        for number, place in numbers.items():
            text = texts.get(article_key(number))
            if text is None:
                detail = f"缺少文章 (an article is missing): {number}"
                raise StoreError(store=self._view.connection.store, detail=detail)
            article = article_from(text)
            self._held[place] = article.text, article.info.date
        while len(self._held) > REMEMBERED:
            self._held.popitem(last=False)


def _asked_for(sketches: Sketches) -> Iterator[list[int]]:
    """The places whose texts a finder asks for, about in its order, some at a time."""
    first_of = first_with_the_same_letters(sketches)
    taking_part = np.flatnonzero((first_of == np.arange(len(first_of))) & (sketches["shingles"] > 0))
    pairs = taking_part[candidates(sketches[taking_part])]
    same = np.flatnonzero(first_of != np.arange(len(first_of)))
    for asked in (pairs[may_be_copies(sketches, pairs)], np.stack([first_of[same], same], axis=1)):
        for at in range(0, len(asked), FETCHED_AT_ONCE):
            yield np.unique(asked[at : at + FETCHED_AT_ONCE]).tolist()
