"""What a person does on the pages, for the tests that watch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page, expect

QUESTION = "耕德电子二期项目总投资多少？"
ASKED = "/?q=" + quote(QUESTION)
NOTHING = "/?q=" + quote("量子色动力学的渐近自由是谁发现的？")

OpenPage = Callable[..., Page]
Serve = Callable[..., str]
Shot = Callable[[Page, str], None]
Api = Callable[[str], dict[str, Any]]


def ask(page: Page, question: str) -> dict[str, Any]:
    """Type a question, press Enter, wait for what it got; returns what the API said."""
    answered = page.locator(".turn:not([aria-busy])").count() + 1
    page.locator("#q").fill(question)
    with page.expect_request("**/fragment**") as waiting:  # what the stream brought is sent to be set
        page.locator("#q").press("Enter")
    expect(page.locator(".turn:not([aria-busy])")).to_have_count(answered)
    body: dict[str, Any] = waiting.value.post_data_json["answer"]
    return body


def first_source(page: Page) -> str:
    return page.locator(".source .headline").first.get_attribute("href") or ""


def marked_words(page: Page) -> str:
    return "".join(page.locator("#text mark").all_text_contents())


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


def clipboard(page: Page) -> str:
    return str(page.evaluate("() => navigator.clipboard.readText()"))
