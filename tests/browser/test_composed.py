"""What a language model writes stands beside the quotation, is said to be its own, and is not waited for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from language_model import MISBEHAVIOURS, QUESTION, Model, an_index, behaving, writes
from playwright.sync_api import Page, expect

from tests.browser.conftest import serving
from tests.browser.hands import ASKED, OpenPage, Shot, ask, fits, marked_words

pytestmark = pytest.mark.browser

WRITTEN = "新馆早上八点半开门，晚上九点关门。"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_index(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def running() -> Iterator[Model]:
    yield from Model(writes("")).run()


@pytest.fixture(autouse=True)
def model(running: Model) -> Iterator[Model]:
    """Cites both passages for what one of them holds."""
    with behaving(running, writes(f"{WRITTEN}[1][2]")):
        yield running


@pytest.fixture(scope="module")
def url(index: Path, running: Model) -> Iterator[str]:
    with serving(index, llm_base_url=running.url, llm_model="small", llm_seconds="15") as url:
        yield url


def verbatim_stands(page: Page) -> None:
    expect(page.get_by_role("heading", name="报上原话", exact=True)).to_be_visible()
    expect(page.locator(".answer blockquote")).to_contain_text("新馆每天早上八点半开门")


@pytest.mark.parametrize(("width", "scheme"), [(1100, "light"), (1100, "dark"), (320, "light")])
def test_it_is_labelled_cited_and_stands_under_the_quotation(
    url: str, open_page: OpenPage, shot: Shot, width: int, scheme: str
) -> None:
    page = open_page(url, width=width, color_scheme=scheme, bypass_csp=True)  # for axe
    ask(page, QUESTION)
    composed = page.locator(".composed")
    expect(composed.get_by_role("heading", name="语言模型改写")).to_be_visible()
    expect(composed.locator(".sentence")).to_have_text(WRITTEN)
    expect(composed).to_contain_text("由语言模型 small 写成，不是报上的话，可能有误")
    verbatim_stands(page)
    # Where it rests on the words that are quoted above, it bears their number.
    quoted = page.locator(".answer sup a", has_text="2").get_attribute("href")
    assert composed.locator("sup a").get_attribute("href") == quoted
    assert composed.locator("sup a").inner_text() == "2"
    assert page.locator(".answer").bounding_box()["y"] < composed.bounding_box()["y"]  # type: ignore[index]
    shot(page, f"composed-{width}-{scheme}")
    assert fits(page)
    assert Axe().run(page).violations_count == 0
    composed.get_by_role("link").first.click()
    expect(page.locator("#text mark").first).to_be_in_viewport()
    assert "八点半开门" in marked_words(page)


def test_it_is_written_once_and_comes_back_with_the_conversation(url: str, open_page: OpenPage, model: Model) -> None:
    page = open_page(f"{url}/?q={quote(QUESTION)}")
    expect(page.locator(".composed .sentence")).to_have_text(WRITTEN)
    page.reload()
    expect(page.locator(".composed .sentence")).to_have_text(WRITTEN)
    page.get_by_role("button", name="历史").click()
    page.locator("#past-list .open").click()
    expect(page.locator(".composed .sentence")).to_have_text(WRITTEN)
    assert len(model.seen) == 1


def test_a_model_that_fails_takes_nothing_away(url: str, open_page: OpenPage, model: Model, shot: Shot) -> None:
    page = open_page(url)
    with behaving(model, MISBEHAVIOURS["error"]):
        ask(page, QUESTION)
        verbatim_stands(page)
        expect(page.locator(".composed:not([aria-busy])")).to_contain_text("500")
    shot(page, "composed-failed")
    ask(page, "火星上有几只猫？")
    expect(page.locator(".turn").last.locator(".composed")).to_have_count(0)  # no answer, nothing to write from


def test_without_scripts_it_is_asked_for_by_a_link(url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/?q={quote(QUESTION)}", java_script_enabled=False)
    verbatim_stands(page)
    expect(page.locator(".composed")).to_have_count(0)
    page.get_by_role("link", name="请语言模型改写").click()
    expect(page.locator(".composed .sentence")).to_have_text(WRITTEN)
    verbatim_stands(page)


def test_where_none_is_set_up_nothing_is_said_of_it(seeds_url: str, open_page: OpenPage) -> None:
    for scripts in (True, False):
        page = open_page(seeds_url + ASKED, java_script_enabled=scripts)
        expect(page.locator(".turn .answer")).to_have_count(1)
        expect(page.get_by_text("语言模型")).to_have_count(0)
