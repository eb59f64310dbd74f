"""The keyboard is enough, pinyin included."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.hands import QUESTION, OpenPage, ask

pytestmark = pytest.mark.browser


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
    with page.expect_response("**/api/v1/ask**"):
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


def test_slash_leads_to_the_box_and_arrows_through_what_can_be_opened(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    box = page.get_by_label("你的问题")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".examples a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".examples a").nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    box.press_sequentially("1/2")
    expect(box).to_have_value("1/2")
    page.locator(".examples a").nth(1).focus()
    question = page.locator(".examples a").nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".turn:not([aria-busy]) .question")).to_have_text(question)


def test_arrows_walk_the_sources_and_bring_the_last_question_back(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    ask(page, QUESTION)
    page.locator(".answer sup a").last.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".source .headline").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".answer sup a").last).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("你的问题")).to_have_value(QUESTION)
