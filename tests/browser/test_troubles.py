"""Slow networks, a service that goes away and comes back, two tabs, storage that refuses."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import serving
from tests.browser.hands import QUESTION, OpenPage, Serve, ask

pytestmark = pytest.mark.browser

# Answers the next question with these pieces, one after the other.
STREAM = """parts => {
  const real = window.fetch;
  window.fetch = (address, options) => {
    if (!String(address).startsWith("/api/v1/ask")) return real(address, options);
    window.fetch = real;
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      async start(controller) {
        for (const part of parts) {
          controller.enqueue(encoder.encode(part));
          await new Promise(resolve => setTimeout(resolve, 150));
        }
        controller.close();
      },
    });
    return Promise.resolve(new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } }));
  };
}"""


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


def test_a_service_that_ends_and_starts_again_goes_on_with_the_conversation(
    own_index: Path, serve: Serve, open_page: OpenPage
) -> None:
    with serving(own_index) as url:
        page = open_page(url, forgiven="net::ERR_")
        ask(page, "游园会的门票是多少钱？")
    page.get_by_label("你的问题").fill("在哪里举行？")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("连不上服务")
    expect(page.locator(".turn")).to_have_count(1)  # what was there stays
    serve(own_index, port=urlparse(url).port)
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".turn:not([aria-busy])")).to_have_count(2)
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_slow_question_shows_how_far_it_is_and_can_be_stopped(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    held: list[Route] = []
    page.route("**/api/v1/ask**", lambda route: held.append(route))
    page.get_by_label("你的问题").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".looking")).to_have_text("正在翻报纸…")
    expect(page.locator("#conversation")).to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_role("alert")).to_contain_text("已停止")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_label("你的问题")).to_have_value(QUESTION)
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".turn:not([aria-busy])")).to_have_count(1)


def test_a_stream_is_followed_event_by_event(seeds_url: str, open_page: OpenPage) -> None:
    """What is known first is shown first; bytes may arrive in any pieces."""
    page = open_page(seeds_url)
    body = page.request.post(f"{seeds_url}/api/v1/ask", data={"question": QUESTION}).json()
    parts = [
        ": ping\n\nevent: passages\r\ndata: " + json.dumps({"passages": body["passages"]}) + "\r\n\r\n",
        "event: done\ndata: " + json.dumps(body)[:40],
        json.dumps(body)[40:] + "\n\n",
    ]
    page.evaluate(STREAM, parts)
    page.get_by_label("你的问题").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".looking")).to_have_text(f"找到 {len(body['passages'])} 段，正在挑选原话…")
    expect(page.locator(".turn:not([aria-busy])")).to_have_count(1)


def test_a_stream_that_breaks_off_or_tells_of_a_problem_is_told(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    problem = {"title": "太慢", "detail": "没有在 5 秒内答完。", "errors": []}
    for parts, words in (
        (['event: passages\ndata: {"passages": []}\n\n'], "连不上服务"),
        (["event: error\ndata: " + json.dumps(problem) + "\n\n"], "没有在 5 秒内答完"),
    ):
        page.evaluate(STREAM, parts)
        page.get_by_label("你的问题").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(words)


def test_two_tabs_keep_their_own_conversations_and_one_history(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    other = page.context.new_page()
    other.goto(seeds_url)
    ask(page, QUESTION)
    ask(other, "图书馆几点开门？")
    expect(page.locator(".question")).to_have_text([QUESTION])
    page.get_by_role("button", name="历史").click()
    expect(page.locator("#past-list li")).to_have_count(2)
    other.get_by_role("button", name="历史").click()
    other.locator("#past-list .delete").first.click()
    expect(page.locator("#past-list li")).to_have_count(1)  # seen in the other tab at once


def test_a_browser_that_keeps_nothing_answers_all_the_same(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') } }")
    ask(page, QUESTION)
    page.get_by_role("button", name="历史").click()
    expect(page.locator("#past-none")).to_contain_text("不让保存历史")
