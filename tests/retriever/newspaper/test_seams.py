"""Articles of several pages as one text: where the halves meet, what is left out, and the way back to each raw page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retriever.domain import CutPage, JoinedArticle, Page
from retriever.newspaper import cut, halves, join
from tests.retriever.newspaper.layouts import bare
from tests.retriever.newspaper.stories import STORIES
from tests.retriever.newspaper.two_pages import Issue, joined, made_issue

ISSUES, LINE = 100, "\n"
HEAD = "产业园里机器忙\n\n本报讯（记者 王艳）8月2日，走进郸城县产业园，袜业公司的车间里机器轰鸣，工人们正在赶制船袜订单。\n"
GROWS = "袜业公司负责人李文说，公司去年入驻产业园。公司年加工船袜一千多万双，产品卖到了二十多个城市，还带动"
ENDS = f"{GROWS}三十人就业。"
REST = "袜业公司负责人李文说，产业园为袜业公司免去了两年的租金，船袜订单已经排到了明年春天。\n产业园的工人们挣钱又能照顾老人。\n"


def a_page(number: str, text: str) -> CutPage:
    return cut(Page(f"{number}.txt", text, "utf-8"), source="周口日报", date="2022-08-03", page_number=number)


def leads_back(story: JoinedArticle, *pages: CutPage) -> bool:
    """Whether the parts follow each other over the whole text, and each of its characters is printed where they say."""
    text, raw = story.article.text, {page.page.file: page.page.text for page in pages}
    ends = [0, *(part.end for part in story.article.parts)]
    return ends[-1] == len(text) and all(
        part.start == end
        and all(text[at] == raw[part.file][part.offsets.raw(at)] for at in range(part.start, part.end))
        and part.raw[0] <= min(part.offsets.kept())
        and max(part.offsets.kept()) < part.raw[1]
        for part, end in zip(story.article.parts, ends, strict=False)
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000))
def test_every_character_of_a_joined_article_leads_back_to_its_own_page(seed: int) -> None:
    pages = made_issue(STORIES, seed).cut()
    for story in joined(*pages):
        assert leads_back(story, *pages)
        for piece, part, left_out in zip(story.pieces, story.article.parts, story.left_out, strict=True):
            kept = set(part.offsets.kept())
            gone = {at for dropped in left_out for at in range(dropped.start, dropped.end)}
            assert not kept & gone and set(piece.offsets.kept()) <= kept | gone


def test_no_two_reports_are_ever_made_one_and_the_seams_of_those_that_are_one_are_right() -> None:
    """On many issues a head alone and a tail alone stand beside what belongs together."""
    found = right = 0
    for seed in range(ISSUES):
        issue = made_issue(STORIES, seed)
        for story in joined(*issue.cut()):
            found += 1
            seam = next(
                (pair for pair in issue.pairs if is_of((pair.story.title, *pair.story.paragraphs), story)), None
            )
            assert seam is not None, f"issue {seed}: {story.article.text}"
            right += seam.is_seam_right(story.article.text)
    # The stories are two to four paragraphs long: most of their halves have too few words in common to be sure.
    assert found >= 0.2 * sum(len(made_issue(STORIES, seed).pairs) for seed in range(ISSUES))
    assert right >= 0.95 * found


def is_of(lines: tuple[str, ...], story: JoinedArticle) -> bool:
    """Whether half of each piece and more is printed in these lines."""
    body = bare("".join(lines))
    runs = [[bare(piece.text)[at : at + 6] for at in range(len(bare(piece.text)) - 5)] for piece in story.pieces]
    return all(sum(run in body for run in of_piece) > len(of_piece) / 2 for of_piece in runs)


@pytest.mark.parametrize(
    ("head", "rest", "seam"),
    [
        (f"{ENDS}（下转第二版）\n", f"（上接第一版）{REST}", "就业。\n袜业公司"),
        (f"{ENDS}\n\n（下转第二版）\n", f"（上接第一版）\n\n{REST}", "就业。\n袜业公司"),
        (f"{GROWS}（下转第二版）\n", f"（上接第一版）三十人就业。{REST}", "带动三十人就业。"),
        (f"{GROWS}\n（下转第二版）\n", f"产业园里机器忙\n（上接第一版）\n三十人就业。\n{REST}", "带动三十人就业。"),
        (f"{ENDS}（下转第二版）", f"（上接第一版）\n产业园里机器忙\n{REST}", "就业。\n袜业公司"),
        (f"{ENDS}下转第二版\n", f"上接第一版\n{REST}", "就业。\n袜业公司"),
    ],
    ids=["in the lines", "lines of their own", "in a sentence", "headline over", "headline under", "without brackets"],
)
def test_the_halves_meet_as_one_would_read_them(head: str, rest: str, seam: str) -> None:
    pages = a_page("1", HEAD + head), a_page("2", rest)
    [story] = joined(*pages)
    text = story.article.text
    assert seam in text and "版" not in text and text.count("产业园里机器忙") == 0
    assert leads_back(story, *pages)
    assert story.article.info.id == pages[0].articles[0].info.id
    assert (story.article.info.title, story.article.info.page, story.article.info.kind) == (
        "产业园里机器忙",
        "1",
        "news",
    )
    assert [(part.file, part.page) for part in story.article.parts] == [("1.txt", "1"), ("2.txt", "2")]


def test_an_article_of_three_pages_is_one() -> None:
    pages = (
        a_page("1", f"{HEAD}{ENDS}（下转第二版）\n"),
        a_page(
            "2",
            f"（上接第一版）{REST.replace(LINE, '')}去年秋天以来，袜业公司的船袜一半卖到了国外，负责人李文说，今年春天（下转第三版）\n",
        ),
        a_page(
            "3",
            "（上接第二版）还要扩建车间。袜业公司负责人李文说，船袜订单排到了明年春天，产业园的租金一直免到后年。\n",
        ),
    )
    [story] = joined(*pages)
    assert leads_back(story, *pages) and len(story.article.parts) == 3
    assert "今年春天还要扩建车间。" in story.article.text
    text = story.article.text
    first, second, third = (part.start for part in story.article.parts)
    assert [story.article.cited(*span).page for span in ((0, 9), (second - 3, second + 3), (first, len(text)))] == [
        "1", "1、2", "1、2、3",
    ]  # fmt: skip
    assert (story.article.cited(third, third + 2).file, story.article.cited(third, third + 2).page) == ("3.txt", "3")


def test_what_only_the_second_page_prints_of_title_and_author_is_kept() -> None:
    bare_head = HEAD.split("\n\n")[1].replace("（记者 王艳）", "")
    rest = REST.rstrip() + "（记者 王艳）\n"
    [story] = joined(a_page("1", f"{bare_head}{ENDS}（下转第二版）\n"), a_page("2", f"（上接第一版）{rest}"))
    assert story.article.info.author == "王艳" and story.pieces[0].info.author is None


def test_two_articles_on_one_page_are_never_halves_of_each_other() -> None:
    page = a_page("1", f"{HEAD}{ENDS}（下转第一版）\n\n\n（上接第一版）{REST}")
    found, alone = join(halves(page))
    assert found == [] and len(alone) == 2


def test_where_text_stands_before_the_mark_nothing_is_joined() -> None:
    """It may be another article's end, which the page's cutter did not part from it."""
    pages = a_page("1", f"{HEAD}{ENDS}（下转第二版）\n"), a_page("2", f"（记者 李文 王艳）\n（上接第一版）{REST}")
    assert all("李文 王艳" not in story.article.text for story in joined(*pages))


def test_an_issue_is_made_of_true_pairs() -> None:
    issue: Issue = made_issue(STORIES, 7)
    assert issue.pairs and all(pair.story.title for pair in issue.pairs) and "下转" in issue.front
