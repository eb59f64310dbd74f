"""Questions put to many small collections and a larger one, and what stood for and against each answer."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from retriever.domain import Turn
from retriever.evaluation.matching import bare, is_right, share_of_pairs
from retriever.evaluation.questions import Gold
from retriever.rebuild import rebuild
from retriever.search.confidence import Verdict
from retriever.search.grounds import Grounds
from retriever.search.searcher import Searcher
from retriever.text.sentences import sentence_spans
from retriever.tuning.questions import DIALOGUES, QUESTIONS, UNANSWERABLE, rows, set_apart

Sort = Literal["question", "dialogue", "near_miss", "off_topic", "cut"]
ANSWERABLE: tuple[Sort, ...] = ("question", "dialogue")
SMALL, SMALL_COLLECTIONS, LARGE = 40, 24, 1500  # articles, collections, articles
ASKED_OF_LARGE = 900  # questions; and every unanswerable one
SHORTEST_LEFT = 80  # characters of an article of which a sentence was cut out
OF_EVIDENCE, OF_SENTENCE = 0.3, 0.5  # a sentence that shares so much of its pairs, or of the evidence's, goes
SEED = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what would be right: nothing, where no article says it."""

    sort: Sort
    group: str
    text: str
    article_id: str | None
    answers: tuple[str, ...] = ()
    evidence: str = ""
    history: tuple[Turn, ...] = ()


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
    """The questions of the train sets that were set apart."""
    apart = set_apart(data)
    for row in rows(data / QUESTIONS):
        if row["article_id"] in apart:
            yield Asked("question", row["type"], row["question"], row["article_id"], (row["answer"],), row["evidence"])
    conversations = [row["turns"] for row in rows(data / DIALOGUES)]
    for turns in conversations:
        for place, turn in enumerate(turns):
            if turn["article_id"] in apart:
                yield Asked(
                    "dialogue",
                    "dialogue",
                    turn["question"],
                    turn["article_id"],
                    (turn["answer"],),
                    "",
                    _said(turns[:place]),
                )
    lot = random.Random(SEED)
    for row in rows(data / UNANSWERABLE):
        yield Asked(row["kind"], row["kind"], row["question"], row["article_id"])
        if (
            row["kind"] == "off_topic"
        ):  # and once more after a conversation, whose topic it must not be taken to be about
            said = _said(lot.choice(conversations)[: lot.randint(1, 3)])
            yield Asked(row["kind"], "off_topic_later", row["question"], row["article_id"], history=said)


def _said(turns: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    return tuple(Turn(turn["question"], turn["answer"]) for turn in turns)


def trials(data: Path, encoder: str) -> Iterator[Trial]:
    """Ask everything, collection by collection. Collections of 40 articles hold the near misses' articles and others.

    Each is asked again with the sentences cut out of its articles that answer one question about each: what was a fact is
    then a near miss, which makes five times as many of them as were made by hand.
    """
    questions = list(asked(data))
    near = _shuffled({one.article_id for one in questions if one.sort == "near_miss" and one.article_id})
    others = _shuffled({one.article_id for one in questions if one.sort == "question" and one.article_id} - {*near})
    off_topic = [one for one in questions if one.sort == "off_topic"]
    plans: list[tuple[list[str], list[Asked]]] = []
    rest = iter(others)
    for n in range(SMALL_COLLECTIONS):
        some = near[n::SMALL_COLLECTIONS]
        held = some + [next(rest) for _ in range(SMALL - len(some))]
        plans.append((held, _about(questions, held) + off_topic[n % 8 :: 8]))
    large = near + others[: LARGE - len(near)]
    answerable = [one for one in _about(questions, large) if one.sort in ANSWERABLE]
    unanswerable = [one for one in questions if one.sort not in ANSWERABLE]
    plans.append((large, random.Random(SEED).sample(answerable, ASKED_OF_LARGE) + unanswerable))

    wanted = {article for held, _ in plans for article in held}
    articles = {row["id"]: row for row in _articles(data) if row["id"] in wanted}
    for held, put in plans:
        there = [articles[name] for name in held if name in articles]
        yield from _asked_of(there, put, encoder)
        yield from _asked_of(*cut_out(there, questions), encoder)


def cut_out(
    articles: Sequence[Mapping[str, Any]], questions: Iterable[Asked]
) -> tuple[list[Mapping[str, Any]], list[Asked]]:
    """The articles without what answers one question about each, and these questions. Left whole is an article that
    answers elsewhere too, or of which little would be left."""
    by_article: dict[str | None, list[Asked]] = {}
    for one in questions:
        if one.sort == "question":
            by_article.setdefault(one.article_id, []).append(one)
    lot, left, put = random.Random(SEED), list[Mapping[str, Any]](), list[Asked]()
    for row in articles:
        about = by_article.get(row["id"], [])
        for one in lot.sample(about, len(about)):
            text = without(row["text"], one.evidence)
            if SHORTEST_LEFT <= len(text) < len(row["text"]) and bare(one.answers[0]) not in bare(text):
                left.append({**row, "text": text})
                put.append(replace(one, sort="cut", answers=()))
                break
        else:
            left.append(row)
    return left, put


def without(text: str, evidence: str) -> str:
    """``text`` without the sentences that say what ``evidence`` says."""
    said = bare(evidence)
    sentences = (text[start:end] for start, end in sentence_spans(text))
    return "".join(
        one
        for one in sentences
        if share_of_pairs(said, bare(one)) < OF_EVIDENCE and share_of_pairs(bare(one), said) < OF_SENTENCE
    )


def _asked_of(articles: Sequence[Mapping[str, Any]], put: Iterable[Asked], encoder: str) -> Iterator[Trial]:
    with tempfile.TemporaryDirectory() as scratch:
        file, root = Path(scratch) / "articles.jsonl", Path(scratch) / "index"
        lines = (json.dumps({key: row[key] for key in ("id", "title", "text") if row.get(key)}) for row in articles)
        file.write_text("\n".join(lines), encoding="utf-8")
        rebuild([file], root, encoder=encoder)
        opened = Searcher.open(root)
        recorder = Recorder()
        searcher = opened.judged_by(recorder)
        for one in put:
            answer = searcher.ask(one.text, history=one.history).answer
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
