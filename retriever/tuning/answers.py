"""Refits which sentence answers: ``python -m retriever.tuning.answers --data DATA --encoder ENCODER``.

Writes ``retriever/search/choice.json``. The questions of the train sets that ``ENCODER`` has not learnt (``retriever.tuning.apart``)
are asked of the articles they are about and some others;
the weights are those of a softmax over the candidate sentences of each question (conditional logit: McFadden 1974). Figures are
of questions about articles that the fit did not see (five folds by article). Rerun it when encoder, ranking or grounds change.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Turn
from retriever.evaluation.matching import bare, is_right, share_of_pairs
from retriever.evaluation.questions import Gold
from retriever.rebuild import rebuild
from retriever.search import choice
from retriever.search.answering import weighed
from retriever.search.choice import BY_KIND, FEATURES, GROUNDS, Weights, choose
from retriever.search.evidence import Candidate, Evidence
from retriever.search.likeness import Likeness
from retriever.search.searcher import Searcher
from retriever.search.sentence_vectors import SentenceVectors
from retriever.text.questions import Kind
from retriever.tuning.questions import DIALOGUES, QUESTIONS, rows, set_apart

Numbers = NDArray[np.float64]
FOLDS, STEPS, RATE, RIDGE = 5, 300, 0.1, 0.002
OTHERS = 0.02  # of the corpora's other articles
SEED = 1
GIVEN = {"shows.author": 3.0}  # not learnt: no train question asks who wrote an article


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its candidate sentences."""

    group: str
    article_id: str
    kind: Kind
    answer: str
    sentences: Sequence[Candidate]
    articles: Sequence[str]  # of each sentence
    evidence: Sequence[Evidence]
    answers: NDArray[np.bool_]  # whether a sentence is the one that answers, shape (sentences,)

    @property
    def fold(self) -> int:
        return int(hashlib.sha256(self.article_id.encode()).hexdigest(), 16) % FOLDS


def asked(data: Path) -> Iterator[tuple[str, dict[str, Any], list[Turn]]]:
    """Group, question and what was said before it."""
    apart = set_apart(data)
    for row in rows(data / QUESTIONS):
        if row["article_id"] in apart:
            yield row["type"], row, []
    for row in rows(data / DIALOGUES):
        said: list[Turn] = []
        for turn in row["turns"]:
            if said and turn["article_id"] in apart:
                yield "dialogue", turn, list(said)
            said.append(Turn(turn["question"], turn["answer"]))


def index_articles(data: Path, root: Path, encoder: str) -> None:
    """An index of the articles that are asked about and a few thousand others."""
    wanted, chance = {row["article_id"] for _, row, _ in asked(data)}, random.Random(SEED)
    corpora = (row for name in ("crud", "xwlb") for row in rows(data / f"{name}.corpus.jsonl.xz"))
    kept = (row for row in corpora if row["id"] in wanted or chance.random() < OTHERS)
    file = root.with_name("articles.jsonl")
    lines = (json.dumps({key: row[key] for key in ("id", "title", "text") if row.get(key)}) for row in kept)
    file.write_text("\n".join(lines), encoding="utf-8")
    rebuild([file], root, encoder=encoder)


def cases(searcher: Searcher, data: Path) -> Iterator[Case]:
    sentences, likeness = SentenceVectors(searcher.encoder), Likeness(searcher.encoder)
    for group, row, history in asked(data):
        question, found = searcher.considered(row["question"], history=history)
        seen = weighed(question, found, sentences.of, likeness.of)
        if not seen.sentences:
            continue
        gold = Gold("", "", answers=(row["answer"],))
        holds = np.array([is_right(one.text, gold) for one in seen.sentences])
        meant = np.array(
            [
                max(
                    share_of_pairs(bare(row["evidence"]), bare(one.text)),
                    share_of_pairs(bare(one.text), bare(row["evidence"])),
                )
                >= 0.5
                for one in seen.sentences
            ]
        )
        right = holds & meant
        articles = [found[one.place].article.id for one in seen.sentences]
        kind = question.question.kind
        answers = right if right.any() else holds
        yield Case(group, row["article_id"], kind, row["answer"], seen.sentences, articles, seen.evidence, answers)


