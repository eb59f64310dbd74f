"""Why each character of a page that stands in no article's text was left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from retriever.domain import Article, Dropped, Reason, Span
from retriever.newspaper import signs
from retriever.newspaper.blocks import Block
from retriever.newspaper.cleaning import INVISIBLE
from retriever.newspaper.pieces import Piece

_VISIBLE = re.compile(rf"[^\s{INVISIBLE}\u200d](?:.*[^\s{INVISIBLE}\u200d])?", re.DOTALL)
_SPACE_OR_NOT = re.compile(r"\s+|\S+")


def dropped(
    text: str, blocks: Sequence[Block], pieces: Sequence[Piece], articles: Sequence[Article]
) -> Iterator[Dropped]:
    """What the articles of a page do not hold: ascending, and together with what they hold the whole page."""
    whole = _whole_blocks(blocks, pieces)
    for start, end in _gaps(text, articles):
        if text[start:end].isspace():  # as nearly all are
            yield Dropped(start, end, "space")
            continue
        at = start
        while whole and whole[-1].end <= end:
            block = whole.pop()
            yield from _between(text, (at, block.start))
            yield block
            at = block.end
        yield from _between(text, (at, end))


def _whole_blocks(blocks: Sequence[Block], pieces: Iterable[Piece]) -> list[Dropped]:
    """Blocks of which nothing was kept, last first."""
    why: dict[Span, Reason] = {}
    held: set[Span] = set()
    for piece in pieces:
        why |= {block.raw: "headline" for block in piece.heads}
        why |= {block.raw: "jump" for block in piece.jumps}
        held |= {block.raw for block in piece.paragraphs}
    raws = (block.raw for block in reversed(blocks) if block.raw not in held)
    return [Dropped(*raw, why.get(raw, "ornament")) for raw in raws]


def _gaps(text: str, articles: Iterable[Article]) -> list[Span]:
    kept = sorted([(raw, raw + size) for article in articles for _, raw, size in article.offsets.runs])
    ends, starts = [0, *[end for _, end in kept]], [*[start for start, _ in kept], len(text)]
    return [(end, start) for end, start in zip(ends, starts, strict=True) if end < start]


def _between(text: str, span: Span) -> Iterator[Dropped]:
    """Spaces for the most part; inside a paragraph also a code, or what was read twice."""
    start, end = span
    seen = _VISIBLE.search(text, start, end)
    if seen is None:
        yield from _unseen(text, span)
        return
    yield from _unseen(text, (start, seen.start()))
    code = signs.CODE_ALONE.search(text, seen.start(), seen.end())
    marks: Reason = "ornament" if not seen[0].strip("#") else "repeat"
    code_at = code.start() if code else seen.end()
    if code_at > seen.start():
        yield Dropped(seen.start(), code_at, marks)
    if code:
        yield Dropped(code_at, seen.end(), "code")
    yield from _unseen(text, (seen.end(), end))


def _unseen(text: str, span: Span) -> Iterator[Dropped]:
    for run in _SPACE_OR_NOT.finditer(text, *span):
        yield Dropped(*run.span(), "space" if run[0].isspace() else "invisible")
