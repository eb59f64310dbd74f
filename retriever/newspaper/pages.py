"""A newspaper page's text becomes its articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retriever.domain import Article, ArticleInfo, CutPage, Page, Span, article_id
from retriever.newspaper import cleaning, issue, signs
from retriever.newspaper.authors import author
from retriever.newspaper.blocks import Block
from retriever.newspaper.confidence import FLOOR
from retriever.newspaper.cutting import read_page
from retriever.newspaper.dropping import dropped
from retriever.newspaper.file_names import from_file_name
from retriever.newspaper.headlines import title_and_subtitle
from retriever.newspaper.joining import blocks
from retriever.newspaper.kinds import kind
from retriever.newspaper.lines import Line, printed_lines
from retriever.newspaper.parts import Part, Reading
from retriever.newspaper.pieces import Piece, article_pieces, articles_and_notices, as_document, undivided, with_slogans

_MARKDOWN_HEADING = re.compile(r"\s*#{1,6}\s+")


def articles(
    page: Page, *, source: str | None = None, date: str | None = None, page_number: str | None = None
) -> list[Article]:
    """The articles of one page, in the order of its text; see :func:`cut`."""
    return list(cut(page, source=source, date=date, page_number=page_number).articles)


def cut(
    page: Page,
    *,
    source: str | None = None,
    date: str | None = None,
    page_number: str | None = None,
    file_names: re.Pattern[str] | None = None,
) -> CutPage:
    """The articles of one page in the order of its text, how sure that is, and what was left out.

    ``source``, ``date`` (ISO 8601) and ``page_number`` are what the librarian wrote down; masthead and file name only
    fill what is missing (``file_names`` is a pattern of :func:`file_name_pattern`). A page on which no article can be
    told apart comes back as one; a blank page has none.
    """
    page_blocks = blocks(page.text, printed_lines(page.text))
    reading = read_page(page_blocks)
    furniture = [block for block, part in zip(page_blocks, reading.parts, strict=True) if part is Part.PAGE]
    known = issue.Issue(source, date, page_number).completed(
        issue.from_masthead(furniture).completed(from_file_name(page.file, file_names))
    )
    pieces = _pieces(page_blocks, reading, known)
    found = _with_own_ids([_article(page, piece, known) for piece in pieces])
    left_out = tuple(dropped(page.text, page_blocks, pieces, found))
    return CutPage(page, tuple(found), reading.confidence, left_out)


def _pieces(page_blocks: Sequence[Block], reading: Reading, known: issue.Issue) -> list[Piece]:
    """A page that is no newspaper's stays whole, and so does one that is cut on too little evidence."""
    if not page_blocks:
        return []
    parts = with_slogans(page_blocks, reading.parts)
    found = list(article_pieces(page_blocks, parts))
    if Part.PAGE in parts and (not found or (len(found) == 1 and not _is_newspaper(page_blocks, known))):
        return [as_document(page_blocks, parts)]
    if reading.confidence < FLOOR and len(found) > 1:
        return [undivided(page_blocks)]
    return articles_and_notices(page_blocks, parts)


def _is_newspaper(page_blocks: Sequence[Block], known: issue.Issue) -> bool:
    return known.source is not None or any(block.lead or block.jump_from or block.jump_to for block in page_blocks)


def _article(page: Page, piece: Piece, known: issue.Issue) -> Article:
    text, offsets = cleaning.collect(page.text, list(_kept(page.text, piece)))
    title, subtitle = title_and_subtitle(piece.heads, piece.text)
    every = (*piece.heads, *piece.bylines, *piece.text)
    is_article = not (piece.is_notice or piece.is_undivided)
    info = ArticleInfo(
        id=article_id(page.file, text),
        file=page.file,
        title=title,
        subtitle=subtitle,
        source=known.source,
        date=known.date or (issue.from_dateline(text) if is_article and piece.text[0].lead else None),
        page=known.page,
        author=author(piece.bylines, piece.text) if is_article else None,
        kind=kind(piece),
    )
    raw = min(block.raw[0] for block in every), max(block.raw[1] for block in every)
    return Article(info, text, raw, offsets)


def _kept(text: str, piece: Piece) -> Iterator[Span]:
    """Raw pieces of all paragraphs, one raw line break between each two."""
    paragraphs = piece.paragraphs
    notes = {block.raw for block in (piece.text if piece.is_notice else piece.bylines)}
    end = None
    for block in paragraphs:
        if end is not None:
            # The break nearest to the paragraph: what stands between the two is not part of the article.
            newline = text.rindex("\n", end, block.raw[0])
            yield newline, newline + 1
        end = block.raw[1]
        spans = _paragraph(text, block.lines, notes=block.raw in notes)
        # Where one article ends and another starts is not known on such a page: nothing that is printed is taken away.
        yield from spans if piece.is_undivided else cleaning.without_repeats(text, _trimmed(text, spans))


def _paragraph(text: str, lines: Sequence[Line], *, notes: bool) -> list[Span]:
    kept: list[Span] = []
    for at, line in enumerate(lines):
        start, end = line.raw
        if not at and "#" in line.text and (mark := _MARKDOWN_HEADING.match(text, start, end)):
            start = mark.end()
        if at and (space := cleaning.word_space(text, lines[at - 1].raw, line.raw)):
            kept.append(space)
        if line.is_plain:
            kept.append((start, end))
        else:
            kept += cleaning.kept_spans(text, (start, end), spaced=line.is_spaced, notes=notes)
    return kept


def _trimmed(text: str, spans: list[Span]) -> list[Span]:
    """Without the editor's code that closes many articles (②7)."""
    if not spans or not signs.CODE_END.match(text, spans[-1][1] - 1):
        return spans
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
