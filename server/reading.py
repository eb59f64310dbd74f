"""The reading page: an article set to be read, with the quoted words marked, and its raw page beside it on demand."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, make_response, request

from embeddings.errors import Language
from retriever.domain import Span
from retriever.errors import EmptyQuestion, QuestionTooLong
from retriever.search import Searcher
from server.comparing import raw_sides
from server.languages import keep_language, messages_of, page_language_of
from server.live import Live
from server.pages import render_page
from server.present import article_out, pages_of, segments
from server.schemas import PartOut
from server.traditional import spoken

MOST_COPIES = 20  # listed under an article
MARK = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line that are set alike."""

    text: str
    marked: bool  # quoted
    word: bool  # of the question


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an article, or what one page prints of it; ``start`` counts code points of the article's text."""

    start: int
    pieces: tuple[Piece, ...]
    turns_to: PartOut | None = None  # the page that begins here
    goes_on: bool = False  # inside a sentence


def paragraphs(
    text: str, marks: Sequence[Span] = (), words: Sequence[Span] = (), parts: Sequence[PartOut] = ()
) -> Iterator[Paragraph]:
    """The lines of ``text`` that hold something, parted where one of ``parts`` begins after the first.

    >>> [p.start for p in paragraphs("一\\n\\n二三")]
    [0, 3]
    """
    waiting, start = deque(parts[1:]), 0
    for line in text.split("\n"):
        end = start + len(line)
        inside = [part.start for part in parts[1:] if start < part.start < end]
        for begins, ends in pairwise((start, *inside, end)):
            if begins < ends:
                turns_to = waiting.popleft() if waiting and waiting[0].start <= begins else None
                set_alike = tuple(_pieces(text[begins:ends], marks, words, begins))
                yield Paragraph(begins, set_alike, turns_to, goes_on=begins > start)
        start = end + 1


def _pieces(line: str, marks: Sequence[Span], words: Sequence[Span], start: int) -> Iterator[Piece]:
    for text, marked in segments(line, marks, start):
        for inner, word in segments(text, words, start):
            yield Piece(inner, marked, word)
        start += len(text)


def reading_routes(live: Live, default: Language) -> Blueprint:
    pages = Blueprint("reading", __name__)

    @pages.get("/articles/<path:article_id>")
    def article(article_id: str) -> Response:
        language = page_language_of(request, default)
        searcher = live.searcher()
        found = searcher.article(article_id)
        shown = article_out(found)
        copies = searcher.copies(article_id)
        before, after = searcher.neighbours(article_id)
        # The part of an address after "#" never comes here: browsers without scripts send it as ?mark= as well.
        marks = [(int(start), int(end)) for value in request.args.getlist("mark") for start, end in MARK.findall(value)]
        question = request.args.get("q", "")
        words = _words(searcher, question, found.text)
        compared = "raw" in request.args
        raw = raw_sides(found, searcher.page, marks)
        page = render_page(
            "article.html",
            language,
            script="reading",
            article=shown,
            pages=(printed := pages_of(shown, messages_of(language))) and spoken(printed, language),
            paragraphs=list(paragraphs(shown.text, marks, words, shown.parts)),
            marks=marks,
            words=words,
            question=question,
            copies=copies[:MOST_COPIES],
            more_copies=max(0, len(copies) - MOST_COPIES),
            before=before,
            after=after,
            raw=raw if compared else (),
            raw_url=_raw_url(article_id, marks, compared) if raw else None,
            address=f"/articles/{quote(article_id, safe='')}",
        )
        return keep_language(request, make_response(page))

    return pages


def _words(searcher: Searcher, question: str, text: str) -> tuple[Span, ...]:
    """Where the text prints the words of the question that led here; an address may also name none, or nonsense."""
    try:
        return searcher.mentions(question, text)
    except (EmptyQuestion, QuestionTooLong):
        return ()


def _raw_url(article_id: str, marks: Sequence[Span], compared: bool) -> str:
    """This page with its raw text, or without it."""
    kept = [(name, value) for name in ("mark", "q") for value in request.args.getlist(name)]
    fields = urlencode(kept if compared else [*kept, ("raw", "1")])
    fragment = f"#c{marks[0][0]}-{marks[0][1]}" if marks else ""
    return f"/articles/{quote(article_id, safe='')}?{fields}{fragment}"
