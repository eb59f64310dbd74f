"""How fast the pages are, as Chromium itself measures it: first content, what moves, long tasks, question to painted answer.

``python -m tests.browser.bench_pages [--turns 9] [--citations]`` serves the seeds on loopback and prints medians and the worst.
``--citations`` clicks every citation of every gold question, too. The exit code is 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from retriever.rebuild import rebuild
from tests.browser.clicking import gold_questions, missed
from tests.browser.conftest import CHROMIUMS, QUIET, ROOT, serving
from tests.browser.hands import ASKED, NOTHING, QUESTION

FIRST_CONTENT_MS, ANSWER_MS, LONG_TASK_MS, SHIFT = 300.0, 150.0, 100.0, 0.02

WATCH = """() => {
  window.seen = { shift: 0, long: 0 };
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (!entry.hadRecentInput) seen.shift += entry.value;
  })).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    seen.long = Math.max(seen.long, entry.duration);
  })).observe({ type: "longtask", buffered: true });
}"""
SEEN = """() => ({ ...seen, first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null })"""
PAINTED = """() => performance.getEntriesByName("first-contentful-paint").length"""
# From the key to the frame after the one that holds the answer.
TO_ANSWER = """question => new Promise(resolve => {
  const box = document.getElementById("q");
  const conversation = document.getElementById("conversation");
  const had = conversation.querySelectorAll(".turn:not([aria-busy])").length;
  new MutationObserver((_, observer) => {
    if (conversation.querySelectorAll(".turn:not([aria-busy])").length === had) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
  }).observe(conversation, { childList: true, subtree: true });
  box.value = question;
  const began = performance.now();
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
})"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--citations", action="store_true", help="click the citations of all gold questions")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as machinery:
        index = Path(folder) / "index"
        rebuild([ROOT / "seeds"], index)
        found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
        browser = machinery.chromium.launch(executable_path=found, args=QUIET)
        with serving(index, workers="") as url:  # as many as by default
            kept = [measure(browser, url, wanted.turns), *([citations(browser, url)] if wanted.citations else [])]
    return 0 if all(kept) else 1


def measure(browser: Browser, url: str, turns: int) -> bool:
    first, shift, long, answer = list[float](), list[float](), list[float](), list[float]()
    # The very first page finds the examples and warms both ends: told apart.
    cold = _page(browser)
    cold.goto(url, wait_until="load")
    cold.wait_for_function(PAINTED)
    print(f"the first page after the start: first content {cold.evaluate(SEEN)['first']:.0f} ms")
    cold.context.close()
    for turn in range(turns):
        for where in ("/", ASKED, NOTHING, "/index"):
            page = _page(browser)
            page.goto(url + where, wait_until="load")
            page.wait_for_function(PAINTED)
            page.wait_for_timeout(100)  # for what moves late
            _note(page.evaluate(SEEN), first, shift, long)
            if where == "/":
                for question in (QUESTION, "占地多少亩？", gold_questions()[turn]):
                    answer.append(page.evaluate(TO_ANSWER, question))
                    page.wait_for_timeout(50)
                _note(page.evaluate(SEEN), [], shift, long)
                page.locator(".source .headline").first.click()
                page.wait_for_load_state("load")
                page.wait_for_function(PAINTED)
                page.wait_for_timeout(100)
                _note(page.evaluate(SEEN), first, shift, long)
            page.context.close()
    return all(
        [
            _told("first content, ms", first, FIRST_CONTENT_MS),
            _told("question to painted answer, ms", answer, ANSWER_MS),
            _told("longest task of a page, ms", long, LONG_TASK_MS, worst=True),
            _told("cumulative layout shift", shift, SHIFT, worst=True),
        ]
    )


def citations(browser: Browser, url: str) -> bool:
    looked = list(missed(_page(browser), url, gold_questions()))
    wrong = [miss for miss in looked if miss[1] is not None]
    print(f"citations clicked: {len(looked)}, on a visible mark of exactly their words: {len(looked) - len(wrong)}")
    for words, marked in wrong:
        print(f"  {words!r}: {marked!r}")
    return not wrong


def _page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1100, "height": 850}, locale="zh-CN").new_page()
    page.add_init_script(f"({WATCH})()")
    return page


def _note(seen: dict[str, Any], first: list[float], shift: list[float], long: list[float]) -> None:
    first.append(seen["first"])
    shift.append(seen["shift"])
    long.append(seen["long"])


def _told(name: str, values: list[float], bar: float, *, worst: bool = False) -> bool:
    """Medians hold the bar where a page is loaded many times; what must never happen, the worst does."""
    kept = max(values) if worst else statistics.median(values)
    print(f"{name}: median {statistics.median(values):.3g}, worst {max(values):.3g} of {len(values)} (bar {bar:g})")
    return kept <= bar


if __name__ == "__main__":
    sys.exit(main())
