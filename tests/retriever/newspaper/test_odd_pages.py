"""Pages that no paper prints: twice as much of the same may take about twice as long, and no more."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from retriever.domain import Page
from retriever.newspaper import cut

ODD_PAGES: dict[str, Callable[[int], str]] = {
    "one line": lambda size: "图书馆开门。" * size,
    "one line without an end": lambda size: "图书馆开门" * size,
    "a character a line": lambda size: "图\n" * (size // 2),
    "a digit a line": lambda size: "3\n" * (size // 2),
    "blank lines": lambda size: "\n" * (10 * size),
    "blank lines inside": lambda size: "图书馆开门\n" + "\n \n" * size + "图书馆。\n",
    "a sentence a line": lambda size: "今天开门了。\n" * size,
    "a column": lambda size: "今天图书馆开门了，读者高兴\n" * size,
    "headlines alone": lambda size: "图书馆开门 读者高兴\n\n" * (size // 3),
    "leads alone": lambda size: "本报讯（记者 王艳）今天开门。\n" * (size // 4),
    "bylines alone": lambda size: "王艳 李四\n" * (size // 2),
    "letters apart": lambda size: "今 天 图 书 馆 开 门\n" * (size // 2),
    "spaces": lambda size: " " * (20 * size),
    "zero-width characters": lambda size: "\u200b图" * (4 * size),
    "brackets": lambda size: "（" * (10 * size),
}
SIZE = 4_000
MOST_TIMES_LONGER = 3.0  # quadratic work takes four times as long


@pytest.mark.parametrize("name", ODD_PAGES)
def test_twice_the_page_takes_about_twice_the_time(name: str) -> None:
    page = ODD_PAGES[name]
    once, twice = (least_seconds(page(size)) for size in (SIZE, 2 * SIZE))
    assert twice <= MOST_TIMES_LONGER * once + 0.02


def least_seconds(text: str, rounds: int = 5) -> float:
    """Processor time of this thread: other programs on the machine, and what other tests left to collect, count little."""
    spent = []
    gc.disable()
    try:
        for _ in range(rounds):
            started = time.thread_time()
            cut(Page("page.txt", text, "utf-8"))
            spent.append(time.thread_time() - started)
    finally:
        gc.enable()
    return min(spent)
