"""The parts a block of a page can play, in which order they come, and the best-scoring reading of a page.

The order is a table: what may come before each part, and how many points that step costs or earns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Part(IntEnum):
    """What a block is. U_… belongs to an article that has no headline so far."""

    HEAD = 0  # headline over its article
    BYLINE = 1  # byline, or "continued from", between headline and text
    U_BYLINE = 2
    FIRST = 3  # first paragraph
    U_FIRST = 4
    TEXT = 5  # further paragraphs
    U_TEXT = 6
    SUBHEAD = 7
    U_SUBHEAD = 8
    SIGNED = 9  # byline, credit or "continued on" after the text
    U_SIGNED = 10
    BELOW = 11  # headline under its article
    STRAY = 12  # a line of the page inside an article
    U_STRAY = 13
    PAGE = 14  # masthead, teaser, decoration: no article's

    # A plain number's: looking parts up in sets is much of the work on a page.
    __hash__ = int.__hash__


P = Part
Points = list[float]  # of one block, by part

# What an article costs that is left without a headline; that starts with neither headline nor byline nor lead; or that
# starts under a headline alone, as the paragraph after a subhead does too.
_UNTITLED, _UNANNOUNCED, _HEADED_ONLY = -1.5, -3.5, -2.0

# Where an article may end, so that another may start.
_ENDS: Mapping[Part, float] = {
    P.FIRST: 0.0,
    P.TEXT: 0.0,
    P.SIGNED: 0.0,
    P.BELOW: 0.0,
    P.PAGE: 0.0,
    P.U_FIRST: _UNTITLED,
    P.U_TEXT: _UNTITLED,
    P.U_SIGNED: _UNTITLED,
}
_BEFORE: Mapping[Part, Mapping[Part, float]] = {
    P.PAGE: _ENDS,
    P.HEAD: {**_ENDS, P.HEAD: -0.3, P.U_BYLINE: -2.5},
    P.BYLINE: {P.HEAD: 0.5, P.BYLINE: -0.5},
    P.U_BYLINE: {**_ENDS, P.U_BYLINE: -0.5},
    P.FIRST: {P.HEAD: _HEADED_ONLY, P.BYLINE: 1.0},
    P.U_FIRST: {**{end: points + _UNANNOUNCED for end, points in _ENDS.items()}, P.U_BYLINE: 1.0},
    P.TEXT: {P.FIRST: 0.0, P.TEXT: 0.0, P.SUBHEAD: 0.0, P.STRAY: -0.5, P.SIGNED: -2.5},
    P.U_TEXT: {P.U_FIRST: 0.0, P.U_TEXT: 0.0, P.U_SUBHEAD: 0.0, P.U_STRAY: -0.5, P.U_SIGNED: -2.5},
    P.SUBHEAD: {P.FIRST: -0.5, P.TEXT: -0.5, P.SUBHEAD: -1.5, P.STRAY: -1.0, P.SIGNED: -4.0},
    P.U_SUBHEAD: {P.U_FIRST: -0.5, P.U_TEXT: -0.5, P.U_SUBHEAD: -1.5, P.U_STRAY: -1.0, P.U_SIGNED: -4.0},
    P.SIGNED: {P.FIRST: 0.0, P.TEXT: 0.0, P.SIGNED: -0.3},
    P.U_SIGNED: {P.U_FIRST: 0.0, P.U_TEXT: 0.0, P.U_SIGNED: -0.3},
    P.BELOW: {P.U_FIRST: 0.0, P.U_TEXT: 0.0, P.U_SIGNED: 0.2, P.BELOW: -0.3},
    P.STRAY: {P.FIRST: -1.0, P.TEXT: -1.0, P.STRAY: -0.3},
    P.U_STRAY: {P.U_FIRST: -1.0, P.U_TEXT: -1.0, P.U_STRAY: -0.3},
}
_NEVER = -1e9
# A block with so few points for a part does not play it: skipping it halves the work.
_HOPELESS = -5.5

# As plain numbers, because they are looked up for every block of every page.
_STEPS = tuple(
    (int(part), tuple((int(other), step) for other, step in before.items())) for part, before in _BEFORE.items()
)
_FIRST_STEP = [max(_BEFORE[part].get(P.PAGE, _NEVER), 0.0 if part is P.PAGE else _NEVER) for part in Part]
_LAST_STEP = [_ENDS.get(part, _NEVER) for part in Part]


TEXTS = frozenset({P.FIRST, P.U_FIRST, P.TEXT, P.U_TEXT, P.SUBHEAD, P.U_SUBHEAD})
STARTS = frozenset({P.HEAD, P.U_BYLINE, P.U_FIRST, P.PAGE})


@dataclass(frozen=True, slots=True)
class Reading:
    """One part for each block, and the points of them all."""

    parts: tuple[Part, ...]
    points: float
    confidence: float = 1.0  # 0..1


def step(before: Part, part: Part) -> float:
    """What it costs or earns that one part follows the other."""
    return _BEFORE[part].get(before, _NEVER)


def best_reading(points: Sequence[Points]) -> Reading:
    """The sequence of parts with the most points: for each block and part, the best way to get there (Viterbi)."""
    if not points:
        return Reading((), 0.0)
    best = [step + own for step, own in zip(_FIRST_STEP, points[0], strict=True)]
    ways: list[list[int]] = []
    for row in points[1:]:
        now, came = [_NEVER] * len(row), [0] * len(row)
        for part, before in _STEPS:
            if (own := row[part]) < _HOPELESS:
                continue
            top, way = _NEVER, 0
            for other, step in before:
                if (score := best[other] + step) > top:
                    top, way = score, other
            now[part], came[part] = top + own, way
        ways.append(came)
        best = now
    totals = [own + step for own, step in zip(best, _LAST_STEP, strict=True)]
    last = max(range(len(totals)), key=totals.__getitem__)
    parts = [last]
    for came in reversed(ways):
        parts.append(came[parts[-1]])
    return Reading(tuple(map(Part, reversed(parts))), totals[last])
