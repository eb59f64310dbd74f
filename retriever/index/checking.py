"""Whether the parts of an opened generation agree with each other: what no checksum tells."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np

from retriever.domain import Article, Filters
from retriever.index.dense import DenseIndex
from retriever.index.manifest import Manifest
from retriever.index.posting_checks import wrong_postings
from retriever.index.store import Store

ROWS_AT_ONCE = 500
TOLD = 20  # findings of one kind; a thousandth would help nobody
LENGTH_OFF = 0.05
EVERYTHING = Filters()


def disagreements(
    folder: Path, manifest: Manifest, dense: DenseIndex, store: Store, lexical: tuple[str, ...]
) -> list[str]:
    """Rows, offsets and counts that cannot be right, in words; every passage is read as a reader reads it."""
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _wrong_counts(manifest, store),
        lambda: _wrong_passages(manifest, store),
        lambda: _wrong_vectors(manifest, dense),
        *(lambda name=name: wrong_postings(folder / name, manifest.passages) for name in lexical),
    )
    return [finding for check in checks for finding in islice(_findings(check), TOLD)]


def _findings(check: Callable[[], Iterator[str]]) -> Iterator[str]:
    try:
        yield from check()
    except (sqlite3.Error, zlib.error, OSError, ValueError, TypeError, KeyError, IndexError) as error:
        yield f"读不下去 (cannot be read on): {error!r}"


def _wrong_counts(manifest: Manifest, store: Store) -> Iterator[str]:
    rows = store.rows(EVERYTHING)
    if not np.array_equal(rows, np.arange(manifest.passages)):
        yield f"articles.sqlite: {len(rows)} 个段落，应为 {manifest.passages} (passages: number or rows differ)"
    articles = store.articles(EVERYTHING, 1, 1).total
    if articles != manifest.articles:
        yield f"articles.sqlite: {articles} 篇文章，应为 {manifest.articles} (articles: number differs)"
    if not store.columns().same_as(store.columns_again()):
        yield "columns: 与 articles.sqlite 不符 (differ from the articles)"


def _wrong_passages(manifest: Manifest, store: Store) -> Iterator[str]:
    """Each passage is a slice of its article, each article a selection of its raw pages."""
    article_of, page_of = lru_cache(maxsize=2)(store.article), lru_cache(maxsize=4)(store.page)
    before: str | None = None
    for first in range(0, manifest.passages, ROWS_AT_ONCE):
        rows = range(first, min(first + ROWS_AT_ONCE, manifest.passages))
        for row, (passage, _) in zip(rows, store.passages(rows), strict=True):
            article = article_of(passage.article_id)
            if article is None or not 0 <= passage.start < passage.end <= len(article.text):
                yield f"段落 {row} 不在文章 {passage.article_id} 之内 (passage outside its article)"
            elif article.text[passage.start : passage.end] != passage.text:
                yield f"段落 {row} 与文章 {passage.article_id} 不符 (passage differs from its article)"
            elif passage.article_id != before:
                before = passage.article_id
                yield from _off_its_pages(article, page_of)


def _off_its_pages(article: Article, page_of: Callable[[str], str | None]) -> Iterator[str]:
    for part in article.parts:
        page = page_of(part.file)  # None where the file held whole articles
        if page is None:
            continue
        kept = list(part.offsets.kept())
        is_there = 0 <= part.raw[0] <= part.raw[1] <= len(page) and (not kept or max(kept) < len(page))
        if not is_there or "".join(page[at] for at in kept) != article.text[part.start : part.end]:
            yield f"文章 {article.info.id} 与原版面 {part.file} 不符 (article differs from its raw page)"


def _wrong_vectors(manifest: Manifest, dense: DenseIndex) -> Iterator[str]:
    for first in range(0, manifest.passages, ROWS_AT_ONCE):
        rows = np.arange(first, min(first + ROWS_AT_ONCE, manifest.passages))
        lengths = np.linalg.norm(dense.vectors(rows), axis=1)
        # Codes of 6 bits keep a length to the second figure; a passage without a letter has no vector but zeros.
        wrong = rows[~((np.abs(lengths - 1) < LENGTH_OFF) | (lengths < LENGTH_OFF))]
        yield from (f"段落 {row} 的向量不是单位长 (no unit vector)" for row in wrong)
