"""Every bar of a large collection, what was measured, and by how much it is met: ``make bench DATA=…``.

    python -m tests.benchmarks.bars DATA --work DIR [--passages 1000000] [--only collection growth]

``DATA`` holds ``*.corpus.jsonl.xz`` and ``news_questions.train.jsonl``. Each benchmark runs in a process of its own and leaves its
figures in ``DIR/figures.jsonl``; a run that was broken off goes on with ``--only``. Figures of an earlier run stay until they are
measured again. A ratio of 1 or more meets its bar. Timings of a shared machine vary: the table says how busy it was.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from embeddings.kernels import faster
from tests.benchmarks.figures import Figures, read, write
from tests.benchmarks.recombined import write_articles

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Bar:
    """What is promised of one figure."""

    what: str
    figure: str
    limit: float
    at_least: bool = False

    def ratio(self, measured: float) -> float:
        """
        >>> Bar("speed", "", 3.0, at_least=True).ratio(1.5), Bar("seconds", "", 10).ratio(5.0)
        (0.5, 2.0)
        """
        return measured / self.limit if self.at_least else self.limit / measured


BARS = (
    Bar("rebuild from nothing, M characters a second", "made: M characters a second", 3.0, at_least=True),
    Bar("  memory of its processes together at most, MiB", "made: MiB together at most", 2048),
    Bar("one article more, seconds until it is published", "grown: seconds", 10.0),
    Bar("index on disk, times the text it serves", "made: times the text", 2.5),
    Bar("ask at 10^6 passages, p50 ms", "growth: p50 ms of many", 15.0),
    Bar("  p95 ms", "growth: p95 ms of many", 40.0),
    Bar("  recall@10 of the approximate vectors", "vectors: recall@10", 0.98, at_least=True),
    Bar("growth of p50 from 10^4 to 10^6, times", "growth: p50 grew", 6.0),
    Bar("two server processes at 10^6, GB", "growth: GB of two processes", 2.5),
    Bar("start to ready, seconds", "growth: ready s", 5.0),
    Bar("ask beside txtai's hybrid at 10^5, times as fast", "peers: txtai by the clock", 5.0, at_least=True),
    Bar("ask beside Haystack's hybrid at 10^5, times as fast", "peers: haystack by the clock", 5.0, at_least=True),
    Bar("faults injected that were not survived", "faults: failed", 0.0),
)


def table(figures: Figures) -> list[str]:
    """A line for each bar; one that was not measured says so."""
    lines = [f"{'':54}{'bar':>8}{'measured':>11}{'ratio':>8}"]
    for bar in BARS:
        measured = figures.get(bar.figure)
        if measured is None:
            told = f"{'not measured':>19}"
        elif bar.limit == 0:
            told = f"{measured:>11g}{'met' if measured == 0 else 'missed':>8}"
        else:
            told = f"{measured:>11.4g}{bar.ratio(measured):>8.2f}"
        lines.append(f"{bar.what:54}{bar.limit:>8g}{told}")
    return lines


def machine() -> str:
    """What the figures were measured on, and how busy it is."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernels = "kernels" if faster("embeddings._unigram", "summed", _none) is not _none else "no kernels"
    return (
        f"{_processor()}, {cores} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {kernels}; load {os.getloadavg()[0]:.1f}"
    )


def _none() -> None:
    """What stands where there is no kernel."""


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists() and (named := re.search(r"^model name\s*: (.+)$", told.read_text(encoding="utf-8"), re.M)):
        return named[1]
    return platform.processor() or platform.machine()


def _collection(given: argparse.Namespace) -> None:
    _run("tests.benchmarks.collection", *_corpora(given), *_questions(given), "--work", given.work, *_figures(given))


def _vectors(given: argparse.Namespace) -> None:
    rows = ("--rows", str(given.passages), "--kinds", "ours")
    _run(
        "tests.benchmarks.vectors", *_corpora(given), *_questions(given), "--work", given.work, *rows, *_figures(given)
    )


def _growth(given: argparse.Namespace) -> None:
    index = given.work / "million"
    if not (index / "CURRENT").exists():
        articles = given.work / "million.jsonl"
        write_articles(given.data, given.passages, articles)
        _run("server", "rebuild", articles, "--index", index)
        articles.unlink()
    _run("tests.benchmarks.growth", index, *_questions(given), "--work", given.work / "growth", *_figures(given))


def _peers(given: argparse.Namespace) -> None:
    """Haystack and txtai stand in an environment of their own, see the Makefile."""
    index, work = given.work / "index", given.work / "peers"
    command = [given.peers, "-W", "ignore", "-m", "tests.benchmarks.peers", index, *_questions(given), "--work", work]
    _checked([*command, *_figures(given)])


def _faults(given: argparse.Namespace) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/faults"], stdout=subprocess.PIPE, text=True, check=False
    )
    print("".join(f"  {line}\n" for line in ran.stdout.splitlines()[-3:]), end="", flush=True)
    failed = re.search(r"(\d+) failed", ran.stdout)
    count = int(failed[1]) if failed else 0 if ran.returncode == 0 else 1
    injected = re.search(r"faults injected: (\d+)", ran.stdout)
    write(given.figures, "faults", {"failed": count, "injected": int(injected[1]) if injected else 0})


Run = Callable[[argparse.Namespace], None]
RUNS: dict[str, Run] = {
    "collection": _collection,
    "growth": _growth,
    "vectors": _vectors,
    "peers": _peers,
    "faults": _faults,
}


def _corpora(given: argparse.Namespace) -> list[Path]:
    return sorted(given.data.glob("*.corpus.jsonl.xz"))


def _questions(given: argparse.Namespace) -> tuple[str | Path, ...]:
    return "--questions", given.data / "news_questions.train.jsonl"


def _figures(given: argparse.Namespace) -> tuple[str | Path, ...]:
    return "--figures", given.figures


def _run(module: str, *arguments: str | Path) -> None:
    _checked([sys.executable, "-m", module, *arguments])


def _checked(command: Sequence[str | Path]) -> None:
    subprocess.run([str(part) for part in command], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=MILLION)
    parser.add_argument("--peers", type=Path, default=Path("build/peers/bin/python"), help="the Python that has them")
    parser.add_argument("--only", nargs="+", choices=RUNS, default=list(RUNS))
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    given.figures = given.work / "figures.jsonl"
    for name in given.only:
        print(f"{name}: {machine()}", flush=True)
        RUNS[name](given)
    print(*table(read(given.figures)), sep="\n")


if __name__ == "__main__":
    main()
