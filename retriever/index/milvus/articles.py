"""The articles of a generation in Milvus, and its passages by their rows."""

from __future__ import annotations

import json
from collections.abc import Sequence

from retriever.domain import Article, ArticleInfo, ArticleList, Filters, Passage
from retriever.index.columns import day_number
from retriever.index.milvus.connection import Record
from retriever.index.milvus.issues import Issue, Issues
from retriever.index.milvus.records import (
    article_from,
    article_key,
    cut_to,
    info_from,
    where,
)
from retriever.index.milvus.rows import StoredRows
from retriever.index.milvus.schema import NAME_BYTES, quoted
from retriever.index.milvus.view import View, page_of, read_text
from retriever.index.opened import Place


class StoredArticles:
    """Safe to ask from several threads."""

    def __init__(self, view: View, contents: str, rows: StoredRows, issues: Issues) -> None:
        """``contents`` is the collection of what the generation has alone."""
        self._view, self._contents, self._rows, self._issues = view, contents, rows, issues

    def _with_id(self, article_id: str, fields: Sequence[str]) -> Record | None:
        """The first article with the id."""
        by_id = f"id == {quoted(cut_to(article_id, NAME_BYTES))}"
        found = self._view.query("articles", by_id, ["number", "info", *fields])
        same = [record for record in found if info_from(record["info"]).id == article_id]
        return min(same, key=lambda record: int(record["number"]), default=None)

    def article(self, article_id: str) -> Article | None:
        record = self._with_id(article_id, [])
        key = article_key(record["number"]) if record else ""
        text = self._view.texts([key]).get(key) if record else None
        return article_from(text) if text else None

    def articles(self, filters: Filters, page: int, page_size: int) -> ArticleList:
        """One page of the articles that pass the filters, newest first, undated last."""
        days = self._issues.days(filters)
        first, shown = (page - 1) * page_size, list[ArticleInfo]()
        for day, count in days:
            if len(shown) == page_size:
                break
            if first < count:
                wanted = page_size - len(shown)
                shown += self._of_day(filters, day, first, min(count, first + wanted))
            first = max(0, first - count)
        return ArticleList(tuple(shown), sum(count for _, count in days), page, page_size)

    def _of_day(self, filters: Filters, day: str | None, first: int, last: int) -> list[ArticleInfo]:
        """The articles of one day from the ``first`` to before the ``last``, in the order of their numbers."""
        only = where(Filters(filters.sources))
        of_day = " and ".join(filter(None, [only, f"day == {day_number(day) if day else 0}"]))
        found: list[Record] = []
        for records in self._view.each("articles", of_day, ["number", "info"], last):
            found += records
        return [info_from(record["info"]) for record in sorted(found, key=_number)[first:last]]

    def copies(self, article_id: str) -> tuple[ArticleInfo, ...]:
        """The other articles that tell the same story in the same words, oldest first, undated last."""
        own = self._with_id(article_id, [])
        story = self._stories([own["number"]]) if own else {}
        if own is None or not story:
            return ()
        members = read_text(self._view.connection, self._contents, f"members/{story[own['number']]}")
        others = [number for number in json.loads(members or "[]") if number != own["number"]]
        found = self._view.get("articles", others, ["number", "info"])
        infos = [info_from(record["info"]) for record in sorted(found, key=_number)]
        return tuple(sorted(infos, key=lambda info: (info.date is None, info.date or "")))

    def neighbours(self, article_id: str) -> tuple[ArticleInfo | None, ArticleInfo | None]:
        """The articles that stand before and after it on its raw page; none where its file held whole articles."""
        own = self._with_id(article_id, ["on_page", "file"])
        if own is None or not own["on_page"]:
            return None, None
        fields = ["number", "info", "raw_start"]
        found = self._view.query("articles", f"file == {quoted(own['file'])}", fields)
        mine = info_from(own["info"])
        told = [(int(record["raw_start"]), int(record["number"]), info_from(record["info"])) for record in found]
        page = [one for one in sorted(told, key=lambda one: one[:2]) if _of_one_page(one[2], mine)]
        at = next(at for at, (_, number, _) in enumerate(page) if number == own["number"])
        return page[at - 1][2] if at else None, page[at + 1][2] if at + 1 < len(page) else None

    def page(self, file: str) -> str | None:
        """The raw text of one page, None where the file held whole articles."""
        return page_of(self._view, file)

    def issues(self) -> tuple[Issue, ...]:
        return self._issues.all

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, ArticleInfo]]:
        return [(stored.passage, stored.info) for stored in self._rows.get([int(row) for row in rows])]

    def places(self, rows: Sequence[int]) -> list[Place]:
        return [
            (stored.article, stored.passage.start, stored.passage.end, stored.info.title)
            for stored in self._rows.get([int(row) for row in rows])
        ]

    def stories(self, rows: Sequence[int]) -> dict[int, int]:
        """Row → story, for those of ``rows`` whose article is not alone in telling it."""
        article_of = {stored.row: stored.article for stored in self._rows.get([int(row) for row in rows])}
        stories = self._stories(sorted(set(article_of.values())))
        return {row: stories[article] for row, article in article_of.items() if article in stories}

    def _stories(self, numbers: Sequence[int]) -> dict[int, int]:
        """Article → story, by their numbers."""
        keys = [f"story/{number}" for number in numbers]
        found = self._view.connection.get(self._contents, keys, ["key", "value"])
        return {int(record["key"].partition("/")[2]): int(record["value"]) for record in found}


def _number(record: Record) -> int:
    return int(record["number"])


def _of_one_page(info: ArticleInfo, other: ArticleInfo) -> bool:
    return (info.file, info.source, info.date) == (other.file, other.source, other.date)