def table(case: Case) -> Numbers:
    """The features of each sentence, shape (sentences, features), as ``Weights.score`` reads them."""
    x = np.zeros((len(case.sentences), len(FEATURES)))
    x[:, : len(GROUNDS)] = [[getattr(one, name) for name in GROUNDS] for one in case.evidence]
    for name in BY_KIND:
        x[:, FEATURES.index(f"{name}.{case.kind}")] = x[:, GROUNDS.index(name)]
    return x


def learn(seen: Sequence[Case]) -> Weights:
    """The weights that make the sentences that answer likeliest among the candidates, by Adam (Kingma & Ba 2015)."""
    told = [case for case in seen if case.answers.any() and not case.answers.all()]
    x = np.vstack([table(case) for case in told])
    right = np.concatenate([case.answers for case in told]).astype(float)
    sizes = [len(case.sentences) for case in told]
    first, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(told)), sizes)
    free = np.array([name not in GIVEN for name in FEATURES])
    weights = np.array([GIVEN.get(name, 0.0) for name in FEATURES])
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        scores = x @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, first)[of])
        chance = odds / np.add.reduceat(odds, first)[of]
        share = chance * right
        share /= np.maximum(np.add.reduceat(share, first)[of], 1e-12)
        gradient = free * (x.T @ (chance - share) / len(told) + 2 * RIDGE * weights)
        mean, spread = 0.9 * mean + 0.1 * gradient, 0.99 * spread + 0.01 * gradient**2
        pace = RATE * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        weights = weights - pace * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return Weights({name: round(float(weight), 3) for name, weight in zip(FEATURES, weights, strict=True) if weight})


def is_answered(case: Case, weights: Weights) -> tuple[bool, bool, int]:
    """Whether the best sentence, and the whole answer, hold what was asked for; and the answer's length in characters."""
    scores = [weights.score(one, case.kind) for one in case.evidence]
    gold = Gold("", "", answers=(case.answer,))
    best = max(range(len(scores)), key=lambda n: (scores[n], -n))
    text = "".join(case.sentences[n].text for n in choose(case.sentences, case.articles, scores))
    return is_right(case.sentences[best].text, gold), is_right(text, gold), len(text)


def figures(seen: Sequence[Case]) -> dict[str, dict[str, float]]:
    """By group, in percent, of questions about articles of folds that the weights did not learn from."""
    learnt = [learn([case for case in seen if case.fold != fold]) for fold in range(FOLDS)]
    came = [(case.group, is_answered(case, learnt[case.fold])) for case in seen]
    questions = [("questions", result) for group, result in came if group != "dialogue"]
    groups: dict[str, list[tuple[bool, bool, int]]] = {}
    for group, result in (*questions, *came):
        groups.setdefault(group, []).append(result)
    return {
        group: {
            "n": len(results),
            "best sentence right": round(100 * float(np.mean([best for best, _, _ in results])), 1),
            "answer right": round(100 * float(np.mean([whole for _, whole, _ in results])), 1),
            "median characters": float(np.median([length for _, _, length in results])),
        }
        for group, results in sorted(groups.items())
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the question sets and corpora")
    parser.add_argument("--encoder", required=True, help="folder of an encoder that has not learnt the questions")
    parser.add_argument("--index", type=Path, help="keep the index of their articles here; read it where it exists")
    weights_file = Path(choice.__file__).with_name(choice.WEIGHTS_FILE)
    parser.add_argument("--out", type=Path, default=weights_file, help="the weights file")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        root = options.index or Path(scratch) / "index"
        if not root.exists():
            index_articles(options.data, root, options.encoder)
        searcher = Searcher.open(root)
        seen = list(cases(searcher, options.data))
        searcher.close()
    about = {
        "made by": "python -m retriever.tuning.answers",
        "date": date.today().isoformat(),
        "learnt from": {"questions": sum(case.group != "dialogue" for case in seen), "all": len(seen)},
        "given": GIVEN,
        "figures of unseen folds": figures(seen),
    }
    written = {"about": about, "weights": dict(learn(seen).of)}
    options.out.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(about, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
