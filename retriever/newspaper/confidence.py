"""How surely a page was cut right: the points of every cut against those of going on, and how legible the text is."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from retriever.newspaper.parts import STARTS, TEXTS, Part, Points, step

# A page whose cutting is less sure than this is left in one piece: on made-up pages most cuts below it are wrong.
FLOOR = 0.3

# Points to probability, fitted on made-up pages of random layouts, some of them damaged.
_SLOPE, _MIDDLE = 0.3, 6.0


def confidence(points: Sequence[Points], parts: Sequence[Part], sizes: Sequence[int]) -> float:
    """How right the articles' beginnings are to be expected (0..1), times the share of the text that reads like text.

    The first article begins with the page; where all is one article, only its text speaks.
    """
    sure = [1.0, *(_logistic(_SLOPE * (margin(points, parts, cut) - _MIDDLE)) for cut in cuts(parts))]
    text = [
        (size, max(row[Part.FIRST], row[Part.TEXT]) > 0)
        for size, row, part in zip(sizes, points, parts, strict=True)
        if part in TEXTS
    ]
    legible = sum(size for size, is_text in text if is_text) / (sum(size for size, _ in text) or 1)
    return legible * sum(sure) / len(sure)


def cuts(parts: Sequence[Part]) -> list[range]:
    """For each article but the first, the blocks from the last text before it to its own first text."""
    found: list[range] = []
    last: int | None = None
    started = False
    for at, part in enumerate(parts):
        started = started or part in STARTS
        if part in TEXTS:
            if started and last is not None:
                found.append(range(last + 1, at + 1))
            last, started = at, False
    return found


def margin(points: Sequence[Points], parts: Sequence[Part], cut: range) -> float:
    """Points of the blocks of a cut, less what they would have as further paragraphs of the article before."""
    own = sum(points[at][parts[at]] + step(parts[at - 1], parts[at]) for at in cut)
    inside = sum(max(points[at][Part.TEXT], points[at][Part.SUBHEAD], points[at][Part.STRAY]) for at in cut)
    return own - inside


def _logistic(x: float) -> float:
    return 1 / (1 + exp(min(-x, 500.0)))  # beyond that exp overflows
