"""Refits when a question stands alone: ``python -m retriever.tuning.followups --data DATA --index INDEX``.

``INDEX`` holds the articles of the train sets among others. Later turns of the hand-made conversations lean on the earlier ones
unless they change the subject; questions of the other train sets, put after a conversation drawn by lot, do not. Writes
``retriever/search/followups.json``; the figures in it are of ten folds that the fit did not see.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from retriever.index.best import best_of
from retriever.index.snapshot import open_snapshot
from retriever.search.borrowing import SURE, WEIGHTS_FILE, Leanings, Vocabulary, leanings
from retriever.tuning.logistic import fit, unseen_chances
from retriever.tuning.questions import rows

SEED, FOLDS, QUESTIONS = 7, 10, 400
SIDES = Leanings(amount=1, leans=-1, again=-1, together=-1)
IMPORTANCE = {
    "follow-up": 1.0,
    "new subject": 3.0,
    "question": 0.35,
    "off topic": 1.0,
}  # rare in train is not rare in life


@dataclass(frozen=True, slots=True)
class Case:
    """A question after others, and whether it leans on them."""

    sort: str
    question: str
    earlier: tuple[str, ...]


def cases(data: Path) -> Iterator[Case]:
    """Every case of the train sets, always the same."""
    lot = random.Random(SEED)
    conversations = [row["turns"] for row in rows(data / "news_dialogues.train.jsonl")]
    for turns in conversations:
        head = 0
        for place in range(1, len(turns)):
            changed = turns[place]["article_id"] != turns[place - 1]["article_id"]
            earlier = tuple(turn["question"] for turn in turns[head:place])
            yield Case("new subject" if changed else "follow-up", turns[place]["question"], earlier)
            head = place if changed else head

    def after_any(sort: str, question: str) -> Case:
        turns = lot.choice(conversations)
        return Case(sort, question, tuple(turn["question"] for turn in turns[: lot.randint(1, len(turns))]))

    for row in lot.sample(list(rows(data / "news_questions.train.jsonl")), QUESTIONS):
        yield after_any("question", row["question"])
    for row in rows(data / "news_unanswerable.train.jsonl"):
        if row["kind"] == "off_topic":
            yield after_any("off topic", row["question"])


def learn(seen: Sequence[tuple[Case, Leanings]]) -> dict[str, object]:
    """The weights file's contents."""
    names = [field.name for field in fields(Leanings)]
    x = np.array([[getattr(one, name) for name in names] for _, one in seen], np.float64)
    sorts = np.array([case.sort for case, _ in seen])
    alone = (sorts != "follow-up").astype(np.float64)
    importance = np.array([IMPORTANCE[sort] for sort in sorts])
    signs = np.array([getattr(SIDES, name) for name in names], np.float64)
    folds = np.random.default_rng(SEED).permutation(len(seen)) % FOLDS
    chances = unseen_chances(lambda at: fit(x[at], alone[at], importance[at], signs), x, folds)
    told = {sort: round(float((chances[sorts == sort] > SURE).mean()), 3) for sort in IMPORTANCE}
    return {
        **fit(x, alone, importance, signs).as_json(names),
        "held to stand alone, unseen folds": told,
        "learnt from": {sort: int((sorts == sort).sum()) for sort in IMPORTANCE},
        "date": date.today().isoformat(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    given = parser.parse_args()
    snapshot = open_snapshot(given.index)
    known = Vocabulary(
        snapshot.words.rarity,
        partial(best_of, snapshot.words),
        snapshot.words.scores,
        snapshot.store.columns().article_of,
    )
    told = [(case, leanings(case.question, case.earlier, known, snapshot.lexicon)) for case in cases(given.data)]
    learnt = learn([(case, one) for case, one in told if one])
    WEIGHTS_FILE.write_text(json.dumps(learnt, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(learnt, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
