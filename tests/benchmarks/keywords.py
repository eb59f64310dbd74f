"""Keyword engines side by side: seconds to build, bytes on disk, memory, milliseconds a question.

    python -m tests.benchmarks.keywords --data DIR --questions QUESTIONS --work DIR --passages 100000

``DIR`` holds the corpora of :mod:`tests.benchmarks.recombined`, ``QUESTIONS`` lines of JSON with a "question". All engines
are fed the same words, cut beforehand, and asked for the best 40 passages by the words of each question that say anything,
one question after the other on one thread. Each runs in a process of its own and builds on one core, in seconds of that
core; memory is the most that it held until then. "whole" is our index as a question is asked in earnest: words, synonyms
and pairs of characters, searched together and by the typed words alone, and what the best passages hold of each; cutting
is part of its building.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from retriever.index.best import Part, best_of, best_rows
from retriever.index.lexical import K1, B, LexicalIndex
from retriever.index.postings import LexicalWriter, pairs_run, run_of, words_run
from retriever.search import question as questions
from retriever.search.borrowing import Vocabulary
from retriever.search.reranking import PAIRS_SHARE
from retriever.text.lexicon import SHIPPED
from retriever.text.questions import is_function_word
from tests.benchmarks.recombined import recombined

BEST, TYPED, ASKED, BATCH = 40, 15, 500, 4000
Search = Callable[[str], object]


def build_ours(cut: Path, texts: Path, folder: Path) -> None:
    writer = LexicalWriter(folder / "words")
    for lines in _batches(cut):
        writer.add(run_of([line.split(" ") for line in lines]))
    writer.finish()


def open_ours(folder: Path) -> Search:
    index = LexicalIndex(folder / "words")
    return lambda question: best_of(index, dict.fromkeys(_words(question), 1.0), BEST)


def build_whole(cut: Path, texts: Path, folder: Path) -> None:
    words, pairs = LexicalWriter(folder / "words"), LexicalWriter(folder / "pairs")
    for lines in _batches(texts):
        words.add(words_run(lines, SHIPPED.cutter))
        pairs.add(pairs_run(lines))
    words.finish()
    pairs.finish()


def open_whole(folder: Path) -> Search:
    words, pairs = LexicalIndex(folder / "words"), LexicalIndex(folder / "pairs")
    known = Vocabulary(words.rarity, partial(best_of, words), words.scores, lambda rows: rows)

    def search(question: str) -> object:
        asked = questions.read(question, (), known)
        rows, _ = best_rows([Part(words, asked.words), Part(pairs, asked.pairs, PAIRS_SHARE)], BEST)
        typed, _ = best_of(words, {word: weight for word, weight in asked.words.items() if weight == 1}, TYPED)
        rows = np.union1d(rows, typed)
        return words.parts(asked.words, rows), pairs.parts(asked.pairs, rows)

    return search


def build_bm25s(cut: Path, texts: Path, folder: Path) -> None:
    import bm25s

    numbers: dict[str, int] = {}
    ids = [[numbers.setdefault(word, len(numbers)) for word in line.split(" ")] for line in _lines(cut)]
    index = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numba")
    index.index((ids, numbers), show_progress=False)
    index.save(folder)


def open_bm25s(folder: Path) -> Search:
    import bm25s

    index = bm25s.BM25.load(folder, mmap=True)
    index.activate_numba_scorer()
    known = index.vocab_dict

    def search(question: str) -> object:
        words = [word for word in _words(question) if word in known]
        return index.retrieve([words], k=BEST, show_progress=False, n_threads=1) if words else None

    return search


def build_tantivy(cut: Path, texts: Path, folder: Path) -> None:
    import tantivy

    index = tantivy.Index(_tantivy_schema(), str(folder))
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for row, line in enumerate(_lines(cut)):
        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_text("words", line)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def open_tantivy(folder: Path) -> Search:
    import tantivy

    schema = _tantivy_schema()
    index = tantivy.Index(schema, str(folder))
    searcher = index.searcher()

    def search(question: str) -> object:
        each = [tantivy.Query.term_query(schema, "words", word, "freq") for word in _words(question)]
        return searcher.search(tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in each]), BEST).hits

    return search


def _tantivy_schema() -> object:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("row", fast=True)
    schema.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    return schema.build()


ENGINES: dict[str, tuple[Callable[[Path, Path, Path], None], Callable[[Path], Search]]] = {
    "ours": (build_ours, open_ours),
    "whole": (build_whole, open_whole),
    "bm25s": (build_bm25s, open_bm25s),
    "tantivy": (build_tantivy, open_tantivy),
}


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        yield from (line.rstrip("\n") for line in lines)


def _batches(file: Path) -> Iterator[list[str]]:
    lines = _lines(file)
    while batch := list(islice(lines, BATCH)):
        yield batch


def _words(question: str) -> list[str]:
    return list(dict.fromkeys(word for word in SHIPPED.search_words(question) if not is_function_word(word)))


def prepared(data: Path, work: Path, count: int) -> tuple[Path, Path]:
    """The passages, a line each, and their words; made once."""
    texts, cut = work / f"passages-{count}.txt", work / f"words-{count}.txt"
    if not cut.exists():
        with texts.open("w", encoding="utf-8") as passages, cut.open("w", encoding="utf-8") as words:
            for passage in recombined(data, count):
                line = " ".join(passage.split())
                passages.write(line + "\n")
                words.write(" ".join(SHIPPED.search_words(line)) + "\n")
    return texts, cut


def measure(engine: str, work: Path, count: int, asked: list[str], step: str) -> dict[str, float]:
    """One step of one engine, in this process."""
    build, open_index = ENGINES[engine]
    folder = work / f"{engine}-{count}"
    began = time.perf_counter()
    if step == "build":
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        SHIPPED.search_words("报纸")
        began = time.process_time()
        build(work / f"words-{count}.txt", work / f"passages-{count}.txt", folder)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        return {"seconds": time.process_time() - began, "disk": size, "built": _resident()}
    search = open_index(folder)
    opened = time.perf_counter() - began
    for question in asked[:50]:  # what loads when first asked
        search(question)
    took = []
    for question in asked:
        began = time.perf_counter()
        search(question)
        took.append(1000 * (time.perf_counter() - began))
    percentiles = dict(zip(("p50", "p95", "p99"), np.percentile(took, [50, 95, 99]).tolist(), strict=True))
    return {"opened": opened, "answering": _resident()} | percentiles


def _resident() -> float:
    """The most memory that this process held, in MB. Not by getrusage, which counts what its parent held too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM:"))


