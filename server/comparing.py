"""The raw page of an article, so that anybody can see what cleaning left out: nothing else was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retriever.domain import Article, PrintedPart, Span
from server.present import segments


@dataclass(frozen=True, slots=True)
class RawPiece:
    """Characters of a raw page that follow one another and fared alike."""

    text: str
    kept: bool  # they stand in the article
    marked: bool  # and are quoted


@dataclass(frozen=True, slots=True)
class RawSide:
    """What one raw page prints of an article."""

    file: str
    page: str | None
    pieces: tuple[RawPiece, ...]


def raw_sides(article: Article, page: Callable[[str], str | None], marks: Sequence[Span] = ()) -> tuple[RawSide, ...]:
    """The article's stretch of each raw page it is printed on; none where it came whole. ``page`` reads one by its file."""
    read = [(part, page(part.file)) for part in article.parts]
    return tuple(
        RawSide(part.file, part.page, tuple(raw_pieces(part, raw, marks))) for part, raw in read if raw is not None
    )


def raw_pieces(part: PrintedPart, raw: str, marks: Sequence[Span] = ()) -> Iterator[RawPiece]:
    """``raw[part.raw[0]:part.raw[1]]`` in pieces; ``marks`` count in the clean text.

    >>> from retriever.domain import OffsetMap
    >>> part = PrintedPart("f", None, (0, 7), OffsetMap(((0, 2, 2), (2, 5, 1))))
    >>> [(piece.text, piece.kept, piece.marked) for piece in raw_pieces(part, "题 甲乙 丙 ", [(1, 3)])]
    [('题 ', False, False), ('甲', True, False), ('乙', True, True), (' ', False, False), ('丙', True, True), (' ', False, False)]
    """
    at, end = part.raw
    for clean, start, length in part.offsets.runs:
        if at < start:
            yield RawPiece(raw[at:start], kept=False, marked=False)
        for text, marked in segments(raw[start : start + length], marks, clean):
            yield RawPiece(text, kept=True, marked=marked)
        at = max(at, start + length)
    if at < end:
        yield RawPiece(raw[at:end], kept=False, marked=False)
