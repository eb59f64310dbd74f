"""A newspaper page's text becomes its articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from retriever.domain import Article, ArticleInfo, Page, Span, article_id
from retriever.newspaper import cleaning, issue, signs
from retriever.newspaper.authors import author
from retriever.newspaper.blocks import Block
from retriever.newspaper.cutting import read_page
from retriever.newspaper.headlines import title_and_subtitle
from retriever.newspaper.joining import blocks
from retriever.newspaper.lines import Line, printed_lines
from retriever.newspaper.parts import Part

_HEADS = frozenset({Part.HEAD, Part.BELOW})
_BYLINES = frozenset({Part.BYLINE, Part.U_BYLINE, Part.SIGNED, Part.U_SIGNED})
_TEXT = frozenset({Part.FIRST, Part.U_FIRST, Part.TEXT, Part.U_TEXT, Part.SUBHEAD, Part.U_SUBHEAD})
_STARTS = frozenset({Part.HEAD, Part.U_BYLINE, Part.U_FIRST, Part.PAGE})


_MARKDOWN_HEADING = re.compile(r"\s*#{1,6}\s+")


_FURNITURE = frozenset({Part.PAGE, Part.STRAY, Part.U_STRAY})
# What a reader may ask for: words, a number to call, an address. Not the page's ornaments.
_TELLS = re.compile(rf"[{signs.HAN}]{{2}}|[0-9]{{5}}|[A-Za-z]{{4}}")


@dataclass(frozen=True, slots=True)
class Piece:
    """The blocks of one article."""

    heads: tuple[Block, ...]
    bylines: tuple[Block, ...]
    text: tuple[Block, ...]
    is_notice: bool = False  # masthead, teaser, hotline

    @property
    def paragraphs(self) -> list[Block]:
        """What is printed of it but its headlines, in order: bylines are part of what readers ask for and quote."""
        said = (block for block in self.bylines if not (block.jump_from or block.jump_to))
        return sorted((*said, *self.text), key=lambda block: block.raw)


def articles(
    page: Page, *, source: str | None = None, date: str | None = None, page_number: str | None = None
) -> list[Article]:
    """The articles of one page, in the order of its text.

    ``source``, ``date`` (ISO 8601) and ``page_number`` are what the librarian wrote down; masthead and file name only
    fill what is missing. A page on which no article can be told apart comes back as one; a blank page as none.
    """
    page_blocks = blocks(page.text, printed_lines(page.text))
    parts = read_page(page_blocks).parts
    furniture = [block for block, part in zip(page_blocks, parts, strict=True) if part is Part.PAGE]
    known = issue.Issue(source, date, page_number).completed(
        issue.from_masthead(furniture).completed(issue.from_file_name(page.file))
    )
    pieces = list(_pieces(page_blocks, parts))
    if furniture and (not pieces or (len(pieces) == 1 and not _is_newspaper(page_blocks, known))):
        pieces = _as_document(page_blocks, parts)
    else:
        pieces = sorted((*pieces, *_notices(page_blocks, parts)), key=lambda piece: piece.paragraphs[0].raw)
    return _with_own_ids([_article(page, piece, known) for piece in pieces])


def _pieces(page_blocks: Sequence[Block], parts: Sequence[Part]) -> Iterator[Piece]:
    group: list[tuple[Block, Part]] = []
    for block, part in zip(page_blocks, parts, strict=True):
        if part in _STARTS and any(other in _TEXT for _, other in group):
            yield _piece(group)
            group = []
        if part is not Part.PAGE:
            group.append((block, part))
    if group:
        yield _piece(group)


def _notices(page_blocks: Sequence[Block], parts: Sequence[Part]) -> Iterator[Piece]:
    """Mastheads, teasers and hotlines are no article's, but nothing that is printed is lost: each run of them is its own."""
    for furniture, run in groupby(zip(page_blocks, parts, strict=True), key=lambda pair: pair[1] in _FURNITURE):
        told = tuple(block for block, _ in run if _TELLS.search(block.text))
        if furniture and told:
            yield Piece((), (), told, is_notice=True)


