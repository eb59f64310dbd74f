"""The collection page: what is in the index, of which papers and days, how it was made, and its rebuilds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, request

from embeddings.errors import Language
from retriever.domain import Filters, Mode
from retriever.search.searcher import NO_FILTERS
from server.charts import Issues, papers, timeline
from server.errors import WrongFilter
from server.filtering import filters_from
from server.issues import issues_of
from server.languages import keep_language, messages_of, page_language_of
from server.live import Live
from server.pages import render_page
from server.present import articles_out, filters_out
from server.rebuilds import Task
from server.traditional import spoken

PAGE_SIZE = 20
MOST_PAGES = 1_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """A filter that holds, and the page without it."""

    source: str | None
    url: str


def collection_routes(live: Live, default: Language, mode: Mode, last_rebuild: Callable[[], Task | None]) -> Blueprint:
    pages = Blueprint("collection", __name__)

    @pages.get("/index")
    def collection() -> Response:
        language = page_language_of(request, default)
        searcher = live.searcher()
        filters, refused = NO_FILTERS, None
        try:
            filters = filters_from(request.args.getlist("source"), *map(request.args.get, ("date_from", "date_to")))
        except WrongFilter as error:
            refused = spoken(error.message(messages_of(language)), language)
        at = _page(request.args.get("page", ""))
        listing = articles_out(searcher.articles(filters=filters, page=at, page_size=PAGE_SIZE))
        issues = issues_of(searcher)
        page = render_page(
            "collection.html",
            language,
            script="collection",
            status=searcher.status(),
            mode=mode,
            task=(task := last_rebuild()),
            report=task.report(messages_of(language)) if task else [],
            timeline=timeline(_passing(issues, filters)),
            papers=papers(issues),
            named=len({source for source, _, _ in issues if source}),
            days=len({(source, day) for source, day, _ in issues if day}),
            listing=listing,
            filters=filters_out(filters),
            held=_held(filters),
            url=lambda **changes: collection_url(filters, **changes),
            ask_url=f"/?{urlencode(_fields(filters))}",
            refused=refused,
            warning=live.warning and spoken(live.warning.message(messages_of(language)), language),
        )
        return keep_language(request, make_response(page, 422 if refused else 200))

    return pages


def collection_url(
    filters: Filters, *, source: str | None = None, days: tuple[str, str] | None = None, page: int = 1
) -> str:
    """The collection page under these filters, with another paper, other days or another page of the list.

    >>> collection_url(Filters(sources=("晚报",)), days=("2022-08-01", "2022-08-31"))
    '/index?source=%E6%99%9A%E6%8A%A5&date_from=2022-08-01&date_to=2022-08-31#articles'
    """
    sources = (source,) if source else filters.sources
    first, last = days or (filters.date_from, filters.date_to)
    fields = _fields(Filters(sources, first, last))
    return f"/index?{urlencode([*fields, *([('page', page)] if page > 1 else [])])}#articles"


def _fields(filters: Filters) -> list[tuple[str, str | int]]:
    days = (("date_from", filters.date_from), ("date_to", filters.date_to))
    return [*(("source", source) for source in filters.sources), *((name, day) for name, day in days if day)]


def _held(filters: Filters) -> tuple[Held, ...]:
    papers_off = Filters((), filters.date_from, filters.date_to)
    found = [Held(source, collection_url(papers_off)) for source in filters.sources[:1]]
    if filters.date_from or filters.date_to:
        found.append(Held(None, collection_url(Filters(filters.sources))))
    return tuple(found)


def _passing(issues: Issues, filters: Filters) -> Issues:
    """A year that was clicked shows its months."""
    first, last = filters.date_from or "", filters.date_to or "9999"
    days = bool(filters.date_from or filters.date_to)
    return [
        issue
        for issue in issues
        if (not filters.sources or issue[0] in filters.sources) and (not days or first <= (issue[1] or "") <= last)
    ]


def _page(given: str) -> int:
    """What is no page is the first."""
    return min(max(int(given), 1), MOST_PAGES) if given.isdecimal() and len(given) < 8 else 1
