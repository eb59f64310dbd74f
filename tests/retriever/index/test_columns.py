"""Filters and counts by arithmetic: the same as the store says one article at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import an_article, an_index

from retriever.domain import ArticleInfo, Counts, Filters
from retriever.index.columns import Columns
from retriever.index.snapshot import Snapshot, open_snapshot

PAPERS = ("甲日报", "乙日报", None)
DAYS = ("2021-12-31", "2022-08-03", "2022-08-04", "2023-01-01", None)
LONG = "市图书馆延长开放时间，读者可以在网上预约座位。" * 30


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    articles = [
        an_article(LONG[: 40 * (n % 17)] or "短讯。", id=f"n{n}", source=PAPERS[n % 3], date=DAYS[n % 5])
        for n in range(45)
    ]
    return open_snapshot(an_index(tmp_path_factory.mktemp("columns") / "index", articles))


def few(values: tuple[str | None, ...]) -> st.SearchStrategy[str | None]:
    return st.sampled_from(values)


@given(
    sources=st.lists(st.sampled_from(["甲日报", "乙日报", "无此报"]), max_size=3),
    first=few((*DAYS, "2022-08-02")),
    last=few((*DAYS, "2030-01-01")),
)
def test_the_rows_are_those_that_the_store_reads(
    snapshot: Snapshot, sources: list[str], first: str | None, last: str | None
) -> None:
    filters = Filters(tuple(sources), first, last)
    columns = snapshot.store.columns()
    assert columns.rows(filters).tolist() == snapshot.store.rows(filters).tolist()
    assert int(columns.passing(filters).sum()) == snapshot.store.articles(filters, 1, 1).total


@given(
    sources=st.lists(st.sampled_from(PAPERS[:2]), max_size=1),
    last=few(DAYS),
    page=st.integers(1, 6),
    size=st.integers(1, 50),
)
def test_the_list_of_articles_begins_with_the_newest_and_leaves_none_out(
    snapshot: Snapshot, sources: list[str], last: str | None, page: int, size: int
) -> None:
    filters = Filters(tuple(sources), None, last)
    everything = [snapshot.store.article(f"n{n}") for n in range(45)]
    passing = [each.info for each in everything if each and _passes(each.info, filters)]
    ordered = sorted(passing, key=lambda info: (info.date is None, _backwards(info.date), int(info.id[1:])))
    listed = snapshot.store.articles(filters, page, size)
    assert listed.articles == tuple(ordered[(page - 1) * size : page * size])
    assert listed.total == len(ordered)


def _passes(info: ArticleInfo, filters: Filters) -> bool:
    in_time = filters.date_to is None or (info.date is not None and info.date <= filters.date_to)
    return in_time and (not filters.sources or info.source in filters.sources)


def _backwards(day: str | None) -> int:
    return -int(day.replace("-", "")) if day else 0


def test_issues_and_papers_are_counted_with_those_that_are_not_known(snapshot: Snapshot) -> None:
    issues = snapshot.store.issues()
    assert sum(count for *_, count in issues) == 45
    assert len(set(issues)) == len(issues) == len(PAPERS) * len(DAYS)
    assert issues[0][:2] == (None, "2021-12-31") and issues[-1][1] is None
    assert snapshot.store.sources() == ((None, 15), ("乙日报", 15), ("甲日报", 15))


def test_what_stands_beside_the_articles_says_what_they_say(snapshot: Snapshot) -> None:
    columns, again = snapshot.store.columns(), snapshot.store.columns_again()
    assert columns.same_as(again) and snapshot.disagreements() == []
    later = replace(again, day=again.day + (again.day > 0))
    assert not columns.same_as(later) and not columns.same_as(replace(again, sources=("丙日报",)))


def test_an_article_without_a_date_passes_no_date_filter(snapshot: Snapshot) -> None:
    columns = snapshot.store.columns()
    dated = columns.passing(Filters(date_from="0001-01-01", date_to="9999-12-31"))
    assert dated.sum() == 45 * 4 // 5
    assert columns.passing(Filters()).all()


def test_an_issue_is_a_paper_of_one_day() -> None:
    told = [("甲", "2022-08-03"), ("甲", "2022-08-03"), ("乙", "2022-08-03"), (None, "2022-08-04"), ("甲", None)]
    columns = Columns.of(told, np.array([2, 1, 1, 1, 3]))
    assert columns.counts(np.arange(5)) == Counts(articles=5, issues=3, passages=8)
    assert columns.counts(np.array([0, 4])) == Counts(articles=2, issues=1, passages=5)
    facets = columns.facets(np.arange(5))
    assert facets.sources == (("甲", 3), ("乙", 1))
    assert facets.years == (("2022", 4),)
    assert columns.years() == (2022,)


def test_the_nearest_vectors_are_found_among_the_allowed_rows_alone(snapshot: Snapshot) -> None:
    vector = np.random.default_rng(1).normal(size=(1, snapshot.dense.dimensions)).astype(np.float32)
    everything = np.arange(len(snapshot.dense))
    cosines = snapshot.dense.cosines(vector, everything)
    for allowed in (everything[::3], everything[-1:], everything):
        rows, found = snapshot.dense.nearest(vector, 5, allowed)
        assert set(rows.tolist()) <= set(allowed.tolist())
        assert len(rows) == min(5, len(allowed))
        assert np.allclose(found, np.sort(cosines[allowed])[::-1][: len(rows)], atol=1e-6)
