"""The collection page: what is in the index, by time and by paper, and the list of its articles."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from server.charts import MOST_BARS, papers, timeline

days = st.dates(date(1950, 1, 1), date(2030, 12, 31)).map(date.isoformat)
issues = st.lists(st.tuples(st.sampled_from(["甲报", "乙报", None]), st.none() | days, st.integers(1, 50)), max_size=30)


@given(issues)
def test_every_article_is_counted_once_by_time_and_once_by_paper(
    issues: list[tuple[str | None, str | None, int]],
) -> None:
    shown = timeline(issues)
    total = sum(count for _, _, count in issues)
    assert sum(bar.count for bar in shown.bars) + shown.undated == total
    assert sum(bar.count for _, bar in papers(issues)) == total
    assert all(0 <= bar.share <= 1 for bar in shown.bars)


@given(issues)
def test_bars_follow_one_another_without_gaps_and_are_few(issues: list[tuple[str | None, str | None, int]]) -> None:
    bars = timeline(issues).bars
    assert len(bars) <= max(MOST_BARS, 81)  # eighty years are drawn, too
    for bar, after in pairwise(bars):
        assert bar.date_from and bar.date_to and after.date_from
        assert date.fromisoformat(bar.date_to) + timedelta(days=1) == date.fromisoformat(after.date_from)


def test_the_collection_page_tells_what_is_there(shelf: FlaskClient) -> None:
    page = shelf.get("/index").text
    assert "收录了什么" in page and "周口日报" in page
    assert "从 2022-08 到 2023-01" in page
    assert "另有 1 篇没有日期" in page
    assert page.count('class="headline"') == 3


def test_a_bar_leads_to_the_articles_of_its_time_and_a_chip_back(shelf: FlaskClient) -> None:
    page = shelf.get("/index").text
    [bar, *_] = re.findall(r'<a href="(/index\?[^"]*date_from=2022-08-01[^"]*)"', page)
    narrowed = shelf.get(html.unescape(bar)).text
    assert narrowed.count('class="headline"') == 1 and "图书馆延长开放时间" in narrowed
    off = re.search(r'<a class="chip on" href="([^"]*)"', narrowed)
    assert off and shelf.get(html.unescape(off[1])).text.count('class="headline"') == 3


@pytest.mark.parametrize(
    "query", ["page=x", "page=-1", "page=99999999999", "page=7", "date_from=2022-02-30", "source="]
)
def test_an_odd_address_breaks_nothing(shelf: FlaskClient, query: str) -> None:
    assert shelf.get(f"/index?{query}").status_code in (200, 422)


def test_the_list_is_turned_page_by_page(client: FlaskClient) -> None:
    total = client.get("/api/v1/articles").get_json()["total"]
    listed, address = list[str](), "/index"
    while address:
        page = client.get(address).text
        listed += re.findall(r'<a class="headline"[^>]* href="/articles/([^"?]+)"', page)
        after = re.search(r'rel="next" href="([^"]*)"', page)
        address = html.unescape(after[1]) if after else ""
    assert len(listed) == len(set(listed)) == total
