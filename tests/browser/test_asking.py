"""Someone asks the paper in a browser, reads the answer, and follows it to where it was printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

QUESTION = "耕德电子二期项目总投资多少？"
OpenPage = Callable[..., Page]
Shot = Callable[[Page, str], None]
Api = Callable[[str], dict[str, Any]]


def ask(page: Page, question: str) -> dict[str, Any]:
    """Type a question, press Enter, wait for what it got; returns what the API said."""
    answered = page.locator(".turn:not([aria-busy])").count() + 1
    page.get_by_label("你的问题").fill(question)
    with page.expect_response("**/api/v1/ask") as waiting:
        page.keyboard.press("Enter")
    expect(page.locator(".turn:not([aria-busy])")).to_have_count(answered)
    body: dict[str, Any] = waiting.value.json()
    return body


def marked_words(page: Page) -> str:
    return "".join(page.locator("#text mark").all_text_contents())


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
    expect(page).to_have_url(seeds_url + body["citations"][0]["url"])
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
    expect(page.locator(".searched")).to_have_text(f"按“{body['effective_question']}”查找")
    expect(page.get_by_label("你的问题")).to_be_focused()
    expect(page.get_by_label("你的问题")).to_have_value("")
    shot(page, "chat-follow-up")


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


def test_enter_while_composing_pinyin_does_not_send(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    box = page.get_by_label("你的问题")
    box.fill("zhoukou")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "zhou'kou", "selectionStart": 8, "selectionEnd": 8})
    # Safari tells of the key after the composition has ended: only its code is left to know it by.
    late = {"key": "Enter", "code": "Enter", "keyCode": 229, "bubbles": True, "cancelable": True}
    box.dispatch_event("keydown", {**late, "isComposing": True, "keyCode": 13})
    box.dispatch_event("keydown", late)
    keyboard.send("Input.insertText", {"text": "周口"})
    assert box.input_value() == "zhoukou周口"
    assert not asked
    with page.expect_response("**/api/v1/ask"):
        box.press("Enter")


def test_shift_enter_starts_a_new_line(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    box = page.get_by_label("你的问题")
    box.fill("一")
    box.press("Shift+Enter")
    box.press_sequentially("二")
    assert box.input_value() == "一\n二"
    expect(page.locator(".turn")).to_have_count(0)


def test_the_keyboard_alone_is_enough(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    expect(page.get_by_label("你的问题")).to_be_focused()
    page.keyboard.insert_text(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn:not([aria-busy])")).to_have_count(1)
    page.locator(".answer sup a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#text mark").first).to_be_in_viewport()


def test_a_service_that_is_gone_is_told_and_the_question_can_be_asked_again(
    seeds_url: str, open_page: OpenPage
) -> None:
    page = open_page(seeds_url, forgiven="net::ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.get_by_label("你的问题").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("连不上服务")
    expect(page.get_by_label("你的问题")).to_have_value(QUESTION)
    page.context.set_offline(False)
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".turn:not([aria-busy])")).to_have_count(1)
    expect(page.get_by_role("alert")).to_be_empty()


def test_hostile_articles_and_questions_are_only_text(shelf_url: str, open_page: OpenPage) -> None:
    page = open_page(shelf_url)
    ask(page, "游园会的门票多少钱？<img src=x onerror=\"document.title='owned'\">")
    expect(page.locator(".headline").first).to_have_text("<script>document.title='owned'</script>游园会")
    expect(page.locator(".byline").first).to_contain_text("《<b>晚报</b>》")
    page.goto(page.url)
    page.goto(shelf_url + "/articles/" + quote("fair/2023#1", safe=""))
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    assert "owned" not in page.title().replace("document.title='owned'", "")
    assert page.locator("main img, main script").count() == 0
