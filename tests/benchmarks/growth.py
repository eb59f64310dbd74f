"""What a hundredfold collection costs: the same questions to a part of it and to all of it, and serving all of it.

    python -m tests.benchmarks.growth INDEX --questions DATA/news_questions.train.jsonl --work DIR [--passages 10000]

``INDEX`` is a built index of many passages. Every so-many-th of its articles make an index of about ``--passages``; both are
asked in turns, some questions at a time, so that a busy machine slows both alike, and the large one by itself after that. Times are
of the clock, and of the processor alone. Then ``baowen serve`` is started on all of it with two processes: seconds until it is
ready, and what its processes hold together, maps that they share counted once (Linux tells it as PSS).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from retriever.index.snapshot import Snapshot, open_snapshot
from retriever.rebuild import rebuild
from retriever.search import Searcher
from tests.benchmarks import figures
from tests.benchmarks.processes import below, proportional_gb
from tests.server.bench_serving import baowen

WARM_UP, AT_ONCE = 60, 20  # questions
WORKERS = 2
ASKED_EACH = 100  # questions, while memory is looked at
RATIO, MEMORY_GB, READY_S = 6.0, 2.5, 5.0  # the bars


def part_of(index: Path, passages: int, work: Path) -> Path:
    """An index of about so many passages of articles spread evenly over ``index``."""
    file, root = work / "part.jsonl", work / "part"
    shutil.rmtree(root, ignore_errors=True)
    snapshot = open_snapshot(index)
    try:
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in _spread(snapshot, passages))
    finally:
        snapshot.close()
    rebuild([file], root)
    return root


def _spread(snapshot: Snapshot, passages: int) -> Iterator[dict[str, str]]:
    made, article_of = snapshot.manifest, snapshot.store.columns().article_of
    numbers = np.arange(0, made.articles, max(1.0, made.passages / passages)).astype(np.int64)
    for row in np.searchsorted(article_of, numbers).tolist():  # each one's first
        ((passage, info),) = snapshot.store.passages([row])
        article = snapshot.store.article(passage.article_id)
        assert article is not None
        told = {"id": info.id, "title": info.title, "source": info.source, "date": info.date, "text": article.text}
        yield {name: value for name, value in told.items() if value}


def asked(roots: Sequence[Path], questions: Sequence[str]) -> list[tuple[int, list[float], list[float]]]:
    """Passages of each index, and of each question the milliseconds by the clock and of the processor."""
    searchers = [Searcher.open(root) for root in roots]
    told = [(searcher.info.passages, list[float](), list[float]()) for searcher in searchers]
    for first in range(0, len(questions), AT_ONCE):
        for searcher, (_, by_clock, of_processor) in zip(searchers, told, strict=True):
            for question in questions[first : first + AT_ONCE]:
                clock, processor = time.perf_counter(), time.process_time()
                searcher.ask(question)
                if first >= WARM_UP:
                    by_clock.append(1000 * (time.perf_counter() - clock))
                    of_processor.append(1000 * (time.process_time() - processor))
    for searcher in searchers:
        searcher.close()
    return told


def served(index: Path, questions: Sequence[str]) -> tuple[float, float, list[float]]:
    """Seconds until two processes are ready, and until one has answered; the GB each process of the service holds after some questions."""
    began = time.perf_counter()
    with baowen(index, BAOWEN_WORKERS=str(WORKERS)) as url:
        while not _answers(f"{url}readyz"):
            time.sleep(0.02)
        ready = time.perf_counter() - began
        _ask(url, questions[0])
        answered = time.perf_counter() - began
        with ThreadPoolExecutor(2 * WORKERS) as pool:
            list(pool.map(lambda question: _ask(url, question), questions))
        return ready, answered, [proportional_gb(pid) for pid in below(os.getpid())]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _ask(url: str, question: str) -> None:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{url}api/v1/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        response.read()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--asked", type=int, default=200)
    figures.add_option(parser)
    given = parser.parse_args(arguments)
    given.work.mkdir(parents=True, exist_ok=True)
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in random.Random(7).sample(lines, WARM_UP + given.asked)]
    few, many = asked([part_of(given.index, given.passages, given.work), given.index], questions)
    (alone,) = asked([given.index], questions)
    for how, (passages, by_clock, of_processor) in (("in turns", few), ("in turns", many), ("by itself", alone)):
        clock, processor = (quantiles(each, n=100) for each in (by_clock, of_processor))
        print(
            f"{passages:,} passages {how}: p50 {clock[49]:.1f} ms, p95 {clock[94]:.1f}; "
            f"of the processor p50 {processor[49]:.1f}, p95 {processor[94]:.1f}"
        )
    grew = [median(large) / median(small) for small, large in zip(few[1:], many[1:], strict=True)]
    print(f"p50 grew {grew[0]:.1f} times by the clock, {grew[1]:.1f} of the processor (bar {RATIO:g})")
    ready, answered, held = served(given.index, questions[:ASKED_EACH])
    print(f"{WORKERS} server processes: ready after {ready:.1f} s (bar {READY_S:g}), first answer after {answered:.1f}")
    each = ", ".join(f"{gigabytes:.2f}" for gigabytes in held)
    print(f"  holding {sum(held):.2f} GB together (bar {MEMORY_GB:g}): {each}")
    measured = {
        "p50 ms of many": median(alone[1]),
        "p95 ms of many": quantiles(alone[1], n=100)[94],
        "p50 grew": grew[0],
        "ready s": ready,
        "first answer s": answered,
        "GB of two processes": sum(held),
    }
    figures.write(given.figures, "growth", measured)


if __name__ == "__main__":
    main()
