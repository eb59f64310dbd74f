"""Learn the reranker's weights:  python -m retriever.tuning.ranking --data DIR --work DIR

Builds an index of the articles that the training questions are about among many others (in ``--work``, kept for the next
time), collects every question's candidates, fits the weights and writes ``retriever/search/reranking.json``.

The shipped encoder has learnt from most of these questions and would look surer than it is. So the vectors of questions
that it may know are blurred, just so much that vectors alone find as many as of questions that it has never seen.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import Encoder, Vectors, load_encoder
from retriever.index.snapshot import Snapshot, open_snapshot
from retriever.rebuild import rebuild
from retriever.search import question as questions
from retriever.search.borrowing import Vocabulary
from retriever.search.ranking import candidates_for
from retriever.search.reranking import FEATURES, features
from retriever.text.folding import simplify
from retriever.text.words import pairs
from retriever.tuning.fitting import Lists, first_places, fit
from retriever.tuning.questions import Asked, asked_by_citizens, of_passages, of_trial, rows

WEIGHTS = Path(__file__).parent.parent / "search" / "reranking.json"
BLUR = {"news": 1.4, "dialogue": 1.4, "reading": 1.1}  # of what the encoder has learnt from, by group
# What the encoder has never seen counts most.
COUNTS = {"news": 0.6, "dialogue": 0.6, "near miss": 3.0, "reading": 1.0, "trial": 1.5}  # of one question
FOLDS = 5
HELD = 0.5  # share of a sentence's pairs of characters that a passage has to have


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the training questions and corpora")
    parser.add_argument("--work", type=Path, required=True, help="folder for the index that is learnt on")
    parser.add_argument("--others", type=int, default=20_000, help="articles that no question is about")
    parser.add_argument("--most", type=int, default=1_500, help="questions of one group")
    given = parser.parse_args()
    asked = list(chain(asked_by_citizens(given.data), (a for _, some in readings(given.data) for a in some)))
    if not (given.work / "index" / "CURRENT").exists():
        file = _articles(given.data, given.work, {item.article_id for item in asked}, given.others)
        rebuild([file], given.work / "index")
    snapshot = open_snapshot(given.work / "index")
    encoder = load_encoder(snapshot.manifest.encoder)
    lists = collect(snapshot, encoder, _some(asked, given.most))
    weights = fit(lists, COUNTS)
    _write(lists, weights, encoder)


def readings(data: Path) -> Iterable[tuple[dict[str, Any], list[Asked]]]:
    """Encyclopedia passages with their questions: those that the encoder has learnt from, and those that it has not."""
    return chain(of_passages(data), of_trial(data))


def _articles(data: Path, work: Path, wanted: set[str], others: int) -> Path:
    """One JSONL file: the articles that are asked about and, of the training part, ``others`` more."""
    chance, file = random.Random(0), work / "articles.jsonl"
    work.mkdir(parents=True, exist_ok=True)

    def chosen() -> Iterator[dict[str, Any]]:
        yield from (article for article, _ in readings(data))
        for name, share in (("crud", 0.75), ("xwlb", 0.25)):
            left = int(others * share)
            corpus = data / f"{name}.corpus.jsonl.xz"
            for row in rows(corpus):
                if row["id"] in wanted:
                    yield row
                elif row.get("train") and left and chance.random() < 0.5:
                    left -= 1
                    yield row

    with file.open("w", encoding="utf-8") as out:
        for row in chosen():
            article = {"id": row["id"], "title": row.get("title") or None, "text": row["text"]}
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    return file


def _some(asked: Iterable[Asked], most: int) -> list[Asked]:
    """At most so many of each group, chosen by lot."""
    mixed = sorted(asked, key=lambda item: (item.group, item.text))
    random.Random(0).shuffle(mixed)
    by_group: dict[str, list[Asked]] = {}
    for item in mixed:
        by_group.setdefault(item.group, []).append(item)
    return [item for group in sorted(by_group) for item in by_group[group][:most]]


def collect(snapshot: Snapshot, encoder: Encoder, asked: list[Asked]) -> Lists:
    """Every question's candidates with their features, and which of them hold what was asked for."""
    number = _numbers(snapshot)
    known = [item for item in asked if item.article_id in number]
    words = Vocabulary(
        snapshot.words.rarity,
        snapshot.by_words,
        snapshot.words.scores,
        snapshot.beside,
    )
    read = [questions.read(item.text, (), words, snapshot.lexicon) for item in known]
    vectors = np.concatenate([encoder.encode_question(simplify(question.text)) for question in read])
    blurred = _blurred(vectors, np.array([BLUR.get(item.group, 0.0) for item in known], np.float32))
    found = []
    for at, (item, question) in enumerate(zip(known, read, strict=True)):
        candidates = candidates_for(snapshot, question, blurred[at : at + 1])
        if candidates is None:
            continue
        right = (candidates.articles == number[item.article_id]).astype(np.int8)
        if item.evidence:
            own = np.flatnonzero(right)
            passages = snapshot.store.passages(candidates.rows[own].tolist())
            right[own] += np.array([_holds(passage.text, item.evidence) for passage, _ in passages], np.int8)
        found.append((item.group, features(candidates), right, candidates.articles))
    return Lists.of(found)


def _numbers(snapshot: Snapshot) -> dict[str, int]:
    """The number of each article, by its id."""
    every = np.arange(len(snapshot.words)).tolist()
    found: dict[str, int] = {}
    for first in range(0, len(every), 500):
        lot = every[first : first + 500]
        for (_, info), (number, *_) in zip(snapshot.store.passages(lot), snapshot.store.places(lot), strict=True):
            found[info.id] = number
    return found


def _blurred(vectors: Vectors, amounts: np.ndarray[Any, np.dtype[np.float32]]) -> Vectors:
    """Each vector with so much of eight other questions' added; shape as given, unit length."""
    chance = np.random.default_rng(0)
    others = sum(
        chance.standard_normal((len(vectors), 1)) * vectors[chance.permutation(len(vectors))] for _ in range(8)
    )
    mixed = vectors + amounts[:, None] * others / np.sqrt(8)
    unit: Vectors = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _holds(text: str, evidence: str) -> bool:
    wanted = set(pairs(evidence))
    return len(wanted & set(pairs(text))) >= HELD * len(wanted)


def _write(lists: Lists, weights: np.ndarray[Any, np.dtype[np.float64]], encoder: Encoder) -> None:
    fold = np.random.default_rng(0).integers(0, FOLDS, len(lists.groups))
    scores = np.zeros(len(lists.right))
    for one in range(FOLDS):
        learnt = fit(lists.part(fold != one), COUNTS)
        unseen = np.repeat(fold == one, np.diff(lists.ends, prepend=0))
        scores[unseen] = lists.features[unseen] @ learnt
    places = first_places(lists, scores)
    told: Callable[[str], dict[str, float]] = lambda group: {  # noqa: E731
        "questions": int((lists.groups == group).sum()),
        "article@1": round(float((places[lists.groups == group] == 1).mean()), 3),
        "article@10": round(float((places[lists.groups == group] <= 10).mean()), 3),
    }
    record = {
        "learnt_from": {group: told(group) for group in sorted(set(lists.groups.tolist()))},
        "figures": f"each question by weights learnt from the others, {FOLDS} parts; vectors blurred as in tuning/ranking.py",
        "encoder": encoder.fingerprint,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "weights": {name: round(float(weight), 3) for name, weight in zip(FEATURES, weights, strict=True)},
    }
    WEIGHTS.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