def _told(arguments: list[str], step: str, engine: str) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.keywords", *arguments, "--step", step]
    ran = subprocess.run([*command, "--engines", engine], capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return told


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.keywords")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--step", choices=("build", "ask"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    every = [json.loads(line)["question"] for line in _lines(given.questions)]
    asked = random.Random(0).sample(every, min(ASKED, len(every)))
    if given.step:
        print(json.dumps(measure(given.engines[0], given.work, given.passages, asked, given.step)))
        return
    texts, _ = prepared(given.data, given.work, given.passages)
    characters, size = sum(map(len, _lines(texts))), texts.stat().st_size
    print(f"{given.passages:,} passages, {characters:,} characters, {size / 1e6:,.0f} MB; {len(asked)} questions")
    print("| engine | build s | M characters/s | MB on disk | MB building | MB answering | p50 ms | p95 ms | p99 ms |")
    own = ["--data", str(given.data), "--questions", str(given.questions), "--work", str(given.work)]
    own += ["--passages", str(given.passages)]
    for engine in given.engines:
        told = _told(own, "build", engine) | _told(own, "ask", engine)
        print(
            f"| {engine} | {told['seconds']:.1f} | {characters / told['seconds'] / 1e6:.2f} | {told['disk'] / 1e6:.0f} "
            f"| {told['built']:.0f} | {told['answering']:.0f} | {told['p50']:.2f} | {told['p95']:.2f} | {told['p99']:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
