"""Someone narrows a question to a paper or to days, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

QUESTION = "2022年8月耕德电子二期项目总投资多少？"
ASKED = "/?q=" + quote(QUESTION)
NARROWED = ASKED + "&date_from=2022-08-01&date_to=2022-08-31"
OFFERED = "只看2022年8月（2022-08-01 至 2022-08-31）"
HOLDING = "只看 2022-08-01 至 2022-08-31"
OpenPage = Callable[..., Page]
Shot = Callable[[Page, str], None]


def fields(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def ask(page: Page, question: str, turns: int = 1) -> Any:
    page.get_by_label("你的问题").fill(question)
    with page.expect_request("**/api/v1/ask**") as sent:
        page.keyboard.press("Enter")
    expect(page.locator(".turn:not([aria-busy])")).to_have_count(turns)
    return sent.value.post_data_json


def test_one_click_puts_a_filter_on_and_one_takes_it_off(seeds_url: str, open_page: OpenPage, shot: Shot) -> None:
    page = open_page(seeds_url)
    assert ask(page, QUESTION)["filters"] == {"source": [], "date_from": None, "date_to": None}
    offered = page.locator("a.chip")
    expect(offered).to_contain_text(OFFERED)
    shot(page, "chips-offered")
    with page.expect_request("**/api/v1/ask**") as sent:
        offered.click()
    assert sent.value.post_data_json["filters"] == {"source": [], "date_from": "2022-08-01", "date_to": "2022-08-31"}
    holding = page.locator("a.chip.on")
    expect(holding).to_contain_text(HOLDING)
    expect(page.locator(".turn")).to_have_count(1)
    expect(holding).to_be_focused()
    assert fields(page) == {"q": [QUESTION], "date_from": ["2022-08-01"], "date_to": ["2022-08-31"]}
    shot(page, "chips-on")
    page.keyboard.press("Enter")
    expect(page.locator("a.chip.on")).to_have_count(0)
    expect(page.locator("a.chip")).to_contain_text(OFFERED)
    assert fields(page) == {"q": [QUESTION]}


def test_a_narrowed_question_can_be_shared_and_comes_back(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url + NARROWED)
    expect(page.locator("a.chip.on")).to_contain_text(HOLDING)
    again = ask(page, "占地多少亩？", turns=2)
    assert again["filters"]["date_from"] == "2022-08-01"  # what holds goes on to hold
    page.locator(".source .headline").first.click()
    page.wait_for_url("**/articles/**")
    page.go_back()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("a.chip.on")).to_have_count(2)


def test_papers_and_days_can_be_chosen_in_the_form(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    page.get_by_text("筛选", exact=True).click()
    page.get_by_label("新乡日报").check()
    page.get_by_label("从", exact=True).fill("2024-01-01")
    sent = ask(page, "总投资多少？")
    assert sent["filters"] == {"source": ["新乡日报"], "date_from": "2024-01-01", "date_to": None}
    expect(page.locator("a.chip.on")).to_have_text(["只看《新乡日报》", "只看 2024-01-01 起"])
    page.locator("a.chip.on").first.click()
    expect(page.locator("a.chip.on")).to_have_text(["只看 2024-01-01 起"])
    expect(page.get_by_label("新乡日报")).not_to_be_checked()


def test_a_year_sets_both_days_and_takes_them_off_again(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    page.get_by_text("筛选", exact=True).click()
    page.get_by_role("button", name="2024").click()
    expect(page.get_by_role("button", name="2024")).to_have_attribute("aria-pressed", "true")
    assert ask(page, "总投资多少？")["filters"] == {"source": [], "date_from": "2024-01-01", "date_to": "2024-12-31"}
    expect(page.locator("a.chip.on")).to_have_text(["只看 2024-01-01 至 2024-12-31"])
    page.get_by_role("button", name="2024").click()
    expect(page.locator("[name=date_from]")).to_have_value("")
    expect(page.locator(".narrow summary")).not_to_have_attribute("data-count", "1")


def test_without_scripts_chips_are_links_and_the_form_keeps_the_filters(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url + ASKED, java_script_enabled=False)
    page.locator("a.chip").click()
    expect(page.locator("a.chip.on")).to_contain_text(HOLDING)
    page.get_by_label("你的问题").fill("耕德电子占地多少亩？")
    page.get_by_role("button", name="提问").click()
    expect(page.locator("a.chip.on")).to_contain_text(HOLDING)
    page.locator("a.chip.on").click()
    expect(page.locator("a.chip.on")).to_have_count(0)


def test_chips_of_a_question_asked_here_are_those_of_its_address(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url)
    ask(page, QUESTION)
    chips = "links => links.map(link => [link.textContent, link.getAttribute('href')])"
    asked = page.locator("a.chip").evaluate_all(chips)
    plain = open_page(seeds_url + ASKED, java_script_enabled=False)
    assert asked == plain.locator("a.chip").evaluate_all(chips) != []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chips_fit_a_small_screen_and_axe_finds_nothing(
    seeds_url: str, open_page: OpenPage, shot: Shot, scheme: str
) -> None:
    for where in (ASKED, NARROWED):
        page = open_page(seeds_url + where, width=320, height=640, color_scheme=scheme, bypass_csp=True)
        page.get_by_text("筛选", exact=True).click()
        shot(page, f"chips-320-{scheme}")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        found: Any = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_the_chips_speak_english(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url + NARROWED, locale="en-US")
    expect(page.get_by_role("link", name="Remove: Only 2022-08-01 to 2022-08-31")).to_be_visible()
