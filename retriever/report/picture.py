"""A page as it was cut: every raw character with the article that keeps it, or the reason why none does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from retriever.domain import CutPage, PrintedPart, Reason
from retriever.report.continued import part_on

Why = Reason | Literal["lost"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of raw text. ``why`` is None where an article keeps it."""

    text: str
    why: Why | None


@dataclass(frozen=True, slots=True)
class Area:
    """Neighbouring pieces that belong to one article (its number from 0), or to none."""

    article: int | None
    opens: bool  # whether the article's text begins here
    pieces: tuple[Piece, ...]


def areas(cut: CutPage) -> Iterator[Area]:
    """The whole page in its order: the texts of all pieces together are ``cut.page.text``."""
    begun: set[int] = set()
    for article, group in groupby(_owned(cut), key=lambda owned: owned[0]):
        pieces = tuple(piece for _, piece in group)
        opens = article is not None and article not in begun and any(piece.why is None for piece in pieces)
        if opens and article is not None:
            begun.add(article)
        yield Area(article, opens, pieces)


def _owned(cut: CutPage) -> Iterator[tuple[int | None, Piece]]:
    """Each piece with the article it belongs to; what was dropped belongs to the one around it."""
    owner: int | None = None
    parts = [part_on(cut, article) for article in cut.articles]
    for start, end, article, why in _marked(cut, parts):
        owner = article if article is not None else _around(parts, owner, start, end)
        yield owner, Piece(cut.page.text[start:end], why)


def _around(parts: Sequence[PrintedPart], last: int | None, start: int, end: int) -> int | None:
    around = (n for n, part in enumerate(parts) if part.raw[0] <= start and end <= part.raw[1])
    if last is not None and parts[last].raw[0] <= start and end <= parts[last].raw[1]:
        return last
    return next(around, None)


def _marked(cut: CutPage, parts: Sequence[PrintedPart]) -> Iterator[tuple[int, int, int | None, Why | None]]:
    """Start, end, article that keeps it, reason: ascending, without gap or overlap."""
    kept: list[tuple[int, int, int | None, Why | None]] = [
        (start, start + size, number, None) for number, part in enumerate(parts) for _, start, size in part.offsets.runs
    ]
    dropped = [(gone.start, gone.end, None, gone.why) for gone in cut.dropped]
    at = 0
    for start, end, number, why in sorted([*kept, *dropped], key=lambda item: item[:2]):
        if start > at:
            yield at, start, None, "lost"
        if end > at:
            yield max(at, start), end, number, why
        at = max(at, end)
    if at < len(cut.page.text):
        yield at, len(cut.page.text), None, "lost"
