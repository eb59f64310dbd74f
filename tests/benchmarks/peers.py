"""Hybrid search side by side with the two libraries that people reach for, Haystack and txtai: ``make bench-peers``.

    python -m tests.benchmarks.peers INDEX --questions DATA/news_questions.train.jsonl --work DIR [--passages 100000]

Of the articles of ``INDEX``, a built index, so many are taken that they make about ``--passages`` passages, and indexed anew. The
others are fed the very same passages: their text with the headline, cut into the same words, as neither can cut Chinese, and
the vectors of the shipped encoder, which encodes the questions for all three. Haystack asks its in-memory store by BM25 and by
vectors and joins the two by reciprocal ranks; txtai's hybrid index adds BM25 and vectors up. Both are asked for ten passages; ours
for a whole answer: passages, the sentence that answers, and its check against the article. Each runs in a process of its own, on one
thread, asked one question after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import numpy as np

from embeddings.encoder import DEFAULT_ENCODER, Encoder, Vectors, load_encoder
from retriever.index.snapshot import encoded_text, matching_text, open_snapshot
from retriever.search import Searcher
from retriever.text.folding import simplify
from retriever.text.lexicon import SHIPPED
from tests.benchmarks import figures
from tests.benchmarks.growth import part_of

WARM_UP, TEN, AT_ONCE = 10, 10, 1000
CUT, VECTORS = "cut.txt", "vectors.npy"
Ask = Callable[[str], object]


def ours(work: Path) -> Ask:
    return Searcher.open(work / "part").ask


def haystack(work: Path) -> Ask:
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    encoder = load_encoder(DEFAULT_ENCODER)
    store = InMemoryDocumentStore(bm25_tokenization_regex=r"\S+", return_embedding=False)
    passages = enumerate(zip(_lines(work / CUT), np.load(work / VECTORS), strict=True))
    store.write_documents(
        [Document(id=str(row), content=cut, embedding=vector.tolist()) for row, (cut, vector) in passages]
    )
    by_words, by_vectors = InMemoryBM25Retriever(store, top_k=TEN), InMemoryEmbeddingRetriever(store, top_k=TEN)
    join = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TEN)

    def ask(question: str) -> object:
        found = by_words.run(query=_cut(question))["documents"]
        near = by_vectors.run(query_embedding=_vector(encoder, question).tolist())["documents"]
        return join.run(documents=[found, near])

    return ask


def txtai(work: Path) -> Ask:
    from txtai import Embeddings

    encoder = load_encoder(DEFAULT_ENCODER)
    vectors, fed = np.load(work / VECTORS), 0

    def transform(texts: Sequence[str]) -> Vectors:
        """Of passages, in the order in which they are fed; then of questions, which come cut."""
        nonlocal fed
        if fed < len(vectors):
            fed += len(texts)
            return np.asarray(vectors[fed - len(texts) : fed])
        return np.stack([_vector(encoder, text.replace(" ", "")) for text in texts])

    words = {"method": "bm25", "terms": True, "normalize": True, "tokenizer": {"whitespace": True}}
    index = Embeddings(method="external", transform=transform, hybrid=True, scoring=words)
    index.index((row, cut, None) for row, cut in enumerate(_lines(work / CUT)))
    return lambda question: index.search(_cut(question), TEN)


ENGINES: dict[str, Callable[[Path], Ask]] = {"ours": ours, "txtai": txtai, "haystack": haystack}


def _cut(text: str) -> str:
    return " ".join(SHIPPED.search_words(text))


def _vector(encoder: Encoder, question: str) -> Vectors:
    return encoder.encode_question(simplify(question))[0]


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        yield from (line.rstrip("\n") for line in lines)


def prepared(given: argparse.Namespace) -> int:
    """Our index, and what the others are fed; made once. How many passages."""
    if not (given.work / VECTORS).exists():
        part_of(given.index, given.passages, given.work)
        snapshot, encoder = open_snapshot(given.work / "part"), load_encoder(DEFAULT_ENCODER)
        vectors = list[Vectors]()
        with (given.work / CUT).open("w", encoding="utf-8") as lines:
            for first in range(0, len(snapshot.dense), AT_ONCE):
                rows = range(first, min(first + AT_ONCE, len(snapshot.dense)))
                found = snapshot.store.passages(rows)
                lines.writelines(_cut(" ".join(matching_text(info, own).split())) + "\n" for own, info in found)
                articles = [snapshot.store.article(info.id) for _, info in found]
                pairs = zip(articles, found, strict=True)
                vectors.append(
                    encoder.encode_passages([encoded_text(a, own) for a, (own, _) in pairs if a is not None])
                )
        np.save(given.work / VECTORS, np.concatenate(vectors))
        snapshot.close()
    return len(np.load(given.work / VECTORS, mmap_mode="r"))


def measured(given: argparse.Namespace, questions: Sequence[str]) -> dict[str, Any]:
    began = time.perf_counter()
    ask = ENGINES[given.engine](given.work)
    fed = time.perf_counter() - began
    by_clock, of_processor = list[float](), list[float]()
    for question in questions:
        clock, processor = time.perf_counter(), time.process_time()
        ask(question)
        by_clock.append(1000 * (time.perf_counter() - clock))
        of_processor.append(1000 * (time.process_time() - processor))
    wall, cpu = (quantiles(each[WARM_UP:], n=20) for each in (by_clock, of_processor))
    return {"fed": fed, "p50": wall[9], "p95": wall[18], "cpu50": cpu[9], "cpu95": cpu[18]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--asked", type=int, default=50)
    parser.add_argument("--engine", choices=ENGINES, help="this one alone, in this process")
    figures.add_option(parser)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in random.Random(7).sample(lines, WARM_UP + given.asked)]
    if given.engine:
        print(json.dumps(measured(given, questions)))
        return
    print(f"{prepared(given):,} passages, {given.asked} questions; ms by the clock, and of the processor")
    print("| | ready in s | p50 | p95 | p50 of the processor | p95 of the processor | times ours | of the processor |")
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    own = dict[str, Any]()
    for engine in ENGINES:
        command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.peers", *sys.argv[1:], "--engine", engine]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | one_thread)
        told = json.loads(ran.stdout.splitlines()[-1])
        own = own or told
        times = told["p50"] / own["p50"], told["cpu50"] / own["cpu50"]
        columns = (told[name] for name in ("fed", "p50", "p95", "cpu50", "cpu95"))
        print(
            f"| {engine} |",
            " | ".join(f"{column:.1f}" for column in columns),
            f"| {times[0]:.1f} | {times[1]:.1f} |",
            flush=True,
        )
        figures.write(
            given.figures, "peers", {f"{engine} by the clock": times[0], f"{engine} of the processor": times[1]}
        )


if __name__ == "__main__":
    main()
