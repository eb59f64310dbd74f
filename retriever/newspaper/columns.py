"""How wide the column is that each line of a page stands in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

# Wider lines are whole paragraphs, not the lines of a column.
_NARROWEST_COLUMN, WIDEST_COLUMN = 8.0, 60.0
_SAME_WIDTH = 2.0
# Marks are squeezed to make a line fit; a line without any is as wide as its column, or is a headline.
_RAGGED, _RAGGED_WITHOUT_POINTS = 2.5, 1.25
_NEIGHBOURS = 4

_has_point = re.compile("[，。；、,;]").search


def measures(widths: Sequence[float], texts: Sequence[str]) -> list[float]:
    """Four of eight neighbours as wide as a line make a column; what stands between its lines belongs to it.

    0 where there is none, and everywhere on a page whose lines are paragraphs.
    """
    none = [0.0] * len(widths)
    narrow = [width if width <= WIDEST_COLUMN else 0.0 for width in widths]
    if (len(narrow) - narrow.count(0.0)) * 2 < len(narrow):
        return none
    own = _own_measures(narrow, [_has_point(text) is not None for text in texts])
    if (len(own) - own.count(0.0)) * 3 < len(own):
        return none
    return [measure or _nearest(own, at) for at, measure in enumerate(own)]


def is_full(width: float, printed_width: float, measure: float, text: str) -> bool:
    """Whether a line reaches the end of its column, so that the text may go on in the next line."""
    short = measure - (printed_width if printed_width > width else width)
    if short > _RAGGED or width > measure + 3:
        return False
    return short <= _RAGGED_WITHOUT_POINTS or _has_point(text) is not None


def _own_measures(widths: Sequence[float], has_point: Sequence[bool]) -> list[float]:
    """The median width of the neighbours that are as wide as a line; 0 where too few are."""
    own: list[float] = []
    for at, width in enumerate(widths):
        measure = 0.0
        if width >= _NARROWEST_COLUMN:
            first, last = at - _NEIGHBOURS if at > _NEIGHBOURS else 0, at + _NEIGHBOURS + 1
            ordered = sorted(widths[first:last])
            low, high = bisect_left(ordered, width - _SAME_WIDTH), bisect_right(ordered, width + _SAME_WIDTH)
            if high - low > _NEIGHBOURS and _is_text(
                widths, has_point, range(first, min(last, len(widths))), width, high - low
            ):
                measure = (ordered[(low + high - 1) // 2] + ordered[(low + high) // 2]) / 2
        own.append(measure)
    return own


def _is_text(widths: Sequence[float], has_point: Sequence[bool], near: range, width: float, alike: int) -> bool:
    """A stack of headlines is a column too, but hardly has a comma or a full stop."""
    pointed = sum(has_point[near.start : near.stop])
    if (pointed - (len(near) - alike)) * 3 >= alike:  # even if all other lines have one
        return True
    return sum([has_point[at] and abs(widths[at] - width) <= _SAME_WIDTH for at in near]) * 3 >= alike


def _nearest(own: Sequence[float], at: int) -> float:
    """The measure of the nearest line that has one; of two as near, the one before."""
    for distance in range(1, 2 * _NEIGHBOURS + 1):
        if at >= distance and own[at - distance]:
            return own[at - distance]
        if at + distance < len(own) and own[at + distance]:
            return own[at + distance]
    return 0.0
