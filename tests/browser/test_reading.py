"""Someone reads an article: the quoted words marked, the raw page beside it, its neighbours, and articles made to break pages."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.clicking import gold_questions, missed
from tests.browser.hands import ASKED, QUESTION, Api, OpenPage, Shot, ask, clipboard, first_source, fits, marked_words

pytestmark = pytest.mark.browser

HOSTILE = "/articles/" + quote("fair/2023#1", safe="")


def test_marks_and_words_of_the_question_share_the_text_and_change_none_of_it(
    seeds_url: str, open_page: OpenPage, api: Api, shot: Shot
) -> None:
    page = open_page(seeds_url)
    body = ask(page, QUESTION)
    cited = body["citations"][0]
    page.locator(".answer sup a").first.click()
    expect(page.locator("#text mark").first).to_be_in_viewport()
    assert marked_words(page) == cited["cited_text"].replace("\n", "")
    assert "耕德电子二期项目" in page.locator("#text .word").all_text_contents()
    text = api(f"{seeds_url}/api/v1/articles/{cited['article_id']}")["text"]
    lines = page.locator("#text p").all_text_contents()
    assert lines == [line for line in text.split("\n") if line]
    shot(page, "article-words")
    page.get_by_role("link", name="回到回答").click()
    expect(page.locator(".turn:not([aria-busy]) .question")).to_have_text([QUESTION])


def test_the_raw_page_stands_beside_it_on_demand_with_the_same_words_marked(
    seeds_url: str, open_page: OpenPage, shot: Shot
) -> None:
    page = open_page(seeds_url + ASKED)
    page.goto(seeds_url + first_source(page))
    marked = marked_words(page)
    page.get_by_role("link", name="显示原始文字").click()
    expect(page.locator(".raw-page")).to_be_visible()
    expect(page.locator("#text mark").first).to_be_in_viewport()
    quoted = "".join(page.locator(".raw-page .quoted").all_text_contents())
    assert quoted == marked == marked_words(page)
    assert page.locator(".raw-page del").count() > 0
    shot(page, "article-raw")
    page.get_by_role("link", name="收起原始文字").click()
    expect(page.locator(".raw-page")).to_have_count(0)


def test_an_article_is_cited_and_its_link_leads_to_the_place(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url + ASKED)
    page.goto(seeds_url + first_source(page))
    page.get_by_role("button", name="引用格式").click()
    expect(page.locator("#told")).to_have_text("已复制")
    assert clipboard(page) == page.locator(".reference").inner_text()
    page.get_by_role("button", name="链接").click()
    expect(page.locator("#told")).to_have_text("已复制")
    marked = marked_words(page)
    page.goto(clipboard(page))
    assert marked_words(page) == marked


def test_articles_of_a_page_are_leafed_through(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url + ASKED)
    page.goto(seeds_url + first_source(page))
    here = page.url
    page.locator(".neighbours .next").click()
    page.wait_for_url(lambda url: url != here)
    page.locator(".neighbours .prev").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("西华县 科技引领点燃创新发展引擎")


def test_hostile_articles_and_questions_are_only_text(shelf_url: str, open_page: OpenPage) -> None:
    page = open_page(shelf_url)
    ask(page, "游园会的门票多少钱？<img src=x onerror=\"document.title='owned'\">")
    expect(page.locator(".headline").first).to_have_text("<script>document.title='owned'</script>游园会")
    expect(page.locator(".byline").first).to_contain_text("《<b>晚报</b>》")
    for where in (page.url, shelf_url + HOSTILE, shelf_url + HOSTILE + "?raw=1&q=%3Cb%3E", shelf_url + "/index"):
        page.goto(where)
        assert "owned" not in page.title().replace("document.title='owned'", "")
        assert page.locator("main img, main script").count() == 0
    page.goto(shelf_url + HOSTILE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")


@pytest.mark.parametrize("width", [320, 1280])
def test_endless_words_arabic_and_joined_emoji_break_no_page(
    shelf_url: str, open_page: OpenPage, api: Api, shot: Shot, width: int
) -> None:
    question = "/?q=" + quote("气象台发布了什么预警？")
    for name, where in (("answer", question), ("article", "/articles/long"), ("collection", "/index")):
        page = open_page(shelf_url + where, width=width)
        shot(page, f"hostile-{name}-{width}")
        assert fits(page)
    text = api(f"{shelf_url}/api/v1/articles/long")["text"]
    start = text.index("气象台说")
    page = open_page(f"{shelf_url}/articles/long#c{start}-{len(text)}", width=width)
    assert marked_words(page) == text[start:]


def test_citations_of_gold_questions_lead_to_their_words_in_sight(seeds_url: str, open_page: OpenPage) -> None:
    """Every fortieth question; ``python -m tests.browser.bench_pages --citations`` clicks them all."""
    page = open_page(seeds_url)
    looked = list(missed(page, seeds_url, gold_questions()[::40]))
    assert len(looked) >= 6
    assert [miss for miss in looked if miss[1] is not None] == []
