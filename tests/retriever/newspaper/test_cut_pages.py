"""What is said about a page as a whole: what was left out and why, and how sure the cutting is."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings

from retriever.domain import CutPage, Page
from retriever.newspaper import articles, cut
from retriever.newspaper.confidence import FLOOR
from tests.retriever.newspaper.layouts import HELD_OUT, TUNED, Layout
from tests.retriever.newspaper.test_cleaning import pages
from tests.retriever.newspaper.test_layouts import made_page

BODY = "昨天上午，市图书馆新馆开门迎客，读者排起长队，首日进馆三千二百人次。新馆共有座位一千个，藏书四十万册。"


def cut_text(text: str) -> CutPage:
    return cut(Page("page.txt", text, "utf-8"))


@settings(max_examples=300, deadline=None)
@given(pages)
def test_what_is_kept_and_what_is_dropped_cover_the_page_exactly(text: str) -> None:
    page = cut_text(text)
    kept = [at for article in page.articles for at in article.offsets.kept()]
    left_out = [at for span in page.dropped for at in range(span.start, span.end)]
    assert sorted([*kept, *left_out]) == list(range(len(text)))
    assert all(one.end <= other.start for one, other in pairwise(page.dropped))
    assert all(span.start < span.end for span in page.dropped)


@settings(max_examples=100, deadline=None)
@given(pages)
def test_only_what_cannot_be_seen_is_dropped_as_space_or_invisible(text: str) -> None:
    page = cut_text(text)
    assert 0 <= page.confidence <= 1
    assert list(page.articles) == articles(page.page)
    for span in page.dropped:
        if span.why == "space":
            assert text[span.start : span.end].isspace()
        if span.why == "invisible":
            assert not any(char.isprintable() and not char.isspace() for char in text[span.start : span.end])


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("图书馆新馆开放", "headline"),
        ("（下转第三版）", "jump"),
        ("②16", "code"),
        ("双方要加强执法安全合作，扩大矿产资源合作，拓展新能源等领域合作。", "repeat"),
        ("3131", "ornament"),
        ("\u200b", "invisible"),
        ("\n\n\n", "space"),
    ],
)
def test_each_thing_that_is_left_out_has_its_reason(printed: str, why: str) -> None:
    sentence = "双方要加强执法安全合作，扩大矿产资源合作，拓展新能源等领域合作。"
    text = (
        f"图书馆新馆开放\n\n本报讯（记者 王艳）{BODY}会谈也在昨天举行。{sentence * 2}②16\n\n3131\n\n"
        f"体育馆周末开放\n\n本报讯（记者 李文）昨天，体育\u200b馆也开门迎客。{BODY}\n\n\n（下转第三版）\n"
    )
    assert (printed, why) in [(text[span.start : span.end].strip(" "), span.why) for span in cut_text(text).dropped]


def chopped(text: str, seed: int) -> str:
    """Lines of a few characters each, as a page is read whose columns were not told apart."""
    rng = random.Random(seed)
    lines = [line[at : at + rng.randint(4, 9)] for line in text.split("\n") for at in range(0, max(len(line), 1), 9)]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(5))
def test_a_page_that_cannot_be_cut_stays_in_one_piece_and_says_so(seed: int) -> None:
    page = cut_text(chopped(made_page(TUNED[seed], seed)[0], seed))
    [article] = page.articles
    assert page.confidence < FLOOR
    assert (article.info.title, article.info.author, article.info.kind) == (None, None, None)
    assert {span.why for span in page.dropped} <= {"space", "invisible", "ornament"}


@pytest.mark.parametrize("layout", [*TUNED, *HELD_OUT], ids=lambda layout: layout.name)
def test_a_page_of_any_usual_layout_is_cut(layout: Layout) -> None:
    assert all(cut_text(made_page(layout, seed)[0]).confidence > FLOOR for seed in range(8))


def test_usual_pages_are_surer_than_damaged_ones() -> None:
    usual = [cut_text(made_page(layout, 1)[0]).confidence for layout in (*TUNED, *HELD_OUT)]
    damaged = [cut_text(chopped(made_page(layout, 1)[0], 1)).confidence for layout in (*TUNED, *HELD_OUT)]
    assert sum(usual) / len(usual) >= 0.7 and sum(damaged) / len(damaged) <= 0.2
