"""Refits when a question stands alone: ``python -m retriever.tuning.followups --data DATA``.

Later turns of the hand-made conversations lean on the earlier ones unless they change the subject. What does not: the first turn of
another conversation, questions of the other train sets about articles that are there and about others, and what people ask a
telephone or an encyclopedia, each put after a conversation drawn by lot. How rare a word is and what stands beside it depends on the
collection, so all this is weighed over small ones and a larger one. Writes ``retriever/search/followups.json``; the figures
in it are of conversations that the fit did not see (ten folds).
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from retriever.index.snapshot import open_snapshot
from retriever.rebuild import rebuild
from retriever.search.borrowing import SURE, WEIGHTS_FILE, Leanings, Vocabulary, leanings
from retriever.tuning.logistic import fit, unseen_chances
from retriever.tuning.posing import Asked, asked
from retriever.tuning.questions import DIALOGUES, rows

SEED, FOLDS = 7, 10
SMALL, COLLECTIONS, LARGE = 40, 15, 2000  # articles, collections, articles
STRANGE = (
    20  # questions of each sort that a collection is asked after a conversation; ten times as many of the large one
)
# For one follow-up. Rare in train is not rare in life.
MIX = {"new subject": 0.3, "question": 0.15, "elsewhere": 0.15, "off topic": 0.3}
SIDES = Leanings(
    amount=1,
    length=1,
    stands_for=-1,
    points=-1,
    goes_on=-1,
    trails_off=-1,
    again=-1,
    together=-1,
    beside=-1,
    elsewhere=1,
    nowhere=1,
    named=1,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A question after others, and whether it leans on them."""

    sort: str
    question: str
    earlier: tuple[str, ...]
    fold: int


def cases(
    conversations: Sequence[tuple[int, Sequence[Mapping[str, Any]]]],
    others: Mapping[str, Sequence[str]],
    lot: random.Random,
) -> Iterator[Case]:
    """Every case of numbered conversations; ``others`` are questions that lean on nothing, by sort."""
    for number, turns in conversations:
        head = 0
        for place in range(1, len(turns)):
            changed = turns[place]["article_id"] != turns[place - 1]["article_id"]
            earlier = tuple(turn["question"] for turn in turns[head:place])
            yield Case("new subject" if changed else "follow-up", turns[place]["question"], earlier, number % FOLDS)
            head = place if changed else head
        strange = [told for other, told in conversations if other != number]
        for told in lot.sample(strange, min(4, len(strange))):
            earlier = tuple(turn["question"] for turn in turns[: lot.randint(1, len(turns))])
            yield Case("new subject", told[0]["question"], earlier, number % FOLDS)
    for sort, questions in others.items():
        for question in questions:
            number, turns = lot.choice(conversations)
            earlier = tuple(turn["question"] for turn in turns[: lot.randint(1, len(turns))])
            yield Case(sort, question, earlier, number % FOLDS)


def weighed(data: Path) -> Iterator[tuple[Case, Leanings]]:
    """The cases that no form decides, over every collection."""
    lot = random.Random(SEED)
    conversations = list(enumerate(row["turns"] for row in rows(data / DIALOGUES)))
    questions = list(asked(data))
    about = {turn["article_id"] for _, turns in conversations for turn in turns}
    every = {row["id"]: row for row in _articles(data, about | {one.article_id for one in questions if one.article_id})}
    more = sorted(every.keys() - about)
    lot.shuffle(more)
    for n in range(COLLECTIONS + 1):
        is_large = n == COLLECTIONS
        there = conversations if is_large else conversations[n::COLLECTIONS]
        own = sorted({turn["article_id"] for _, turns in there for turn in turns} & every.keys())
        held = own + (more[:LARGE] if is_large else more[n * SMALL : (n + 1) * SMALL - len(own)])
        known = _opened([every[name] for name in held])
        others = _others(questions, set(held), set(own), 10 * STRANGE if is_large else STRANGE, lot)
        for case in cases(there, others, lot):
            found = leanings(case.question, case.earlier, known)
            if found:
                yield case, found


def _others(
    questions: Sequence[Asked], held: set[str], spoken_of: set[str], most: int, lot: random.Random
) -> dict[str, list[str]]:
    of_articles = [one for one in questions if one.sort == "question" and one.article_id]
    there = [one.text for one in of_articles if one.article_id in held - spoken_of]
    elsewhere = [one.text for one in of_articles if one.article_id not in held]
    far = [one.text for one in questions if one.sort == "off_topic" and not one.history]
    sorts = {"question": there, "elsewhere": elsewhere, "off topic": far}
    return {sort: lot.sample(texts, min(most, len(texts))) for sort, texts in sorts.items()}


def _opened(articles: Iterable[Mapping[str, Any]]) -> Vocabulary:
    """What an index of these articles knows of words. Its files are mapped, so they may go."""
    with tempfile.TemporaryDirectory() as scratch:
        file, root = Path(scratch) / "articles.jsonl", Path(scratch) / "index"
        lines = (json.dumps({key: row[key] for key in ("id", "title", "text") if row.get(key)}) for row in articles)
        file.write_text("\n".join(lines), encoding="utf-8")
        rebuild([file], root)
        opened = open_snapshot(root)
        return Vocabulary(opened.words.rarity, opened.by_words, opened.words.scores, opened.beside)


def _articles(data: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    for name in ("crud", "xwlb"):
        yield from (row for row in rows(data / f"{name}.corpus.jsonl.xz") if row["id"] in wanted)


def learn(seen: Sequence[tuple[Case, Leanings]]) -> dict[str, object]:
    """The weights file's contents."""
    names = [field.name for field in fields(Leanings)]
    x = np.array([[getattr(one, name) for name in names] for _, one in seen], np.float64)
    sorts = np.array([case.sort for case, _ in seen])
    alone = (sorts != "follow-up").astype(np.float64)
    counts = {sort: int((sorts == sort).sum()) for sort in ("follow-up", *MIX)}
    share = {sort: mix * counts["follow-up"] / max(1, counts[sort]) for sort, mix in MIX.items()}
    importance = np.array([share.get(sort, 1.0) for sort in sorts.tolist()])
    signs = np.array([getattr(SIDES, name) for name in names], np.float64)
    folds = np.array([case.fold for case, _ in seen])
    chances = unseen_chances(lambda at: fit(x[at], alone[at], importance[at], signs), x, folds)
    told = {sort: round(float((chances[sorts == sort] > SURE).mean()), 3) for sort in counts}
    return {
        **fit(x, alone, importance, signs).as_json(names),
        "held to stand alone, unseen folds": told,
        "learnt from": counts,
        "date": date.today().isoformat(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the question sets and corpora")
    parser.add_argument(
        "--cases", type=Path, help="keep what was weighed of each question here; read instead where it exists"
    )
    given = parser.parse_args()
    seen = _kept(given.cases) if given.cases and given.cases.exists() else list(weighed(given.data))
    if given.cases and not given.cases.exists():
        lines = (json.dumps([asdict(case), asdict(found)], ensure_ascii=False) + "\n" for case, found in seen)
        given.cases.write_text("".join(lines), encoding="utf-8")
    learnt = learn(seen)
    WEIGHTS_FILE.write_text(json.dumps(learnt, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(learnt, ensure_ascii=False, indent=2))


def _kept(file: Path) -> list[tuple[Case, Leanings]]:
    told = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [(Case(**case), Leanings(**found)) for case, found in told]


if __name__ == "__main__":
    main()
