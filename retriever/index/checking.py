"""Whether the parts of an opened generation agree with each other: what no checksum tells."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Article, Filters
from retriever.index.dense import DenseIndex
from retriever.index.manifest import Manifest
from retriever.index.store import Store

ROWS_AT_ONCE = 500
TOLD = 20  # findings of one kind; a thousandth would help nobody
EVERYTHING = Filters()


def disagreements(
    folder: Path, manifest: Manifest, dense: DenseIndex, store: Store, lexical: tuple[str, ...]
) -> list[str]:
    """Rows, offsets and counts that cannot be right, in words; every passage is read as a reader reads it."""
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _wrong_counts(manifest, store),
        lambda: _wrong_passages(manifest, store),
        lambda: _wrong_vectors(manifest, dense),
        *(lambda name=name: _wrong_postings(folder / name, manifest.passages) for name in lexical),
    )
    return [finding for check in checks for finding in islice(_findings(check), TOLD)]


def _findings(check: Callable[[], Iterator[str]]) -> Iterator[str]:
    try:
        yield from check()
    except (sqlite3.Error, zlib.error, OSError, ValueError, KeyError, IndexError) as error:
        yield f"读不下去 (cannot be read on): {error!r}"


def _wrong_counts(manifest: Manifest, store: Store) -> Iterator[str]:
    rows = store.rows(EVERYTHING)
    if not np.array_equal(rows, np.arange(manifest.passages)):
        yield f"articles.sqlite: {len(rows)} 个段落，应为 {manifest.passages} (passages: number or rows differ)"
    articles = store.articles(EVERYTHING, 1, 1).total
    if articles != manifest.articles:
        yield f"articles.sqlite: {articles} 篇文章，应为 {manifest.articles} (articles: number differs)"


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
    ones = np.ones((1, manifest.dimensions), np.float32)
    for first in range(0, manifest.passages, ROWS_AT_ONCE):
        rows = np.arange(first, min(first + ROWS_AT_ONCE, manifest.passages))
        sums = dense.cosines(ones, rows)  # of unit vectors: at most √dimensions
        wrong = rows[~(np.abs(sums) <= manifest.dimensions**0.5 * 1.01)]
        yield from (f"段落 {row} 的向量不是单位长 (no unit vector)" for row in wrong)


def _wrong_postings(folder: Path, passages: int) -> Iterator[str]:
    """The arrays of a keyword index, as :mod:`retriever.index.lexical` describes them."""

    def load(name: str) -> NDArray[np.generic]:
        found: NDArray[np.generic] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        return found

    rows, counts = load("rows"), load("counts")
    for ends, whole in (("term_ends", load("terms")), ("posting_ends", rows)):
        places = np.asarray(load(ends), np.int64)
        if (len(places) and places[-1] != len(whole)) or np.any(np.diff(places) < 0):
            yield f"{folder.name}/{ends}.npy: 位置不对 (places differ)"
    if len(load("term_ends")) != len(load("posting_ends")) or len(rows) != len(counts):
        yield f"{folder.name}: 各数组长度不一致 (lengths of arrays differ)"
    if len(load("lengths")) != passages or (len(rows) and int(np.max(rows)) >= passages):
        yield f"{folder.name}: 段落数与清单不符 (rows differ from the manifest)"
