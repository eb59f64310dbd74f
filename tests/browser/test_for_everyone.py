"""Phones, dark rooms, screen readers, other languages, and browsers that run no scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.hands import ASKED, NOTHING, QUESTION, OpenPage, Shot, ask, first_source, fits

pytestmark = pytest.mark.browser

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROWED = ASKED + "&date_from=2022-08-01&date_to=2022-08-31"


def unfold(page: Page) -> None:
    """Open everything that can be opened without leaving the page."""
    page.locator("details:not(.menu)").evaluate_all("all => all.forEach(one => { one.open = true })")


def states(page: Page, url: str) -> Iterator[str]:
    """Every page and every state of it, one after the other."""
    source = ""
    for name, where in (("empty", "/"), ("nothing", NOTHING), ("narrowed", NARROWED), ("answered", ASKED)):
        page.goto(url + where, wait_until="load")
        unfold(page)
        yield name
    source = first_source(page)
    page.locator(".menu summary").click()
    yield "copying"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="没用").click()
    expect(page.get_by_label("哪里不对")).to_be_visible()
    yield "judged"
    ask(page, "占地多少亩？")
    unfold(page)
    yield "followed up"
    page.get_by_role("button", name="历史").click()
    yield "history"
    page.keyboard.press("Escape")
    page.route("**/api/v1/ask**", lambda route: route.abort())
    page.locator("#q").fill(QUESTION)
    page.locator("#q").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("连不上服务")
    yield "out of reach"
    page.unroute_all()
    for name, where in (
        ("article", source),
        ("article beside its raw page", source.replace("?", "?raw=1&")),
        ("collection", "/index?source=新乡日报"),
        ("error", "/articles/nope"),
    ):
        page.goto(url + where, wait_until="load")
        unfold(page)
        yield name


def test_axe_finds_nothing_to_object_to_in_any_state_by_day_and_by_night(seeds_url: str, open_page: OpenPage) -> None:
    # axe itself is brought in past the page's own policy
    page = open_page(seeds_url, bypass_csp=True, forgiven="Failed to load resource")
    for state in states(page, seeds_url):
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found: Any = Axe().run(page)
            assert found.violations_count == 0, f"{state}, {scheme}: {found.generate_report()}"


@pytest.mark.parametrize(("width", "height"), [(320, 640), (768, 1024), (1280, 850)])
def test_pages_fit_every_width_in_both_themes(
    seeds_url: str, open_page: OpenPage, shot: Shot, width: int, height: int
) -> None:
    page = open_page(seeds_url, width=width, height=height, forgiven="Failed to load resource")
    for state in states(page, seeds_url):
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            shot(page, f"{state.replace(' ', '-')}-{width}-{scheme}")
            assert fits(page), (state, scheme)


def test_without_scripts_a_plain_form_answers_and_the_source_is_marked(
    seeds_url: str, open_page: OpenPage, shot: Shot
) -> None:
    page = open_page(seeds_url, java_script_enabled=False)
    page.get_by_label("你的问题").fill(QUESTION)
    page.get_by_role("button", name="提问").click()
    expect(page.locator(".question")).to_have_text(QUESTION)
    cited = page.locator(".cited").first.inner_text()
    shot(page, "without-scripts")
    page.locator(".source .headline").first.click()
    expect(page.locator("#text mark").first).to_be_in_viewport()
    marks = page.locator("#text mark").all_text_contents()
    assert "".join(marks) == cited.replace("\n", "")


def test_with_and_without_scripts_the_answer_reads_the_same(seeds_url: str, open_page: OpenPage) -> None:
    lively = open_page(seeds_url)
    lively.get_by_label("你的问题").fill(QUESTION)
    lively.keyboard.press("Enter")
    expect(lively.locator(".turn:not([aria-busy])")).to_have_count(1)
    plain = open_page(seeds_url + ASKED, java_script_enabled=False)
    for part in (".question", ".answer blockquote", ".sources", ".also"):
        assert lively.locator(part).inner_text().split() == plain.locator(part).inner_text().split()
    expect(plain.locator(".tools")).to_be_hidden()


def test_the_page_speaks_three_languages(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url, locale="en-US")
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    page.get_by_role("link", name="繁體中文").click()
    expect(page.get_by_role("button", name="提問")).to_be_visible()
    ask(page, QUESTION)  # what is set later speaks the page's language, too
    expect(page.get_by_role("heading", name="報上原話", exact=True)).to_be_visible()
    expect(page.locator(".answer .sentence").first).to_contain_text("该项目总投资")
    page.goto(seeds_url)
    page.get_by_role("link", name="简体中文").click()
    expect(page.get_by_role("button", name="提问")).to_be_visible()
    page.goto(seeds_url)
    expect(page.get_by_role("button", name="提问")).to_be_visible()


def test_nothing_moves_for_those_who_ask_for_stillness(seeds_url: str, open_page: OpenPage) -> None:
    still = "() => getComputedStyle(document.querySelector('.looking')).animationName"
    for reduced, name in (("reduce", "none"), ("no-preference", "wait")):
        page = open_page(seeds_url, reduced_motion=reduced)
        page.route("**/api/v1/ask**", lambda route: None)
        page.get_by_label("你的问题").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".looking")).to_be_visible()
        assert page.evaluate(still) == name


def test_an_answer_is_read_aloud_when_it_is_there(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    expect(page.get_by_role("log", name="问与答")).to_have_attribute("aria-live", "polite")
    ask(page, QUESTION)
    expect(page.locator("#conversation")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("article", name=QUESTION)).to_be_visible()
    levels = page.locator("h1, h2, h3").evaluate_all("all => all.filter(h => h.checkVisibility()).map(h => h.tagName)")
    assert levels[:4] == ["H1", "H2", "H3", "H3"]


def test_nothing_is_fetched_from_elsewhere(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url, forgiven="Failed to load resource")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    for where in ("/", ASKED, NOTHING, "/index", "/articles/nope"):
        page.goto(seeds_url + where, wait_until="load")
    assert fetched
    assert all(url.startswith(seeds_url) for url in fetched)
