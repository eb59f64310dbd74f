"""The reading page: an article set to be read, with the quoted words marked."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, Response, make_response, request

from embeddings.errors import Language
from retriever.domain import Span
from server.languages import keep_language, language_of
from server.live import LiveSearcher
from server.pages import render_page
from server.present import article_out, pages_of, segments
from server.schemas import PartOut

MOST_COPIES = 20  # listed under an article
MARK = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an article, or what one page prints of it; ``start`` counts code points of the article's text."""

    start: int
    pieces: tuple[tuple[str, bool], ...]  # text, whether it is marked
    turns_to: PartOut | None = None  # the page that begins here
    goes_on: bool = False  # inside a sentence


def paragraphs(text: str, marks: Sequence[Span] = (), parts: Sequence[PartOut] = ()) -> Iterator[Paragraph]:
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
                yield Paragraph(
                    begins, tuple(segments(text[begins:ends], marks, begins)), turns_to, goes_on=begins > start
                )
        start = end + 1


def reading_routes(live: LiveSearcher, default: Language) -> Blueprint:
    pages = Blueprint("reading", __name__)

    @pages.get("/articles/<path:article_id>")
    def article(article_id: str) -> Response:
        language = language_of(request, default)
        searcher = live.searcher()
        shown = article_out(searcher.article(article_id))
        copies = searcher.copies(article_id)
        # The part of an address after "#" never comes here: browsers without scripts send it as ?mark= as well.
        marks = [(int(start), int(end)) for value in request.args.getlist("mark") for start, end in MARK.findall(value)]
        page = render_page(
            "article.html",
            language,
            article=shown,
            pages=pages_of(shown, language),
            paragraphs=list(paragraphs(shown.text, marks, shown.parts)),
            marks=marks,
            copies=copies[:MOST_COPIES],
            more_copies=max(0, len(copies) - MOST_COPIES),
        )
        return keep_language(request, make_response(page))

    return pages
