"""Clicks every citation of an answer and looks whether the words it cites are marked and in sight."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page

QUALITY = Path(__file__).parents[1] / "quality"
IN_SIGHT = """() => [...document.querySelectorAll("#text mark")].some(mark => {
  const { top, bottom, width } = mark.getBoundingClientRect();
  return width > 0 && bottom > 0 && top < innerHeight && mark.checkVisibility();
})"""


def gold_questions() -> list[str]:
    """The answerable questions of the gold files."""
    lines = (QUALITY / "questions.dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def missed(page: Page, url: str, questions: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """For each citation its words, and what was marked instead where that differs or is out of sight; None where all is well."""
    for question in questions:
        asked = f"{url}/?{urlencode({'q': question})}"
        page.goto(asked)
        for n, words in enumerate(page.locator(".source .cited").all_text_contents()):
            if n:
                page.goto(asked)
            page.locator(".source .headline").nth(n).click()
            page.wait_for_url("**/articles/**")
            page.wait_for_function("document.querySelector('#text mark')", timeout=3000)
            marked = "".join(page.locator("#text mark").all_text_contents())
            well = marked == words.replace("\n", "") and page.evaluate(IN_SIGHT)
            yield words, None if well else marked
