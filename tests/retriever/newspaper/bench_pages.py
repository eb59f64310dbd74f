"""How well and how fast pages are cut that nothing was tuned on: random layouts, printed from a seed.

    python -m tests.retriever.newspaper.bench_pages
    python -m tests.retriever.newspaper.bench_pages --corpus news.jsonl.xz --memory-pages 10000

``--corpus`` prints real news instead of made-up stories: JSON lines with ``title`` and ``text``, plain or .xz.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from retriever.domain import CutPage, Page
from retriever.newspaper import cut
from tests.retriever.newspaper.layouts import MASTHEAD, TEASERS, Layout, Printed, Story, bare, print_page
from tests.retriever.newspaper.stories import STORIES
from tests.retriever.newspaper.test_layouts import right_boundaries

PAGES_A_LAYOUT = 5
_NOT_PRINTED = re.compile(r"记者|编辑|责任|来源|原标题|作者|摄")
_SENTENCE = re.compile(r"[^。！？]+[。！？]+[”’]?")
_PARAGRAPH_CHARS = 150


def random_layout(rng: random.Random, name: str) -> Layout:
    """Any way of printing that leaves a reader some sign of where an article starts."""
    headline = rng.choice(("over", "over", "under", "mixed"))
    over = headline == "over"
    return Layout(
        name,
        headline=headline,
        lead=rng.choice(("report", "report bare", "report letters", "wire", *(("none",) if over else ()))),
        byline=rng.choice(("signature line", "signature", "none", *(("symbol", "plain", "bare") if over else ()))),
        column=rng.choice((None, None, 13, 16, 19, 24, 28)),
        column_cuts=rng.choice((0.0, 0.3, 0.5)),
        line_gap=rng.choice((0, 1, 1, 2)),
        story_gap=rng.choice((1, 2, 3)),
        letter_spaced=rng.choice((0.0, 0.0, 0.3)),
        half_width=rng.random() < 0.4,
        codes=rng.choice((0.0, 0.5, 1.0)),
        jumps=rng.choice((0.0, 0.3)),
        kickers=rng.choice((0.0, 0.5)),
        subheads=rng.choice((0.0, 0.0, 0.4)),
        captions=rng.choice((0.0, 0.3)),
        furniture=rng.choice(((), MASTHEAD)),
        teasers=rng.choice(((), TEASERS)),
        stray_gaps=rng.choice((0.0, 0.0, 0.15)),
    )


def page_layout(number: int, seed: int) -> Layout:
    """How one of the pages is printed."""
    name = number // PAGES_A_LAYOUT
    return random_layout(random.Random(f"{seed} {name}"), f"random {name}")


def printed_pages(stories: Sequence[Story], pages: int, seed: int) -> Iterator[tuple[str, list[Printed]]]:
    for number in range(pages):
        layout = page_layout(number, seed)
        rng = random.Random(f"{seed} stories {number}")
        yield print_page(rng.sample(stories, rng.choice((3, 4, 5, 6))), layout, number)


def corpus_stories(path: Path, most: int = 2000) -> list[Story]:
    """News with a headline of its own and whole sentences, cut into paragraphs."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        rows = (json.loads(line) for line in file)
        stories = (Story(row["title"], _paragraphs(row["text"]), "走基层看变化") for row in rows if _is_headline(row))
        return list(islice((story for story in stories if _is_printable(story.paragraphs)), most))


def _is_headline(row: dict[str, str]) -> bool:
    title = row.get("title") or ""
    return 8 <= len(title) <= 36 and not re.search(r"[0-9A-Za-z]{6}|[_\-|【]|：$", title)


def _paragraphs(text: str) -> tuple[str, ...]:
    parts, last = [], ""
    for sentence in _SENTENCE.findall("".join(text.split())):
        last += sentence
        if len(last) > _PARAGRAPH_CHARS:
            parts.append(last)
            last = ""
    return (*parts, last) if last else tuple(parts)


def _is_printable(parts: tuple[str, ...]) -> bool:
    marks = (*(part[:40] for part in parts[:1]), *(part[-40:] for part in parts[-1:]))
    return 2 <= len(parts) <= 9 and min(map(len, parts)) >= 30 and not any(map(_NOT_PRINTED.search, marks))


def scores(pages: Sequence[tuple[str, list[Printed]]]) -> tuple[float, float]:
    """F1 of beginnings and ends, and of articles that are right at both and hold no other."""
    ends = whole = cut_out = printed = 0
    for text, truth in pages:
        found = [bare(article.text) for article in cut_text(text).articles if article.info.kind != "notice"]
        cut_out, printed = cut_out + len(found), printed + len(truth)
        for story in truth:
            right = right_boundaries(story, found)
            body = next((body for body in found if story.start in body), "")
            alone = not any(other.start in body for other in truth if other is not story)
            ends, whole = ends + right, whole + (right == 2 and alone)
    return ends / (cut_out + printed), 2 * whole / (cut_out + printed)


def cut_text(text: str) -> CutPage:
    return cut(Page("page.txt", text, "utf-8"))


def speed(texts: Sequence[str], rounds: int = 3) -> float:
    """MB of UTF-8 a second of processor time on one core; the best of some rounds, as others use the machine too."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        for text in texts:
            cut_text(text)
        spent.append(time.process_time() - started)
    return size / min(spent)


def by_column(texts: Sequence[str], seed: int) -> dict[str, list[str]]:
    """The same pages by the width of their columns."""
    found: dict[str, list[str]] = defaultdict(list)
    for number, text in enumerate(texts):
        column = page_layout(number, seed).column
        found[f"columns of {column} characters" if column else "a paragraph a line"].append(text)
    return dict(sorted(found.items()))


WARM_PAGES = 500


def memory_growth(texts: Sequence[str], pages: int) -> float:
    """MB of resident memory that are added between the 500th page and the last."""
    before = _resident_mb()
    for number in range(pages):
        cut_text(texts[number % len(texts)])
        if number < WARM_PAGES:
            before = _resident_mb()
    return _resident_mb() - before


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--memory-pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="pages of real papers to time")
    args = parser.parse_args()
    pages = list(printed_pages(corpus_stories(args.corpus) if args.corpus else STORIES, args.pages, args.seed))
    texts = [text for text, _ in pages]
    boundary, whole = scores(pages)
    print(f"{len(pages)} pages: boundary F1 {boundary:.4f}, whole articles F1 {whole:.4f}")
    print(f"speed: {speed(texts):.2f} MB/s", end="")
    if args.also:
        print(f", real pages {speed([path.read_text(encoding='utf-8') for path in args.also], 20):.2f} MB/s", end="")
    for columns, some in by_column(texts, args.seed).items():
        print(f"\n  {columns}: {speed(some):.2f} MB/s", end="")
    print(f"\nmemory: {memory_growth(texts, args.memory_pages):+.1f} MB from page 500 to page {args.memory_pages}")


if __name__ == "__main__":
    main()
