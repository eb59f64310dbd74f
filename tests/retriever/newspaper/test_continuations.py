"""Two pages of one issue: what is broken off on the first goes on on the second."""

from __future__ import annotations

import random

import pytest

from retriever.domain import CutPage, Page
from retriever.newspaper import Half, cut, halves
from retriever.newspaper.continuations import pair
from tests.retriever.newspaper.layouts import Layout, Story, print_page
from tests.retriever.newspaper.stories import STORIES

FRONT = Layout("front", codes=0.3, column_cuts=0.2)
DAY = "2023-05-18"


def issue_of(stories: list[Story], seed: int) -> tuple[CutPage, CutPage]:
    """Every story breaks off on page 1; the rest of each stands on page 2, in another order and without its headline."""
    rng = random.Random(seed)
    heads = [Story(story.title, (*story.paragraphs[:-1],)) for story in stories]
    front, _ = print_page(heads, FRONT, seed)
    lines = front.split("\n")
    for head in heads:
        at = max(
            at
            for at, line in enumerate(lines)
            if line and head.paragraphs[-1].endswith(line.rstrip("①②③④⑤⑥0123456789")[-12:])
        )
        lines.insert(at + 1, "\n（下转第二版）")
    rests = [
        f"（上接第一版）\n\n{story.title.split('，')[0]}的有关情况，本报继续报道。{story.paragraphs[-1]}"
        for story in stories
    ]
    rng.shuffle(rests)
    return (
        a_page("\n".join(lines), "1"),
        a_page("\n\n\n".join(rests) + "\n", "2"),
    )


def a_page(text: str, number: str | None, *, source: str | None = "云溪日报", date: str | None = DAY) -> CutPage:
    return cut(Page(f"page-{number}.txt", text, "utf-8"), source=source, date=date, page_number=number)


def found_on(*pages: CutPage) -> list[Half]:
    return [half for page in pages for half in halves(page)]


def paired(*pages: CutPage) -> list[tuple[str, str]]:
    return [(head.article.info.id, tail.article.info.id) for head, tail in pair(found_on(*pages))]


@pytest.mark.parametrize("seed", range(8))
def test_pieces_of_one_report_find_each_other_across_two_pages(seed: int) -> None:
    stories = random.Random(seed).sample(STORIES, 3)
    front, inside = issue_of(stories, seed)
    found = pair(found_on(front, inside))
    assert found
    for head, tail in found:
        story = next(story for story in stories if story.title == head.article.info.title)
        assert story.paragraphs[-1][-20:] in tail.article.text.replace("\n", "")


def test_one_report_on_two_pages_is_joined() -> None:
    [story] = random.Random(3).sample(STORIES, 1)
    front, inside = issue_of([story], 3)
    [(head, tail)] = paired(front, inside)
    assert head == front.articles[0].info.id and tail == inside.articles[0].info.id
    assert inside.articles[0].info.kind == "continuation"


@pytest.mark.parametrize(
    "changed",
    [{"number": "3"}, {"source": "青禾日报"}, {"date": "2023-05-19"}, {"date": None}],
    ids=lambda changed: str(changed),
)
def test_another_page_paper_or_day_is_never_the_other_half(changed: dict[str, str | None]) -> None:
    front, inside = issue_of(list(STORIES[:1]), 1)
    number = changed.pop("number", "2")
    assert paired(front, a_page(inside.page.text, number, **changed)) == []  # type: ignore[arg-type]


def test_two_rests_that_fit_equally_well_are_not_guessed_at() -> None:
    front, inside = issue_of(list(STORIES[:1]), 1)
    twice = a_page(f"{inside.page.text}\n\n\n{inside.page.text}", "2")
    assert len(halves(twice)) == 2
    assert paired(front, twice) == []


def test_a_headline_under_the_rest_may_be_its_neighbours_and_proves_nothing() -> None:
    body = "昨天上午，市图书馆新馆开门迎客，读者排起长队。新馆共有座位一千个。"
    front = a_page(f"图书馆新馆开放\n\n本报讯（记者 王艳）{body}（下转第二版）\n", "1")
    rest = "（上接第一版）省文物专家组验收后认为，古桥保留了原貌，可以作为同类桥梁保护的范例。"
    inside = a_page(f"{rest}\n\n图书馆新馆开放\n", "2")
    assert inside.articles[0].info.title == "图书馆新馆开放", "the page is cut otherwise"
    assert paired(front, inside) == []


def test_a_repeated_headline_decides() -> None:
    body = "昨天上午，市图书馆新馆开门迎客，读者排起长队。新馆共有座位一千个。"
    other = "体育中心周末免费开放，市民凭身份证入场，每人限时两小时。"
    first, second = (
        f"{title}\n\n本报讯（记者 王艳）{text}（下转第二版）\n\n"
        for title, text in (("图书馆新馆开放", body), ("体育馆周末开放", other))
    )
    front = a_page(first + second, "1")
    inside = a_page("图书馆新馆开放\n\n（上接第一版）藏书共四十万册，每天早上九点开门，周一闭馆整理图书。\n", "2")
    [(head, _)] = paired(front, inside)
    assert head == front.articles[0].info.id


@pytest.mark.parametrize(
    ("mark", "to_page", "from_page"),
    [
        ("（下转第二版）", "2", None),
        ("（下转A02版）", "A02", None),
        ("（转03版）", "3", None),
        ("(下转十二版)", "12", None),
        ("（上接第一版）", None, "1"),
        ("（上接二十一版）", None, "21"),
    ],
)
def test_a_jump_names_its_page(mark: str, to_page: str | None, from_page: str | None) -> None:
    body = "昨天上午，市图书馆新馆开门迎客，读者排起长队，首日进馆三千二百人次。"
    text = f"本报讯（记者 王艳）{body}\n\n{mark}\n" if to_page else f"{mark}\n\n{body}\n"
    page = a_page(text, "5")
    [half] = halves(page)
    assert half.article == page.articles[0] and (half.to_page, half.from_page) == (to_page, from_page)
    assert (half.goes_on, half.comes_from) == (to_page is not None, from_page is not None)
