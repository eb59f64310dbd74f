"""How a page is shown on which an article begins that goes on elsewhere, or goes on that begins elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from retriever.domain import Article, CutPage, Dropped, JoinedArticle, PrintedPart, Span


def with_joined(cut: CutPage, story: JoinedArticle) -> CutPage:
    """The same page with the whole article in the place of the piece that was cut from it."""
    for part, piece, left_out in zip(story.article.parts, story.pieces, story.left_out, strict=True):
        if part.file == cut.page.file:
            articles = tuple(story.article if article.info.id == piece.info.id else article for article in cut.articles)
            still = _without(cut.dropped, [(raw, raw + size) for _, raw, size in part.offsets.runs])
            dropped = sorted((*still, *left_out), key=lambda gone: gone.start)
            return replace(cut, articles=articles, dropped=tuple(dropped))
    return cut


def part_on(cut: CutPage, article: Article) -> PrintedPart:
    """What this page prints of an article."""
    return next((part for part in article.parts if part.file == cut.page.file), article.parts[0])


def neighbours(cut: CutPage, article: Article) -> tuple[PrintedPart | None, PrintedPart | None]:
    """Where an article was before this page, and where it goes on after it."""
    parts = (None, *article.parts, None)
    at = parts.index(part_on(cut, article))
    return parts[at - 1], parts[at + 1]


def _without(dropped: Iterable[Dropped], kept: Iterable[Span]) -> Iterator[Dropped]:
    """What is dropped still: a line break that stands between two halves now was a space of the layout before."""
    spans = sorted(kept)
    for gone in dropped:
        at = gone.start
        for start, end in spans:
            if start < gone.end and at < end:
                if start > at:
                    yield Dropped(at, start, gone.why)
                at = end
        if at < gone.end:
            yield Dropped(at, gone.end, gone.why)
