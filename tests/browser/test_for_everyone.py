"""Phones, dark rooms, screen readers, other languages, and browsers that run no scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

QUESTION = "耕德电子二期项目总投资多少？"
ASKED = "/?q=" + quote(QUESTION)
NOTHING = "/?q=" + quote("量子色动力学的渐近自由是谁发现的？")
OpenPage = Callable[..., Page]
Shot = Callable[[Page, str], None]


def first_source(page: Page) -> str:
    return page.locator(".source .headline").first.get_attribute("href") or ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", ["/", ASKED, NOTHING, "article", "/articles/nope"])
def test_axe_finds_nothing_to_object_to(seeds_url: str, open_page: OpenPage, scheme: str, where: str) -> None:
    # axe itself is brought in past the page's own policy
    page = open_page(seeds_url + ASKED, color_scheme=scheme, bypass_csp=True, forgiven="404 (NOT FOUND)")
    page.goto(seeds_url + (first_source(page) if where == "article" else where), wait_until="load")
    for summary in page.locator("summary").all():
        summary.click()
    found: Any = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (1100, 850), (1920, 1080)])
def test_pages_fit_every_width_in_both_themes(
    seeds_url: str, open_page: OpenPage, shot: Shot, scheme: str, width: int, height: int
) -> None:
    page = open_page(seeds_url + ASKED, width=width, height=height, color_scheme=scheme)
    source = first_source(page)
    for name, where in (("empty", "/"), ("answered", ASKED), ("nothing", NOTHING), ("article", source)):
        page.goto(seeds_url + where)
        shot(page, f"{name}-{width}-{scheme}")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


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
    for where in (ASKED, NOTHING):
        plain = open_page(seeds_url + where, java_script_enabled=False).locator("#conversation")
        lively = open_page(seeds_url + where).locator("#conversation")
        assert plain.inner_text().split() == lively.inner_text().split()
        assert plain.get_by_role("link").count() == lively.get_by_role("link").count()


def test_the_page_speaks_english_when_asked_to(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url, locale="en-US")
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("button", name="提问")).to_be_visible()
    page.goto(seeds_url)
    expect(page.get_by_role("button", name="提问")).to_be_visible()


def test_nothing_is_fetched_from_elsewhere(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url, forgiven="404 (NOT FOUND)")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    for where in ("/", ASKED, NOTHING):
        page.goto(seeds_url + where)
    page.goto(seeds_url + "/articles/nope", wait_until="load")
    assert fetched
    assert all(url.startswith(seeds_url) for url in fetched)
