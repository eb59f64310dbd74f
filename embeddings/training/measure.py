"""How often an encoder alone finds the right article: ``python -m embeddings.training.measure --data FOLDER``."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import DEFAULT_ENCODER, Encoder, Vectors, load_encoder
from embeddings.training.corpus import Row, read_rows
from embeddings.training.shelf import SENTENCE

PASSAGE_CHARS = 300
LEAD_CHARS = 80
SPEED_CHARS = 250
SPEED_ARTICLES = 3_000
DEPTH = 10
# questions → the corpus that they are asked of
SETS: dict[str, str] = {
    "crud_para.dev.queries.jsonl": "crud.corpus.jsonl.xz",
    "crud_quest.dev.queries.jsonl": "crud.corpus.jsonl.xz",
    "cmrc2018_dev.queries.jsonl": "cmrc2018_dev.corpus.jsonl",
    "xwlb_titles.dev.queries.jsonl": "xwlb.corpus.jsonl.xz",
}
SPEED_CORPUS = "crud.corpus.jsonl.xz"
HEADLINES_ASKED = ("xwlb.corpus.jsonl.xz",)  # the questions are headlines: those of rows never trained on, blanked


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of questions whose article is first, or among the first ten; and the mean of 1/rank within ten."""

    questions: int
    passages: int
    r1: float
    r10: float
    mrr10: float


def passages_of(row: Row) -> Iterator[str]:
    """The article cut at sentences into passages of about 300 characters, each below its headline or first sentence."""
    sentences = SENTENCE.findall(row["text"])
    head = f"{row.get('title') or ''.join(sentences[:1]).strip()[:LEAD_CHARS]}\n"
    passage = ""
    for sentence in sentences:
        if passage and len(passage) + len(sentence) > PASSAGE_CHARS:
            yield head + passage
            passage = ""
        passage += sentence
    yield head + passage


def nearest_articles(question: Vectors, passages: Vectors, articles: NDArray[np.int64], depth: int) -> list[int]:
    """The first ``depth`` different articles, nearest passage first."""
    scores = passages @ question[0]
    best = np.argsort(-scores, kind="stable")[: depth * 20]
    return list(dict.fromkeys(articles[best].tolist()))[:depth]


def score(ranks: Sequence[int | None], passages: int) -> Score:
    """From the place of the right article (1 is first, None is not among the first ten)."""
    found = [rank for rank in ranks if rank is not None]
    asked = len(ranks)
    return Score(
        asked, passages, sum(rank == 1 for rank in found) / asked, len(found) / asked, sum(1 / r for r in found) / asked
    )


def rank_of(positives: Sequence[str], found: Sequence[str]) -> int | None:
    return next((place for place, article in enumerate(found, start=1) if article in positives), None)


def measure(
    encoder: Encoder, queries: Sequence[Row], ids: Sequence[str], articles: NDArray[np.int64], passages: Vectors
) -> Score:
    ranks = [
        rank_of(
            query["positive"],
            [ids[a] for a in nearest_articles(encoder.encode_question(query["text"]), passages, articles, DEPTH)],
        )
        for query in queries
    ]
    return score(ranks, len(passages))


def measure_folder(encoder: Encoder, data: Path) -> dict[str, Score]:
    """Each set of :data:`SETS` that the folder holds, its whole corpus encoded; a shared corpus is encoded once."""
    there = {name: corpus for name, corpus in SETS.items() if (data / name).is_file() and (data / corpus).is_file()}
    found: dict[str, Score] = {}
    for corpus in dict.fromkeys(there.values()):
        rows = rows_of(data / corpus)
        cut = [(number, text) for number, row in enumerate(rows) for text in passages_of(row)]
        passages = encoder.encode_passages([text for _, text in cut])
        articles = np.array([number for number, _ in cut], np.int64)
        ids = [row["id"] for row in rows]
        for name in (name for name in there if there[name] == corpus):
            found[name] = measure(encoder, list(read_rows(data / name)), ids, articles, passages)
    return found


def rows_of(corpus: Path) -> list[Row]:
    rows = read_rows(corpus)
    if corpus.name in HEADLINES_ASKED:
        return [{**row, "title": None} for row in rows if row.get("train") is False]
    return list(rows)


def passages_a_second(encoder: Encoder, texts: Sequence[str], rounds: int = 3) -> float:
    """Passages of 250 characters encoded in a second, the best of ``rounds``."""
    cut = [text[at : at + SPEED_CHARS] for text in texts for at in range(0, len(text) - SPEED_CHARS + 1, SPEED_CHARS)]
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        encoder.encode_passages(cut)
        spent.append(time.perf_counter() - began)
    return len(cut) / min(spent)


def table(scores: Mapping[str, Score]) -> str:
    """A Markdown table, one row a set."""
    rows = [
        f"| {name} | {s.questions:,} | {s.passages:,} | {s.r1:.1%} | {s.r10:.1%} | {s.mrr10:.1%} |"
        for name, s in scores.items()
    ]
    return "\n".join(["| set | questions | passages | R@1 | R@10 | MRR@10 |", "|---|---|---|---|---|---|", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m embeddings.training.measure", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER, help="shipped name, folder or hub name")
    asked = parser.parse_args()
    encoder = load_encoder(asked.encoder)
    print(table(measure_folder(encoder, asked.data)))
    if (corpus := asked.data / SPEED_CORPUS).is_file():
        texts = [row["text"] for row in islice(read_rows(corpus), SPEED_ARTICLES)]
        print(f"\n{passages_a_second(encoder, texts):,.0f} passages of {SPEED_CHARS} characters a second")


if __name__ == "__main__":
    main()