def _piece(group: Sequence[tuple[Block, Part]]) -> Piece:
    def having(parts: frozenset[Part]) -> tuple[Block, ...]:
        return tuple(block for block, part in group if part in parts)

    return Piece(having(_HEADS), having(_BYLINES), having(_TEXT))


def _is_newspaper(page_blocks: Sequence[Block], known: issue.Issue) -> bool:
    return known.source is not None or any(block.lead or block.jump_from or block.jump_to for block in page_blocks)


def _as_document(page_blocks: Sequence[Block], parts: Sequence[Part]) -> list[Piece]:
    """One article of a file that is no newspaper page: what would be page furniture there is part of it here."""
    first = next((at for at, part in enumerate(parts) if part in _TEXT), None)
    if first is None:
        return [Piece((), (), tuple(page_blocks))]
    group = [
        (block, part if part is not Part.PAGE else Part.HEAD if at < first else Part.TEXT)
        for at, (block, part) in enumerate(zip(page_blocks, parts, strict=True))
    ]
    return [_piece(group)]


def _article(page: Page, piece: Piece, known: issue.Issue) -> Article:
    text, offsets = cleaning.collect(page.text, list(_kept(page.text, piece)))
    title, subtitle = title_and_subtitle(piece.heads, text)
    every = (*piece.heads, *piece.bylines, *piece.text)
    info = ArticleInfo(
        id=article_id(page.file, text),
        file=page.file,
        title=title,
        subtitle=subtitle,
        source=known.source,
        date=known.date or (issue.from_dateline(text) if piece.text[0].lead else None),
        page=known.page,
        author=None if piece.is_notice else author(piece.bylines, piece.text),
        kind="notice" if piece.is_notice else None,
    )
    raw = min(block.raw[0] for block in every), max(block.raw[1] for block in every)
    return Article(info, text, raw, offsets)


def _kept(text: str, piece: Piece) -> Iterator[Span]:
    """Raw pieces of all paragraphs, one raw line break between each two."""
    paragraphs, notes = piece.paragraphs, piece.text if piece.is_notice else piece.bylines
    for at, block in enumerate(paragraphs):
        if at:
            # The break nearest to the paragraph: what stands between the two is not part of the article.
            newline = text.rindex("\n", paragraphs[at - 1].raw[1], block.raw[0])
            yield newline, newline + 1
        yield from cleaning.without_repeats(
            text, _trimmed(text, list(_paragraph(text, block.lines, notes=block in notes)))
        )


def _paragraph(text: str, lines: Sequence[Line], *, notes: bool) -> Iterator[Span]:
    for at, line in enumerate(lines):
        start, end = line.raw
        if not at and (mark := _MARKDOWN_HEADING.match(text, start, end)):
            start = mark.end()
        yield from cleaning.kept_spans(text, (start, end), notes=notes)
        space = cleaning.word_space(text, line.raw, lines[at + 1].raw) if at + 1 < len(lines) else None
        if space:
            yield space


def _trimmed(text: str, spans: list[Span]) -> list[Span]:
    """Without the editor's code that closes many articles (②7)."""
    joined = "".join(text[start:end] for start, end in spans)
    code = signs.EDITOR_CODE.search(joined)
    if not code:
        return spans
    drop = len(joined) - code.start()
    while drop:
        start, end = spans.pop()
        if end - start > drop:
            spans.append((start, end - drop))
        drop = max(drop - (end - start), 0)
    return spans


def _with_own_ids(found: Sequence[Article]) -> list[Article]:
    """The same text twice on a page is two articles, and two ids."""
    seen: dict[str, int] = {}
    named: list[Article] = []
    for article in found:
        times = seen[article.info.id] = seen.get(article.info.id, 0) + 1
        if times > 1:
            again = article_id(f"{article.info.file}\0{times}", article.text)
            article = replace(article, info=replace(article.info, id=again))
        named.append(article)
    return named
