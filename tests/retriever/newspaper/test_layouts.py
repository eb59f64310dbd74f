from __future__ import annotations

import random

import pytest

from retriever.domain import Page
from retriever.newspaper import articles
from tests.retriever.newspaper.layouts import HELD_OUT, TUNED, Layout, Printed, bare, print_page
from tests.retriever.newspaper.stories import STORIES

PAGES = 25
# What may stand between an article's first letter and its story's: a lead or a byline; and after its last: a signature.
LEAD_CHARS, TAIL_CHARS = 60, 40


def test_articles_of_unseen_layouts_start_and_end_where_they_were_printed() -> None:
    """Boundary F1 over 250 and more pages of layouts that nothing was tuned on."""
    scores = [boundary_counts(layout, seed) for layout in HELD_OUT for seed in range(PAGES)]
    found, cut, printed = (sum(column) for column in zip(*scores, strict=True))
    assert 2 * found / (cut + printed) >= 0.97


@pytest.mark.parametrize("layout", [*TUNED, *HELD_OUT], ids=lambda layout: layout.name)
def test_every_layout_is_cut_well(layout: Layout) -> None:
    scores = [boundary_counts(layout, seed) for seed in range(8)]
    found, cut, printed = (sum(column) for column in zip(*scores, strict=True))
    assert 2 * found / (cut + printed) >= 0.9


@pytest.mark.parametrize("layout", [*TUNED, *HELD_OUT], ids=lambda layout: layout.name)
def test_headlines_and_names_reach_their_articles(layout: Layout) -> None:
    right = asked = 0
    for seed in range(8):
        text, truth = made_page(layout, seed)
        found = articles(Page("page.txt", text, "utf-8"))
        for story in truth:
            article = next((article for article in found if story.start in bare(article.text)), None)
            asked += 1
            right += (
                article is not None
                and (story.title is None or bare(story.title) in bare(article.info.title or ""))
                and (not story.names or any(name in (article.info.author or "") for name in story.names))
            )
    assert right / asked >= 0.9


def boundary_counts(layout: Layout, seed: int) -> tuple[int, int, int]:
    """Boundaries found right, boundaries cut, boundaries printed: two for each article."""
    text, truth = made_page(layout, seed)
    cut = articles(Page("page.txt", text, "utf-8"))
    found = [bare(article.text) for article in cut if article.info.kind != "notice"]
    return sum(right_boundaries(story, found) for story in truth), 2 * len(found), 2 * len(truth)


def right_boundaries(story: Printed, found: list[str]) -> int:
    body = next((body for body in found if story.start in body), None)
    if body is None:
        return 0
    ends = story.end in body and len(body) - body.rfind(story.end) - len(story.end) <= TAIL_CHARS
    return int(body.find(story.start) <= LEAD_CHARS) + int(ends)


def made_page(layout: Layout, seed: int) -> tuple[str, list[Printed]]:
    rng = random.Random(seed)
    return print_page(rng.sample(STORIES, rng.choice((3, 4, 5, 6))), layout, seed)


@pytest.mark.parametrize(
    "text",
    [
        "图书馆" * 7_000,
        " " * 20_000,
        "\n" * 20_000,
        "图书馆开门\n" * 3_000,
        "图书馆开门 读者高兴\n\n" * 2_000,
        "（" * 20_000,
        "①2" * 10_000,
        "……" * 10_000,
        "a\t" * 10_000,
        "王艳 李四\n" * 3_000,
        "本报讯（记者 王艳）今天开门。\n" * 1_000,
    ],
    ids=lambda text: repr(text[:8]),
)
@pytest.mark.timeout(10)
def test_no_page_however_odd_takes_long(text: str) -> None:
    assert len(articles(Page("page.txt", text, "utf-8"))) <= 1_000
