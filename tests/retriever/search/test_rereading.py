from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import an_article, an_index
from tiny_reranker import a_tiny_reranker

from embeddings.errors import RerankerNotFound
from retriever.search import Searcher
from retriever.search.ranking import Ranked
from retriever.search.rereading import in_order_of

TEXTS = [
    "图书馆八点半开门。",
    "图书馆花落知多少。",
    "医保报销比例提高了。",
    "夜来风雨声。",
    "春眠不觉晓，图书馆闻啼鸟。",
]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9, unique=True), st.data())
def test_reading_again_moves_passages_and_loses_none(old: list[float], data: st.DataObject) -> None:
    near = [Ranked(row, score, 0.0, 0.0, None, None) for row, score in enumerate(sorted(old, reverse=True))]
    read = data.draw(st.lists(st.floats(-9, 9), min_size=0, max_size=len(near)))
    moved = in_order_of(read, near)
    assert {one.row for one in moved} == {one.row for one in near}
    assert [one.row for one in moved[len(read) :]] == [one.row for one in near[len(read) :]]
    assert [one.score for one in moved] == [one.score for one in near]
    assert all(read[one.row] >= read[other.row] for one, other in pairwise(moved[: len(read)]))


def test_with_a_reranker_the_first_passages_stand_as_it_has_them(tmp_path) -> None:
    root = an_index(tmp_path / "index", [an_article(text, id=str(n)) for n, text in enumerate(TEXTS)])
    with_one = Searcher.open(root, reranker=str(a_tiny_reranker(tmp_path / "reranker")))
    plain = Searcher.open(root)
    question = "图书馆几点开门"
    usual, again = plain.ask(question, top_k=5).hits, with_one.ask(question, top_k=5).hits
    assert {hit.article.id for hit in usual} == {hit.article.id for hit in again}
    assert [hit.article.id for hit in usual] != [hit.article.id for hit in again]
    assert [hit.score for hit in usual] == [hit.score for hit in again]
    assert [hit.article.id for hit in with_one.search(question).hits][:5] == [hit.article.id for hit in again]


def test_a_reranker_that_is_not_there_is_told_when_the_index_is_opened(tmp_path) -> None:
    root = an_index(tmp_path / "index", [an_article(TEXTS[0], id="0")])
    with pytest.raises(RerankerNotFound):
        Searcher.open(root, reranker=str(tmp_path / "missing"))
