"""Filters that a question speaks of, and how many articles hold its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import an_article, an_index

from retriever.domain import Filters
from retriever.index.snapshot import Snapshot, open_snapshot
from retriever.search import Searcher
from retriever.search.mentions import articles_with
from retriever.text.numbers import numbers
from retriever.text.questions import matter

TODAY = date(2024, 2, 10)
TEXTS = [
    ("淇河实验室揭牌。市图书馆借阅量翻番，图书馆馆长很高兴。", "甲日报", "2022-08-03"),
    ("市图书馆新增借阅点三处，总投资13.5亿元。", "甲日报", "2022-08-03"),
    ("乡村图书室借阅方便，总投资十三点五亿元。", "甲日报晚刊", "2021-08-03"),
    ("图书馆里读者多。", None, "2023-01-01"),
    ("借阅规则修订，图书馆延时开放。", "乙日报", None),
]
ARTICLES = [an_article(text, id=f"n{n}", source=paper, date=day) for n, (text, paper, day) in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_index(tmp_path_factory.mktemp("narrow") / "index", ARTICLES)


@pytest.fixture(scope="module")
def snapshot(root: Path) -> Iterator[Snapshot]:
    opened = open_snapshot(root)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def searcher(root: Path) -> Iterator[Searcher]:
    opened = Searcher.open(root)
    yield opened
    opened.close()


def test_times_and_papers_are_suggested_where_they_stand_and_with_how_much_they_let_pass(searcher: Searcher) -> None:
    question = "甲日报2022年8月说图书馆怎么了？"
    paper, month = searcher.suggest(question, today=TODAY)
    assert (paper.phrase, paper.filters, paper.articles) == ("甲日报", Filters(sources=("甲日报",)), 2)
    assert (month.phrase, month.articles) == ("2022年8月", 2)
    assert month.filters == Filters(date_from="2022-08-01", date_to="2022-08-31")
    assert [question[item.start : item.end] for item in (paper, month)] == ["甲日报", "2022年8月"]


def test_the_longer_name_of_a_paper_wins(searcher: Searcher) -> None:
    assert [item.phrase for item in searcher.suggest("甲日报晚刊写了什么", today=TODAY)] == ["甲日报晚刊"]


def test_a_day_without_a_year_is_the_latest_that_the_index_has(searcher: Searcher) -> None:
    (found,) = searcher.suggest("8月3日的新闻", today=TODAY)
    assert found.filters == Filters(date_from="2022-08-03", date_to="2022-08-03")
    (nothing,) = searcher.suggest("9月9日的新闻", today=TODAY)
    assert (nothing.filters.date_from, nothing.articles) == ("2023-09-09", 0)


def test_the_same_filter_is_suggested_once(searcher: Searcher) -> None:
    assert [item.phrase for item in searcher.suggest("2022年8月即2022-08", today=TODAY)] == ["2022年8月"]


def test_a_question_without_times_and_papers_suggests_nothing(searcher: Searcher) -> None:
    assert searcher.suggest("图书馆开了三年吗", today=TODAY) == ()


def test_asking_never_applies_what_is_only_suggested(searcher: Searcher) -> None:
    days = {hit.article.date for hit in searcher.ask("2021年8月图书馆借阅的情况", top_k=10).hits}
    assert days > {"2021-08-03"}


def test_every_article_with_all_the_words_is_counted_however_few_are_shown(searcher: Searcher) -> None:
    result = searcher.search("图书馆 借阅", top_k=1)
    assert len(result.hits) == 1
    assert (result.counts.articles, result.counts.issues) == (3, 1)
    assert result.facets.sources == (("甲日报", 2), ("乙日报", 1))
    assert result.facets.years == (("2022", 2),)


def test_counts_keep_to_the_filters(searcher: Searcher) -> None:
    assert searcher.counts("图书馆 借阅", filters=Filters(sources=("乙日报",))).articles == 1
    assert searcher.counts("图书馆", filters=Filters(date_from="2023-01-01")).articles == 1
    assert searcher.counts("图书馆", filters=Filters(date_from="2030-01-01")).articles == 0


def test_words_that_no_dictionary_knows_and_numbers_written_otherwise_are_counted(searcher: Searcher) -> None:
    assert searcher.counts("淇河实验室").articles == 1
    assert searcher.counts("总投资13.5亿元").articles == 2


def test_where_no_article_holds_all_the_words_facets_are_of_what_is_near(searcher: Searcher) -> None:
    result = searcher.search("图书馆的骆驼")
    assert result.counts.articles == 0
    assert result.hits
    assert sum(count for _, count in result.facets.years) > 0


@settings(max_examples=200, deadline=None)
@given(
    at=st.integers(0, len(TEXTS) - 1), start=st.integers(0, 25), length=st.integers(2, 9), passing=st.integers(0, 31)
)
def test_exactly_the_articles_in_which_every_word_can_be_read_are_counted(
    snapshot: Snapshot, at: int, start: int, length: int, passing: int
) -> None:
    words = [word for word in matter(TEXTS[at][0][start : start + length] or "图书馆") if len(word) > 1]
    if not words or any(list(numbers(word)) for word in words):
        return  # 十三点五亿 is found as 13.5亿, too
    allowed = np.array([bool(passing & 1 << n) for n in range(len(TEXTS))])
    read = [n for n, (text, *_) in enumerate(TEXTS) if allowed[n] and all(word in text for word in words)]
    assert articles_with(snapshot, words, allowed).tolist() == read
