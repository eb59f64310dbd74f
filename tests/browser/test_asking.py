"""Someone asks the paper in a browser, reads the answer, and follows it to where it was printed."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.hands import QUESTION, Api, OpenPage, Shot, ask, marked_words

pytestmark = pytest.mark.browser


def test_a_question_is_answered_with_sources_and_a_click_lands_on_the_quoted_words(
    seeds_url: str, open_page: OpenPage, shot: Shot
) -> None:
    page = open_page(seeds_url)
    shot(page, "chat-empty")
    body = ask(page, QUESTION)
    assert body["status"] == "answered"
    expect(page.locator(".answer blockquote .sentence")).to_have_text([s["text"] for s in body["answer"]["sentences"]])
    expect(page.locator(".answer sup a")).to_have_text([str(s["citation"]) for s in body["answer"]["sentences"]])
    expect(page.locator(".source .number")).to_have_text([str(c["n"]) for c in body["citations"]])
    shot(page, "chat-answered")

    page.locator(".source").first.click()
    expect(page).to_have_url(re.compile(re.escape(body["citations"][0]["url"].partition("#")[2]) + "$"))
    expect(page.locator("#text mark").first).to_be_in_viewport()
    assert marked_words(page) == body["citations"][0]["cited_text"].replace("\n", "")
    shot(page, "article-marked")

    page.go_back()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".question")).to_have_text(QUESTION)


def test_every_source_and_passage_lands_on_its_own_words(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    body = ask(page, QUESTION)
    for found in [*body["citations"], *body["passages"]]:
        page.goto(seeds_url + found["url"])
        expect(page.locator("#text mark").first).to_be_in_viewport()
        assert marked_words(page) == found.get("cited_text", found.get("text")).replace("\n", "")


def test_marks_count_characters_as_people_do(shelf_url: str, open_page: OpenPage, api: Api) -> None:
    """Emoji and rare characters are one each, a span may cross paragraphs, and several may be marked."""
    address = "/articles/" + quote("fair/2023#1", safe="")
    text = api(f"{shelf_url}/api/v1{address}")["text"]
    start, end = text.index("𠮷野家"), text.index("门票")
    page = open_page(f"{shelf_url}{address}#c{start}-{end}")
    assert marked_words(page) == text[start:end].replace("\n", "")
    assert page.locator("#text mark").count() >= 2

    page.goto(f"{shelf_url}{address}#c1-3,c{end}-{end + 2},c2-4")
    expect(page.locator("#text mark")).to_have_text([text[1:4], "门票"])
    page.get_by_role("button", name="下一处").click()
    expect(page.locator("#text mark").nth(1)).to_be_in_viewport()

    page.goto(f"{shelf_url}{address}#c999-1005")
    expect(page.locator("#text mark")).to_have_count(0)


def test_nothing_found_is_said_plainly_and_near_passages_stand_apart(
    seeds_url: str, open_page: OpenPage, shot: Shot
) -> None:
    page = open_page(seeds_url)
    body = ask(page, "量子色动力学的渐近自由是谁发现的？")
    assert body["status"] == "no_answer"
    expect(page.get_by_role("heading", name="没有找到答案")).to_be_visible()
    expect(page.locator(".source")).to_have_count(0)
    expect(page.locator(".answer")).to_have_count(0)
    for term in body["missing_terms"]:
        expect(page.locator(".missing")).to_contain_text(term)
    expect(page.locator(".near .passage")).to_have_count(len(body["passages"]))
    shot(page, "chat-no-answer")


def test_a_follow_up_shows_what_was_searched(seeds_url: str, open_page: OpenPage, shot: Shot) -> None:
    page = open_page(seeds_url)
    ask(page, QUESTION)
    body = ask(page, "占地多少亩？")
    assert body["effective_question"] != body["question"]
    expect(page.locator(".searched .as")).to_have_text(f"按“{body['effective_question']}”查找")
    expect(page.get_by_label("你的问题")).to_be_focused()
    expect(page.get_by_label("你的问题")).to_have_value("")
    shot(page, "chat-follow-up")


def test_what_was_searched_can_be_changed_and_takes_the_place_of_the_follow_up(
    seeds_url: str, open_page: OpenPage, shot: Shot
) -> None:
    page = open_page(seeds_url)
    ask(page, QUESTION)
    ask(page, "占地多少亩？")
    page.locator(".searched summary").click()
    changed = page.get_by_label("改按这句查找")
    shot(page, "chat-change")
    changed.fill("耕德电子二期项目占地多少亩？")
    with page.expect_request("**/api/v1/ask**") as sent:
        changed.press("Enter")
    assert sent.value.post_data_json["history"] == []  # searched as it stands
    expect(page.locator(".question")).to_have_text([QUESTION, "耕德电子二期项目占地多少亩？"])
    expect(page.locator(".searched")).to_have_count(0)


def test_a_slip_is_mended_and_the_page_says_so(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    body = ask(page, "耕得电子二期项目总投资多少？")
    expect(page.locator(".searched .as")).to_have_text(f"已按“{body['effective_question']}”查找")


def test_why_a_source_was_found_is_told_on_demand(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    body = ask(page, QUESTION)
    why = page.locator(".source .why").first
    expect(why.locator(".term").first).to_be_hidden()
    why.locator("summary").click()
    expect(why.locator(".term")).to_have_text(body["passages"][0]["why"]["terms"])
    expect(page).to_have_url(re.compile(r"/\?q="))  # the card was not opened


def test_an_example_can_be_clicked_and_the_answer_has_an_address(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    example = page.locator(".examples a").first
    question = example.inner_text()
    example.click()
    expect(page.locator(".turn:not([aria-busy]) .question")).to_have_text(question)
    address = page.url
    again = open_page(address)
    expect(again.locator(".question")).to_have_text(question)
    assert again.locator(".turn").inner_text() == page.locator(".turn").inner_text()
