"""An answer is taken elsewhere: copied, shared, saved, printed; and judged."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from tests.browser.hands import QUESTION, OpenPage, Shot, ask, clipboard

pytestmark = pytest.mark.browser


def test_an_answer_is_copied_with_its_sources_in_every_form(seeds_url: str, open_page: OpenPage, shot: Shot) -> None:
    page = open_page(seeds_url)
    body = ask(page, QUESTION)
    quoted, link = body["citations"][0]["cited_text"], seeds_url + body["citations"][0]["url"]
    menu = page.locator(".tools .menu")
    for form, words in (
        ("文字", [QUESTION, quoted, link, "[N]."]),
        ("Markdown", [f"> {quoted}", f"(<{link}>)"]),
        ("引用格式（GB/T 7714）", ["[1] ", "[N]. ", "2022-08-03(1)."]),
    ):
        menu.locator("summary").click()
        shot(page, "copy-menu")
        menu.get_by_role("button", name=form).click()
        expect(page.locator("#told")).to_have_text("已复制")
        copied = clipboard(page)
        assert all(part in copied for part in words), copied
        assert "{origin}" not in copied
        expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")


def test_a_shared_link_asks_the_same_question_under_the_same_filters(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    page.get_by_text("筛选", exact=True).click()
    page.get_by_label("新乡日报").check()
    expect(page.locator(".narrow summary")).to_have_attribute("data-count", "1")
    ask(page, "总投资多少？")
    page.get_by_role("button", name="分享链接").click()
    expect(page.locator("#told")).to_have_text("链接已复制")
    shared = clipboard(page)
    assert parse_qs(urlparse(shared).query) == {"q": ["总投资多少？"], "source": ["新乡日报"]}
    again = open_page(shared)
    assert again.locator(".answer, .nothing").inner_text() == page.locator(".answer, .nothing").inner_text()


def test_a_conversation_is_saved_as_markdown(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    asked = [ask(page, QUESTION), ask(page, "量子色动力学的渐近自由是谁发现的？")]
    with page.expect_download() as saving:
        page.get_by_role("button", name="存为 Markdown").click()
    text = saving.value.path().read_text(encoding="utf-8")
    assert saving.value.suggested_filename.endswith(".md")
    assert text.index(asked[0]["question"]) < text.index("\n---\n") < text.index(asked[1]["question"])
    assert asked[0]["answer"]["sentences"][0]["text"] in text and "没有找到答案" in text


def test_on_paper_stand_question_answer_and_sources_alone(seeds_url: str, open_page: OpenPage, shot: Shot) -> None:
    page = open_page(seeds_url, color_scheme="dark")
    ask(page, QUESTION)
    page.emulate_media(media="print")
    shot(page, "printed")
    for shown in (".question", ".answer blockquote", ".source .quotation"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".ask", ".tools", ".masthead nav", ".foot", ".export"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf()[:5] == b"%PDF-"


def test_asking_again_takes_the_same_place(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    ask(page, QUESTION)
    ask(page, "占地多少亩？")
    with page.expect_request("**/api/v1/ask**") as sent:
        page.get_by_role("button", name="重问").first.click()
    assert sent.value.post_data_json["question"] == QUESTION and sent.value.post_data_json["history"] == []
    expect(page.locator(".turn:not([aria-busy]) .question")).to_have_text([QUESTION, "占地多少亩？"])


def test_a_verdict_is_noted_beside_the_index(seeds_url: str, seeds_index: Path, open_page: OpenPage) -> None:
    page = open_page(seeds_url, forgiven="net::ERR_FAILED")
    body = ask(page, QUESTION)
    page.get_by_role("button", name="没用").click()
    expect(page.locator("#told")).to_have_text("已记下，谢谢")
    expect(page.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="有用")).to_have_attribute("aria-pressed", "false")
    [book] = seeds_index.parent.rglob("feedback.jsonl")
    said = json.loads(book.read_text(encoding="utf-8").splitlines()[-1])
    assert (said["answer_id"], said["verdict"]) == (body["id"], "down")
    page.get_by_label("哪里不对").fill("问的是一期")
    page.get_by_role("button", name="告诉我们").click()
    expect(page.get_by_label("哪里不对")).to_be_hidden()
    assert json.loads(book.read_text(encoding="utf-8").splitlines()[-1])["note"] == "问的是一期"
    page.route("**/api/v1/feedback", lambda route: route.abort())
    page.get_by_role("button", name="有用").click()
    expect(page.locator("#told")).to_have_text("没有记下，请再点一次")
    expect(page.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")
