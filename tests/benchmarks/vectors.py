"""Kinds of vector index side by side: processor seconds to build, bytes, milliseconds a question, how much of the exact ten.

    python -m tests.benchmarks.vectors ARTICLES… --questions QUESTIONS --work DIR --rows 100000 1000000

``ARTICLES`` are files that ``baowen rebuild`` reads, ``QUESTIONS`` lines of JSON with a "question". Vectors are the
shipped encoder's, of the articles' passages as a rebuild encodes them. Where there are fewer passages than rows, more
are made of them: a new one has the length and the headline of one passage and the sentences of two others, in runs of
one to four. The vectors stay in ``DIR`` for the next run.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors, load_encoder
from retriever import passages
from retriever.index.dense import DenseIndex, one_thread
from retriever.index.dense_writer import DenseWriter
from retriever.index.snapshot import encoded_text
from retriever.rebuild import articles_of
from retriever.text.folding import simplify
from retriever.text.sentences import sentence_spans
from tests.benchmarks import figures

Rows = NDArray[np.int64]
Search = Callable[[Vectors], Rows]  # one question, shape (1, dimensions) → the ten nearest rows

K = 10
ASKED = 300

IP = faiss.METRIC_INNER_PRODUCT


def texts(articles: Sequence[Path]) -> Iterator[str]:
    """What passages are encoded as: those there are, then, without end, new ones made of them."""
    real: list[str] = []
    for article in articles_of(articles):
        for passage in passages.split(article):
            real.append(encoded_text(article, passage))
            yield real[-1]
    chance = random.Random(0)
    while True:
        like, *others = (chance.choice(real) for _ in range(3))
        headline, _, body = like.partition("\n")
        runs = [[other[start:end] for start, end in sentence_spans(other.partition("\n")[2])] for other in others]
        made = ""
        while len(made) < len(body) and any(runs):
            sentences = chance.choice([run for run in runs if run])
            first = chance.randrange(len(sentences))
            made += "".join(sentences[first : first + chance.randint(1, 4)])
        yield f"{headline}\n{made[: len(body)]}"


def vectors_of(articles: Sequence[Path], work: Path, rows: int) -> Vectors:
    """The first ``rows`` vectors, mapped; made where ``work`` has fewer."""
    file = work / "vectors.npy"
    if not file.exists() or len(np.load(file, mmap_mode="r")) < rows:
        encoder, made = load_encoder(), texts(articles)
        kept = np.lib.format.open_memmap(file, "w+", np.float32, (rows, encoder.dimensions))
        for first in range(0, rows, 4096):
            lot = list(islice(made, min(4096, rows - first)))
            kept[first : first + len(lot)] = encoder.encode_passages(lot)
        kept.flush()
    found: Vectors = np.load(file, mmap_mode="r")[:rows]
    return found


def asked_of(questions: Path) -> Vectors:
    encoder = load_encoder()
    lines = questions.read_text(encoding="utf-8").splitlines()
    asked = random.Random(0).sample([json.loads(line)["question"] for line in lines], ASKED)
    return np.concatenate([encoder.encode_question(simplify(question)) for question in asked])


def nearest(vectors: Vectors, asked: Vectors) -> Rows:
    """The exact ten of every question, by the vectors as they are; shape (questions, 10)."""
    best, cosines = np.zeros((len(asked), 0), np.int64), np.zeros((len(asked), 0), np.float32)
    for first in range(0, len(vectors), 50_000):
        block = asked @ vectors[first : first + 50_000].T
        top = np.argpartition(-block, K, axis=1)[:, :K]
        best = np.concatenate([best, top + first], axis=1)
        cosines = np.concatenate([cosines, np.take_along_axis(block, top, axis=1)], axis=1)
    order = np.argsort(-cosines, axis=1)[:, :K]
    return np.take_along_axis(best, order, axis=1)


def of_faiss(recipe: str, **search: int) -> Callable[[Vectors, Path], Search]:
    """An index as FAISS's factory makes it of its recipe, trained on 50,000 rows, by one thread as ours is timed."""

    def build(vectors: Vectors, file: Path) -> Search:
        index = faiss.index_factory(vectors.shape[1], recipe, IP)
        index.train(np.ascontiguousarray(vectors[:: max(1, len(vectors) // 50_000)]))
        for first in range(0, len(vectors), 50_000):
            index.add(np.ascontiguousarray(vectors[first : first + 50_000]))
        for name, value in search.items():
            faiss.ParameterSpace().set_index_parameter(index, name, value)
        faiss.write_index(index, str(file))
        return lambda asked: np.asarray(index.search(asked, K)[1][0])

    return build


def ours(vectors: Vectors, file: Path) -> Search:
    writer = DenseWriter(file, vectors.shape[1])
    for first in range(0, len(vectors), 4096):
        writer.add(vectors[first : first + 4096])
    writer.finish()
    index = DenseIndex.open(file)
    return lambda asked: index.nearest(asked, K)[0]


Build = Callable[[Vectors, Path], Search]

KINDS: dict[str, Build] = {
    "ours": ours,
    "Flat": of_faiss("Flat"),
    "SQ8": of_faiss("SQ8"),
    "IVF1024,SQ8, nprobe 16": of_faiss("IVF1024,SQ8", nprobe=16),
    "IVF1024,SQ8, nprobe 128": of_faiss("IVF1024,SQ8", nprobe=128),
    "HNSW32,SQ8, efSearch 64": of_faiss("HNSW32,SQ8", efSearch=64),
}


def row_of(name: str, vectors: Vectors, asked: Vectors, right: Rows, file: Path) -> tuple[str, float]:
    """A line of the table, and the recall that it tells."""
    began = time.process_time()
    search = KINDS[name](vectors, file)
    took = time.process_time() - began
    for question in asked:  # once for nothing: what is mapped is read now
        search(question[None])
    times, found = [], 0
    for question, best in zip(asked, right, strict=True):
        started = time.perf_counter()
        rows = search(question[None])
        times.append((time.perf_counter() - started) * 1000)
        found += len(set(rows.ravel().tolist()) & set(best.tolist()))
    p50, p99 = np.percentile(times, [50, 99])
    size, recall = file.stat().st_size / len(vectors), found / right.size
    file.unlink()
    return f"| {name} | {len(vectors):,} | {took:.1f} | {size:,.0f} | {p50:.2f} | {p99:.2f} | {recall:.4f} |", recall


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+", type=Path)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rows", nargs="+", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    figures.add_option(parser)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    one_thread()
    asked = asked_of(args.questions)
    everything = vectors_of(args.articles, args.work, max(args.rows))
    print("| kind | rows | build, CPU s | bytes a row | p50, ms | p99, ms | recall@10 |\n|---|---|---|---|---|---|---|")
    for rows in args.rows:
        right = nearest(everything[:rows], asked)
        for kind in args.kinds:
            row, recall = row_of(kind, everything[:rows], asked, right, args.work / "index.faiss")
            print(row, flush=True)
            if kind == "ours":
                figures.write(args.figures, "vectors", {"recall@10": recall})
