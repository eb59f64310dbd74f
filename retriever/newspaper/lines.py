"""A page as its printed lines, and how wide the column is that each stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from retriever.domain import Span
from retriever.newspaper import cleaning, signs

_LINE = re.compile(r"[^\n]+")
_POINT = re.compile("[，。；、,;]")
_NARROW = re.compile(r"[!-~]")

# Wider lines are whole paragraphs, not the lines of a column.
_WIDEST_COLUMN = 60.0
_SAME_WIDTH = 2.0
# Marks are squeezed to make a line fit; a line without any is as wide as its column, or is a headline.
_RAGGED, _RAGGED_WITHOUT_POINTS = 2.5, 1.25
_NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. ``text`` is clean; widths count a Han character as 1 and a Latin one as ½."""

    raw: Span
    text: str
    gap: int  # blank lines before it
    width: float
    printed_width: float  # with the spaces between the letters
    measure: float = 0.0  # width of its column; 0 where the lines of the page are paragraphs

    @property
    def ended(self) -> bool:
        return signs.SENTENCE_END.search(self.text) is not None

    @property
    def is_full(self) -> bool:
        """Whether it reaches the end of its column, so that the text may go on in the next line."""
        slack = _RAGGED if _POINT.search(self.text) else _RAGGED_WITHOUT_POINTS
        return max(self.width, self.printed_width) >= self.measure - slack and self.width <= self.measure + 3


def printed_lines(text: str) -> list[Line]:
    """The lines that hold something visible, in order."""
    lines = list(_lines(text))
    return _with_measures(_with_usual_gaps(lines)) if lines else []


def _lines(text: str) -> Iterator[Line]:
    end = 0
    for match in _LINE.finditer(text):
        if not (clean := cleaning.clean(match[0])):
            continue
        width = len(clean) - len(_NARROW.findall(clean)) / 2
        spaces = len(match[0].strip()) - len(clean)
        gap = max(text.count("\n", end, match.start()) - 1, 0)
        end = match.end()
        yield Line(match.span(), clean, gap, width, width + spaces / 2)


def _with_usual_gaps(lines: Sequence[Line]) -> Sequence[Line]:
    """Blank lines beyond the one between most lines; where a page is spaced more widely, more of them mean nothing."""
    usual = int(median(line.gap for line in lines))
    return [replace(line, gap=max(line.gap - usual + 1, 0)) for line in lines] if usual > 1 else lines


def _with_measures(lines: Sequence[Line]) -> list[Line]:
    """Four of eight neighbours as wide as a line make a column; what stands between its lines belongs to it."""
    widths = [line.width if line.width <= _WIDEST_COLUMN else 0.0 for line in lines]
    if sum(width > 0 for width in widths) * 2 < len(lines):
        return list(lines)
    own: list[float] = []
    pointed = [_POINT.search(line.text) is not None for line in lines]
    for at, width in enumerate(widths):
        near = range(max(at - _NEIGHBOURS, 0), min(at + _NEIGHBOURS + 1, len(lines)))
        alike = [other for other in near if width and abs(widths[other] - width) <= _SAME_WIDTH]
        # A stack of headlines is a column too, but hardly has a comma or a full stop.
        is_column = len(alike) > _NEIGHBOURS and width >= 8 and sum(pointed[other] for other in alike) * 3 >= len(alike)
        own.append(median(widths[other] for other in alike) if is_column else 0.0)
    measured = [at for at, measure in enumerate(own) if measure]
    if len(measured) * 3 < len(lines):
        return list(lines)
    return [_with_measure(line, own, at) for at, line in enumerate(lines)]


def _with_measure(line: Line, own: Sequence[float], at: int) -> Line:
    reach = 2 * _NEIGHBOURS
    near = (
        own[other]
        for distance in range(reach + 1)
        for other in (at - distance, at + distance)
        if 0 <= other < len(own) and own[other]
    )
    measure = own[at] or next(near, 0.0)
    return replace(line, measure=measure)
