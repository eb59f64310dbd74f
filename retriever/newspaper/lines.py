"""A page as its printed lines, and what each looks like beside its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from retriever.domain import Span
from retriever.newspaper import cleaning, columns

_NARROW = re.compile(r"[!-~]+")
# Of a line this long it does not matter how wide it is exactly.
_LONG_CHARS = 2 * columns.WIDEST_COLUMN


class Line(NamedTuple):
    """One printed line. ``text`` is clean; widths count a Han character as 1 and a Latin one as ½."""

    raw: Span
    text: str
    gap: int  # blank lines before it
    is_spaced: bool  # letter by letter
    width: float
    measure: float  # width of its column; 0 where the lines of the page are paragraphs
    is_full: bool  # reaches the end of its column, so that the text may go on in the next line

    @property
    def is_plain(self) -> bool:
        """Whether nothing of it is left out."""
        return len(self.text) == self.raw[1] - self.raw[0]


def printed_lines(text: str) -> list[Line]:
    """The lines that hold something visible, in order."""
    found = list(_visible_lines(text))
    if not found:
        return []
    raws, texts, gaps, spaced, widths, printed_widths = zip(*found, strict=True)
    measures = columns.measures(widths, texts)
    full = map(columns.is_full, widths, printed_widths, measures, texts)
    return list(map(Line._make, zip(raws, texts, _usual(gaps), spaced, widths, measures, full, strict=True)))


def _visible_lines(text: str) -> Iterator[tuple[Span, str, int, bool, float, float]]:
    """Where each stands, its clean text, blank lines before it, whether it is letter-spaced; how wide it is without and
    with the spaces that are left out of it.
    """
    end = gap = -1
    untidy, narrow = _next(cleaning.DROPPABLE, text, 0), _next(_NARROW, text, 0)
    for raw in text.split("\n"):
        start, end = end + 1, end + 1 + len(raw)
        clean, is_spaced, spaces = raw, False, 0
        if untidy < end:
            clean, is_spaced = cleaning.clean_line(raw)
            spaces = len(raw.strip()) - len(clean)
            untidy = _next(cleaning.DROPPABLE, text, end)
        if not clean:
            gap += 1
            continue
        width = float(len(clean))
        if narrow < end:
            if width <= _LONG_CHARS:
                width -= sum(map(len, _NARROW.findall(clean))) / 2
            narrow = _next(_NARROW, text, end)
        yield (start, end), clean, gap if gap > 0 else 0, is_spaced, width, width + spaces / 2
        gap = 0


def _next(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Where a pattern is found next; the end where it is not: most lines of a page need no second look."""
    match = pattern.search(text, start)
    return match.start() if match else len(text)


def _usual(gaps: Sequence[int]) -> Sequence[int]:
    """Blank lines beyond the one between most lines; where a page is spaced more widely, more of them mean nothing."""
    usual = int(median(gaps))
    return [max(gap - usual + 1, 0) for gap in gaps] if usual > 1 else gaps
