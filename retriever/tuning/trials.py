"""Questions put to many small collections and a larger one, and what stood for and against each answer."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from retriever.evaluation.matching import is_right
from retriever.evaluation.questions import Gold
from retriever.rebuild import rebuild
from retriever.search.confidence import Verdict
from retriever.search.grounds import Grounds
from retriever.search.searcher import Searcher
from retriever.tuning.questions import rows

Sort = Literal["question", "dialogue", "near_miss", "off_topic", "unread"]
SMALL, SMALL_COLLECTIONS, LARGE = 40, 16, 1500  # articles, collections, articles
UNREAD_COLLECTIONS = 6
ASKED_OF_LARGE = 500  # questions; and every unanswerable one
SEED = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what would be right: nothing, where no article says it."""

    sort: Sort
    group: str
    text: str
    article_id: str | None
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one question. ``grounds`` are of the best sentence."""

    sort: Sort
    group: str
    text: str
    fold: int  # 0 to 9, the same for all questions about one article
    articles: int  # in the collection
    right: bool
    grounds: Mapping[str, float]


class Recorder:
    """A judge that lets every answer pass and keeps what speaks for it."""

    def __init__(self) -> None:
        self._seen: list[Grounds] = []

    def __call__(self, grounds: Grounds) -> Verdict:
        self._seen.append(grounds)
        return Verdict(True, 1.0)

    def taken(self) -> Grounds | None:
        """What was judged since it was last taken; None where no sentence was found."""
        return self._seen.pop() if self._seen else None


def asked(data: Path) -> Iterator[Asked]:
    """Every question of the train sets; and of two dev sets, to see how near questions come that no encoder has learnt."""
    for row in rows(data / "news_questions.train.jsonl"):
        yield Asked("question", row["type"], row["question"], row["article_id"], (row["answer"],))
    for row in rows(data / "news_dialogues.train.jsonl"):
        for turn in row["turns"]:
            text = turn.get("standalone") or turn["question"]
            yield Asked("dialogue", "dialogue", text, turn["article_id"], (turn["answer"],))
    for row in rows(data / "news_unanswerable.train.jsonl"):
        yield Asked(row["kind"], row["kind"], row["question"], row["article_id"], ())
    for name in ("crud_para", "crud_quest"):
        for row in rows(data / f"{name}.dev.queries.jsonl"):
            yield Asked("unread", name, row["text"], row["positive"][0], tuple(row["answers"]))


def trials(data: Path) -> Iterator[Trial]:
    """Ask everything, collection by collection. Collections of 40 articles hold the near misses' articles and others."""
    questions = list(asked(data))
    about = {
        sort: _shuffled({one.article_id for one in questions if one.sort == sort and one.article_id})
        for sort in ("near_miss", "question", "unread")
    }
    off_topic = [one for one in questions if one.sort == "off_topic"]
    plans: list[tuple[list[str], list[Asked]]] = []
    others = iter(about["question"])
    for n in range(SMALL_COLLECTIONS):
        near = about["near_miss"][n::SMALL_COLLECTIONS]
        held = near + [next(others) for _ in range(SMALL - len(near))]
        plans.append((held, _about(questions, held) + off_topic[n % 8 :: 8]))
    for n in range(UNREAD_COLLECTIONS):
        held = about["unread"][n * SMALL : (n + 1) * SMALL]
        plans.append((held, [one for one in _about(questions, held) if one.sort == "unread"]))
    large = about["near_miss"] + about["question"][: LARGE - len(about["near_miss"])]
    answerable = [one for one in _about(questions, large) if one.sort in ("question", "dialogue")]
    unanswerable = [one for one in questions if one.sort in ("near_miss", "off_topic")]
    plans.append((large, random.Random(SEED).sample(answerable, ASKED_OF_LARGE) + unanswerable))

    wanted = {article for held, _ in plans for article in held}
    articles = {row["id"]: row for row in _articles(data) if row["id"] in wanted}
    for held, put in plans:
        yield from _asked_of([articles[name] for name in held if name in articles], put)


def _asked_of(articles: Sequence[Mapping[str, Any]], put: Iterable[Asked]) -> Iterator[Trial]:
    with tempfile.TemporaryDirectory() as scratch:
        file, root = Path(scratch) / "articles.jsonl", Path(scratch) / "index"
        lines = (json.dumps({key: row[key] for key in ("id", "title", "text") if row.get(key)}) for row in articles)
        file.write_text("\n".join(lines), encoding="utf-8")
        rebuild([file], root)
        opened = Searcher.open(root)
        recorder = Recorder()
        searcher = opened.judged_by(recorder)
        for one in put:
            answer = searcher.ask(one.text).answer
            grounds = recorder.taken()
            if grounds is None:
                continue
            right = bool(answer) and is_right(answer.text if answer else "", Gold("", "", answers=one.answers))
            fold = int(hashlib.sha256((one.article_id or one.text).encode()).hexdigest(), 16) % 10
            yield Trial(one.sort, one.group, one.text, fold, len(articles), right, asdict(grounds))
        opened.close()


def _about(questions: Iterable[Asked], held: Iterable[str]) -> list[Asked]:
    names = set(held)
    return [one for one in questions if one.article_id in names]


def _shuffled(names: Iterable[str]) -> list[str]:
    ordered = sorted(names)
    random.Random(SEED).shuffle(ordered)
    return ordered


def _articles(data: Path) -> Iterator[dict[str, Any]]:
    for name in ("crud", "xwlb"):
        yield from rows(data / f"{name}.corpus.jsonl.xz")
