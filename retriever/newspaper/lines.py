"""A page as its printed lines, and how wide the column is that each stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from retriever.domain import Span
from retriever.newspaper import cleaning

_LINE = re.compile(r"[^\n]+")
_POINT = re.compile("[，。；、,;]")
_NARROW = re.compile(r"[!-~]")

# Wider lines are whole paragraphs, not the lines of a column.
_NARROWEST_COLUMN, _WIDEST_COLUMN = 8.0, 60.0
_SAME_WIDTH = 2.0
# Marks are squeezed to make a line fit; a line without any is as wide as its column, or is a headline.
_RAGGED, _RAGGED_WITHOUT_POINTS = 2.5, 1.25
_NEIGHBOURS = 4


class Line(NamedTuple):
    """One printed line. ``text`` is clean; widths count a Han character as 1 and a Latin one as ½."""

    raw: Span
    text: str
    gap: int  # blank lines before it
    width: float
    printed_width: float  # with the spaces between the letters
    is_spaced: bool  # letter by letter
    measure: float = 0.0  # width of its column; 0 where the lines of the page are paragraphs

    @property
    def is_plain(self) -> bool:
        """Whether nothing of it is left out."""
        return len(self.text) == self.raw[1] - self.raw[0]

    @property
    def is_full(self) -> bool:
        """Whether it reaches the end of its column, so that the text may go on in the next line."""
        short = self.measure - max(self.width, self.printed_width)
        if short > _RAGGED or self.width > self.measure + 3:
            return False
        return short <= _RAGGED_WITHOUT_POINTS or _POINT.search(self.text) is not None


def printed_lines(text: str) -> list[Line]:
    """The lines that hold something visible, in order."""
    lines = list(_lines(text))
    return _with_measures(_with_usual_gaps(lines)) if lines else []


def _lines(text: str) -> Iterator[Line]:
    end = 0
    for match in _LINE.finditer(text):
        raw = match[0]
        clean, spaced = cleaning.clean_line(raw)
        if not clean:
            continue
        # Of a line this long it does not matter how wide it is exactly.
        narrow = len(_NARROW.findall(clean)) if len(clean) <= 2 * _WIDEST_COLUMN else 0
        width = len(clean) - narrow / 2
        spaces = 0 if clean is raw else len(raw.strip()) - len(clean)
        gap = max(text.count("\n", end, match.start()) - 1, 0)
        end = match.end()
        yield Line(match.span(), clean, gap, width, width + spaces / 2, spaced)


def _with_usual_gaps(lines: Sequence[Line]) -> Sequence[Line]:
    """Blank lines beyond the one between most lines; where a page is spaced more widely, more of them mean nothing."""
    usual = int(median(line.gap for line in lines))
    return [line._replace(gap=max(line.gap - usual + 1, 0)) for line in lines] if usual > 1 else lines


def _with_measures(lines: Sequence[Line]) -> list[Line]:
    """Four of eight neighbours as wide as a line make a column; what stands between its lines belongs to it."""
    widths = [line.width if line.width <= _WIDEST_COLUMN else 0.0 for line in lines]
    if sum(width > 0 for width in widths) * 2 < len(lines):
        return list(lines)
    pointed = [_POINT.search(line.text) is not None for line in lines]
    own = [_own_measure(widths, pointed, at) for at in range(len(lines))]
    measured = [at for at, measure in enumerate(own) if measure]
    if len(measured) * 3 < len(lines):
        return list(lines)
    return [_with_measure(line, own, at) for at, line in enumerate(lines)]


def _own_measure(widths: Sequence[float], pointed: Sequence[bool], at: int) -> float:
    width = widths[at]
    if width < _NARROWEST_COLUMN:
        return 0.0
    least, most = width - _SAME_WIDTH, width + _SAME_WIDTH
    near = range(max(at - _NEIGHBOURS, 0), min(at + _NEIGHBOURS + 1, len(widths)))
    alike = [other for other in near if least <= widths[other] <= most]
    # A stack of headlines is a column too, but hardly has a comma or a full stop.
    if len(alike) <= _NEIGHBOURS or sum([pointed[other] for other in alike]) * 3 < len(alike):
        return 0.0
    return median([widths[other] for other in alike])


def _with_measure(line: Line, own: Sequence[float], at: int) -> Line:
    if own[at]:
        return line._replace(measure=own[at])
    reach = 2 * _NEIGHBOURS
    near = (
        own[other]
        for distance in range(1, reach + 1)
        for other in (at - distance, at + distance)
        if 0 <= other < len(own) and own[other]
    )
    return line._replace(measure=next(near, 0.0))
