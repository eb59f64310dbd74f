"""The reading page: an article set to be read, with the quoted words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, request

from embeddings.errors import Language
from retriever.domain import Span
from server.languages import keep_language, language_of
from server.live import LiveSearcher
from server.pages import render_page
from server.present import segments

MOST_COPIES = 20  # listed under an article
MARK = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an article; ``start`` counts code points from the beginning of the article's text."""

    start: int
    pieces: tuple[tuple[str, bool], ...]  # text, whether it is marked


def paragraphs(text: str, marks: Sequence[Span] = ()) -> Iterator[Paragraph]:
    """The lines of ``text`` that hold something.

    >>> [p.start for p in paragraphs("一\\n\\n二三")]
    [0, 3]
    """
    start = 0
    for line in text.split("\n"):
        if line:
            yield Paragraph(start, tuple(segments(line, marks, start)))
        start += len(line) + 1


def reading_routes(live: LiveSearcher, default: Language) -> Blueprint:
    pages = Blueprint("reading", __name__)

    @pages.get("/articles/<path:article_id>")
    def article(article_id: str) -> Response:
        language = language_of(request, default)
        searcher = live.searcher()
        found = searcher.article(article_id)
        begins_in, goes_on_in = searcher.halves(article_id)
        copies = searcher.copies(article_id)
        # The part of an address after "#" never comes here: browsers without scripts send it as ?mark= as well.
        marks = [(int(start), int(end)) for value in request.args.getlist("mark") for start, end in MARK.findall(value)]
        page = render_page(
            "article.html",
            language,
            article=found.info,
            paragraphs=list(paragraphs(found.text, marks)),
            marks=marks,
            begins_in=begins_in,
            goes_on_in=goes_on_in,
            copies=copies[:MOST_COPIES],
            more_copies=max(0, len(copies) - MOST_COPIES),
        )
        return keep_language(request, make_response(page))

    return pages
