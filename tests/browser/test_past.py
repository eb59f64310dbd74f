"""Earlier conversations: kept in this browser, found, opened and deleted there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import QUESTION, OpenPage, Shot, ask

pytestmark = pytest.mark.browser

OTHER = "图书馆几点开门？"


def open_past(page: Page) -> None:
    page.get_by_role("button", name="历史").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def two_conversations(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, "占地多少亩？")
    page.get_by_role("link", name="新的提问").click()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, OTHER)


def test_a_conversation_is_found_and_opened_again(seeds_url: str, open_page: OpenPage, shot: Shot) -> None:
    page = open_page(seeds_url)
    two_conversations(page)
    open_past(page)
    expect(page.locator("#past-list .asked-then")).to_have_text([OTHER, QUESTION])
    expect(page.locator("#past-list li").last).to_contain_text("2 问")
    shot(page, "history")
    page.get_by_label("在历史里查找").fill("占地254.8亩")  # the answer's words count, too
    expect(page.locator("#past-list .asked-then")).to_have_text([QUESTION])
    page.get_by_label("在历史里查找").fill("没有问过")
    expect(page.locator("#past-none")).to_have_text("没有相符的。")
    page.get_by_label("在历史里查找").fill("耕德")
    page.locator("#past-list .open").click()
    expect(page.locator(".turn:not([aria-busy]) .question")).to_have_text([QUESTION, "占地多少亩？"])
    expect(page.locator(".turn .answer")).to_have_count(2)
    page.go_back()
    expect(page.locator(".turn:not([aria-busy]) .question")).to_have_text([OTHER])


def test_what_is_deleted_is_gone_from_the_browser(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    two_conversations(page)
    open_past(page)
    page.get_by_role("button", name=f"删除：{OTHER}").click()
    expect(page.locator("#past-list .asked-then")).to_have_text([QUESTION])
    page.keyboard.press("Escape")
    ask(page, "馆里有多少座位？")  # goes on from the deleted conversation, which does not come back with it
    open_past(page)
    expect(page.locator("#past-list .asked-then")).to_have_text(["馆里有多少座位？", QUESTION])
    page.get_by_role("button", name="全部删除").click()
    expect(page.locator("#past-none")).to_have_text("还没有问过什么。")
    assert QUESTION not in page.evaluate("() => JSON.stringify(localStorage)")


def test_an_answer_of_another_version_shows_its_words_and_can_be_asked_again(
    seeds_url: str, open_page: OpenPage
) -> None:
    page = open_page(seeds_url, forgiven="status of 422")
    ask(page, QUESTION)
    page.evaluate(
        """() => {
          const talks = JSON.parse(localStorage.getItem("baowen.talks"));
          talks[0].turns[0].answer = { question: talks[0].turns[0].answer.question, answer: { text: "从前的回答" } };
          localStorage.setItem("baowen.talks", JSON.stringify(talks));
        }"""
    )
    open_past(page)
    page.locator("#past-list .open").click()
    expect(page.locator(".turn")).to_contain_text("从前的回答")
    page.locator(".turn .again").click()
    expect(page.locator(".turn .answer .sentence").first).to_contain_text("总投资13.5亿元")


def test_history_stays_in_the_browser(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    ask(page, QUESTION)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    open_past(page)
    page.get_by_label("在历史里查找").fill("耕德")
    expect(page.locator("#past-list li")).to_have_count(1)
    assert [address for address in sent if "/static/" not in address] == []


def test_what_another_version_left_behind_does_no_harm(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    for left in ("nonsense", "{}", '[{"id": "a"}]', '[{"id": "a", "turns": [{}]}]', "[null]"):
        page.evaluate("left => localStorage.setItem('baowen.talks', left)", left)
        page.reload()
        open_past(page)
        expect(page.locator("#past-list li")).to_have_count(0)
        page.keyboard.press("Escape")
    ask(page, QUESTION)
    open_past(page)
    expect(page.locator("#past-list li")).to_have_count(1)


def test_a_tab_that_was_duplicated_goes_its_own_way(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(seeds_url)
    # What a browser does that duplicates a tab: the same address, the same entry of the history.
    entry = page.evaluate("() => [history.state, '', location.href]")
    other.evaluate("entry => history.replaceState(...entry)", entry)
    other.reload()
    expect(other.locator(".turn:not([aria-busy]) .question")).to_have_text([QUESTION])
    ask(other, "占地多少亩？")
    ask(page, OTHER)
    for tab, asked in ((page, OTHER), (other, "占地多少亩？")):
        tab.reload()
        expect(tab.locator(".turn:not([aria-busy]) .question")).to_have_text([QUESTION, asked])
    open_past(page)
    expect(page.locator("#past-list .asked-then")).to_have_text([QUESTION, QUESTION])
    for asked in (OTHER, "占地多少亩？"):
        page.get_by_label("在历史里查找").fill(asked)
        expect(page.locator("#past-list li")).to_have_count(1)


def test_what_another_tab_deleted_does_not_come_back(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(seeds_url)
    open_past(other)
    other.get_by_role("button", name="全部删除").click()
    ask(page, OTHER)
    open_past(page)
    expect(page.locator("#past-list .asked-then")).to_have_text([OTHER])
