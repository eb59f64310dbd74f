"""What is written into Milvus comes back as it was."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support import chinese_text

from retriever.domain import Article, ArticleInfo, Filters, OffsetMap, PrintedPart
from retriever.index.columns import Columns
from retriever.index.milvus.issues import Issues
from retriever.index.milvus.records import article_as_text, article_from, cut_to, info_as_text, info_from, pieces, whole
from retriever.index.milvus.weights import NOMINAL_WORDS, counts_of, norms, pair_id, weights_of, word_id


@given(chinese_text(), chinese_text(max_size=40), st.booleans())
def test_an_article_comes_back_with_the_way_to_its_pages(text: str, title: str, goes_on: bool) -> None:
    half = len(text) // 2
    offsets = OffsetMap.from_kept(range(0, half if goes_on else len(text)))
    rest = OffsetMap(((half, 7, len(text) - half),))
    further = (PrintedPart("b.txt", "2", (0, 9), rest),) if goes_on and text else ()
    info = ArticleInfo("an/id", "a.txt", title or None, source="周口日报", date="2022-08-03", page="1")
    article = Article(info, text, (0, len(text)), offsets, further)
    records = pieces("article", "article/5", article_as_text(article))
    assert article_from(whole({record["key"]: record for record in records}, "article/5", len(records))) == article
    assert info_from(info_as_text(info)) == info


def test_a_text_of_any_length_fits() -> None:
    text = "".join(map(chr, np.random.default_rng(0).integers(0x4E00, 0x9FFF, 300_000)))
    records = pieces("page", "page/x", text)
    assert len(records) > 5
    assert all(len(record["value"].encode()) <= 65_535 for record in records)
    assert whole({record["key"]: record for record in records}, "page/x", len(records)) == text


@given(chinese_text(max_size=60), st.integers(0, 100))
def test_a_text_is_cut_between_characters(text: str, most: int) -> None:
    cut = cut_to(text, most)
    assert text.startswith(cut)
    assert len(cut.encode()) <= most


def test_counts_are_got_back_from_weights_whatever_the_length() -> None:
    lengths, counts = np.meshgrid(np.arange(1, 2000), np.arange(1, 8))
    beside = norms(lengths.ravel(), NOMINAL_WORDS)
    assert np.array_equal(counts_of(weights_of(counts.ravel(), beside), beside), counts.ravel())


@given(chinese_text(1, 8), chinese_text(2, 2))
def test_no_pair_shares_a_dimension_with_a_word(word: str, pair: str) -> None:
    assert 0 <= word_id(word) < 2**31 <= pair_id(pair) < 2**32 - 1


_days = st.one_of(st.none(), st.sampled_from(["2022-08-03", "2022-12-31", "2023-01-01", "2024-06-05"]))
_papers = st.one_of(st.none(), st.sampled_from(["周口日报", "新乡日报"]))


@given(st.lists(st.tuples(_papers, _days)), _days, _days, st.lists(st.sampled_from(["周口日报", "无"]), max_size=2))
def test_articles_are_counted_as_a_local_index_counts_them(
    articles: list[tuple[str | None, str | None]], first: str | None, last: str | None, papers: list[str]
) -> None:
    columns = Columns.of(articles, np.ones(len(articles), np.int64))
    counted = {issue: articles.count(issue) for issue in articles}
    issues = Issues([(source, day, count) for (source, day), count in counted.items()])
    for filters in (Filters(), Filters(tuple(papers), first, last)):
        assert issues.how_many(filters) == columns.how_many(filters)
        assert sum(count for _, count in issues.days(filters)) == columns.how_many(filters)
    assert (issues.sources, issues.years()) == (columns.sources, columns.years())
