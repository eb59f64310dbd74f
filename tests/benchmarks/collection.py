"""What a whole collection costs: made from nothing, grown by one article, opened, asked.

    python -m tests.benchmarks.collection DATA/*.corpus.jsonl.xz --questions DATA/news_questions.train.jsonl --work DIR

Each step runs in a process of its own, so that its memory is its own. Files of articles only (.jsonl, also .gz and .xz).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import quantiles

from retriever.index.generations import current_generation
from retriever.index.manifest import Manifest
from retriever.index.phrases import unpacked_text
from retriever.index.snapshot import STORE
from retriever.rebuild import rebuild
from retriever.search import Searcher
from tests.benchmarks import figures
from tests.benchmarks.processes import Watch

WARM_UP, ASKED = 40, 200
MIB = 1 << 20
_ADDED = {
    "title": "市图书馆新馆开馆",
    "text": "本报讯（记者 王艳）8月2日，市图书馆新馆开馆，藏书一百二十万册。",
    "date": "2022-08-03",
}

Step = Callable[[argparse.Namespace], dict[str, float]]


def made(given: argparse.Namespace) -> dict[str, float]:
    """From nothing: characters a second, and the index beside the UTF-8 of what it serves."""
    shutil.rmtree(given.work / "index", ignore_errors=True)
    began = time.perf_counter()
    with Watch() as memory:
        rebuild(given.articles, given.work / "index")
    seconds = time.perf_counter() - began
    root = given.work / "index"
    folder = root / current_generation(root)
    manifest = Manifest.read(folder)
    with closing(sqlite3.connect(f"{(folder / STORE).resolve().as_uri()}?mode=ro", uri=True)) as store:
        text = sum(len(unpacked_text(said).encode()) for (said,) in store.execute("SELECT text FROM articles"))
    return {
        "articles": manifest.articles,
        "passages": manifest.passages,
        "seconds": round(seconds, 1),
        "processor seconds": round(_processor_seconds(), 1),
        "M characters a second": round(manifest.characters / seconds / 1e6, 2),
        "MiB together at most": round(memory.most_mib),
        "MiB on disk": round(manifest.bytes / MIB),
        "times the text": round(manifest.bytes / text, 2),
    }


def _processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def grown(given: argparse.Namespace) -> dict[str, float]:
    """One article more, in a file of its own."""
    added = given.work / "added.jsonl"
    added.write_text(json.dumps(_ADDED, ensure_ascii=False), encoding="utf-8")
    began = time.perf_counter()
    rebuild([*given.articles, added], given.work / "index")
    return {"seconds": round(time.perf_counter() - began, 1)}


def asked(given: argparse.Namespace) -> dict[str, float]:
    """Opened, and asked one question after the other."""
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in random.Random(7).sample(lines, WARM_UP + ASKED)]
    began = time.perf_counter()
    searcher = Searcher.open(given.work / "index")
    opened = time.perf_counter() - began
    for question in questions[:WARM_UP]:
        searcher.ask(question)
    times = [searcher.ask(question).timings_ms for question in questions[WARM_UP:]]
    searcher.close()
    parts = {part: quantiles([each[part] for each in times], n=100) for part in times[0]}
    told = {f"{part} p{q} ms": round(of[q - 1], 1) for part, of in parts.items() for q in (50, 95)}
    return {"opened in s": round(opened, 2), **told}


STEPS: dict[str, Step] = {"made": made, "grown": grown, "asked": asked}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+", type=Path)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    figures.add_option(parser)
    parser.add_argument("--step", choices=STEPS, help="this one alone, in this process")
    given = parser.parse_args(arguments)
    given.work.mkdir(parents=True, exist_ok=True)
    if given.step is None:
        for step in STEPS:
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.collection", *sys.argv[1:], "--step", step], check=True
            )
        return
    measured = STEPS[given.step](given)
    own, others = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    measured |= {"MiB at most": round(own), "MiB at most of a worker": round(others)}
    print(given.step, *(f"{name} {value}" for name, value in measured.items()), sep="\n  ", flush=True)
    figures.write(given.figures, given.step, measured)


if __name__ == "__main__":
    main()
