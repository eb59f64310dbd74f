"""Passages that were lately shown and articles that were lately quoted, so that the store is asked once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from retriever.domain import Article, ArticleInfo, Passage
from retriever.index.opened import Articles
from retriever.search.lately import Lately

REMEMBERED_PASSAGES = 1 << 11  # some 3 kB each
REMEMBERED_STORIES = 1 << 15
REMEMBERED_ARTICLES = 1 << 6  # some 20 kB each


class Shown(NamedTuple):
    """A passage, and what it is cited by."""

    passage: Passage
    article: ArticleInfo


class Shelf:
    """What was lately taken from one store. Safe to use from several threads."""

    def __init__(self, store: Articles) -> None:
        self._shown = Lately(partial(_passages, store), REMEMBERED_PASSAGES)
        self._stories = Lately(partial(_stories, store), REMEMBERED_STORIES)
        self._articles: Lately[str, Article | None] = Lately(partial(map, store.article), REMEMBERED_ARTICLES)

    def passages(self, rows: Sequence[int]) -> list[Shown]:
        """The passages of these rows, in the order asked."""
        return self._shown.of(rows)

    def stories(self, rows: Sequence[int]) -> list[int | None]:
        """The story that the article of each row tells; None where it is alone in telling it."""
        return self._stories.of(rows)

    def article(self, article_id: str) -> Article | None:
        """The article, with the way back to its raw pages; None where there is no such id."""
        return self._articles.of([article_id])[0]


def _passages(store: Articles, rows: list[int]) -> Iterable[Shown]:
    return (Shown(*told) for told in store.passages(rows))


def _stories(store: Articles, rows: list[int]) -> Iterable[int | None]:
    stories = store.stories(rows)
    return (stories.get(row) for row in rows)
