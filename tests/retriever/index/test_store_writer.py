"""What a store is written from comes out of it, however it was handed in."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import an_article

from retriever.domain import Article, OffsetMap
from retriever.index.offset_maps import packed_map, unpacked_map
from retriever.index.phrases import packed_text
from retriever.index.store import Store
from retriever.index.store_writer import Span3, StoreBuilder
from retriever.passages import split

ARTICLES = [
    an_article("市图书馆八月二日开馆。" * n, id=f"{n}", file="a.jsonl", title="开馆", date="2022-08-03")
    for n in (40, 1, 90)
] + [an_article("没有段落的一篇。", id="none", file="a.jsonl")]
whole_numbers = st.integers(0, 1 << 40)


def spans_of(article: Article) -> list[Span3]:
    return [] if article.info.id == "none" else [(p.start, p.end, p.paragraph) for p in split(article)]


@given(st.lists(st.tuples(whole_numbers, whole_numbers, whole_numbers), max_size=6))
def test_the_way_back_to_the_page_comes_out_as_it_went_in(runs: list[tuple[int, int, int]]) -> None:
    offsets = OffsetMap(tuple(runs))
    assert unpacked_map(packed_map(offsets)) == offsets


def test_articles_that_are_written_together_stand_as_if_written_one_by_one(tmp_path: Path) -> None:
    spans = [spans_of(article) for article in ARTICLES]
    together, one_by_one = StoreBuilder(tmp_path / "together.sqlite"), StoreBuilder(tmp_path / "one.sqlite")
    together.add_lot(
        ARTICLES,
        [memoryview(packed_text(article.text)) for article in ARTICLES],
        np.array([len(own) for own in spans]),
        np.array([span for own in spans for span in own], np.int64).reshape(-1, 3),
    )
    for article, own in zip(ARTICLES, spans, strict=True):
        one_by_one.add(article, own)
    for builder in (together, one_by_one):
        builder.set_down()
    assert together.passages == one_by_one.passages == sum(map(len, spans))
    assert everything(tmp_path / "together.sqlite") == everything(tmp_path / "one.sqlite")


def everything(file: Path) -> list[str]:
    db = sqlite3.connect(file)
    try:
        return list(db.iterdump())
    finally:
        db.close()


def test_an_id_that_is_there_already_is_refused(tmp_path: Path) -> None:
    builder = StoreBuilder(tmp_path / "articles.sqlite")
    builder.add(ARTICLES[0])
    with pytest.raises(sqlite3.IntegrityError, match="id"):
        builder.add(ARTICLES[0])
    builder.set_down()


def test_a_store_of_several_lots_is_read_passage_by_passage(tmp_path: Path) -> None:
    builder = StoreBuilder(tmp_path / "articles.sqlite")
    for article in ARTICLES:
        builder.add(article, spans_of(article))
    builder.close()
    store = Store(tmp_path / "articles.sqlite")
    found = [passage for passage, _ in store.passages(range(builder.passages))]
    assert found == [passage for article in ARTICLES if spans_of(article) for passage in split(article)]
    store.close()
