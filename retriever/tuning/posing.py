"""Questions to put to a collection: those it answers, and those it cannot, made in several ways from questions of others."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from retriever.domain import Turn
from retriever.evaluation.matching import bare, share_of_pairs
from retriever.text.folding import fold
from retriever.text.names import is_name, is_place
from retriever.text.questions import QUESTION_WORD, matter
from retriever.text.sentences import sentence_spans
from retriever.tuning.questions import DIALOGUES, QUESTIONS, UNANSWERABLE, rows, set_apart

Sort = Literal["question", "dialogue", "near_miss", "cut", "renamed", "elsewhere", "off_topic"]
ANSWERABLE: tuple[Sort, ...] = ("question", "dialogue")
SHORTEST_LEFT = 80  # characters of an article of which a sentence was cut out
OF_EVIDENCE, OF_SENTENCE = 0.3, 0.5  # a sentence that shares so much of its pairs, or of the evidence's, goes
FAR = 150  # questions of an encyclopedia, and as many of help lines and chats
ONE_SHOP = "AFQMC"  # questions about one lender alone
SEED = 7
_ASKS = re.compile(rf"{QUESTION_WORD}|[吗么嘛][?？]?$")


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


def asked(data: Path) -> Iterator[Asked]:
    """The questions of the train sets that were set apart, and what no paper answers."""
    apart = set_apart(data)
    for row in rows(data / QUESTIONS):
        if row["article_id"] in apart:
            yield Asked("question", row["type"], row["question"], row["article_id"], (row["answer"],), row["evidence"])
    conversations = [row["turns"] for row in rows(data / DIALOGUES)]
    for turns in conversations:
        for place, turn in enumerate(turns):
            if turn["article_id"] in apart:
                text, answers, said = turn["question"], (turn["answer"],), _said(turns[:place])
                yield Asked("dialogue", "dialogue", text, turn["article_id"], answers, "", said)
    lot = random.Random(SEED)
    for row in rows(data / UNANSWERABLE):
        yield Asked(row["kind"], row["kind"], row["question"], row["article_id"])
        if row["kind"] == "off_topic":  # and once more after a conversation, which it must not be taken to go on
            yield Asked("off_topic", "off_topic_later", row["question"], None, history=after_any(conversations, lot))
    for n, one in enumerate(_far(data, lot)):
        yield replace(one, group=f"{one.group}_later", history=after_any(conversations, lot)) if n % 3 == 0 else one


def after_any(conversations: Sequence[Sequence[Mapping[str, Any]]], lot: random.Random) -> tuple[Turn, ...]:
    """The first turns of a conversation drawn by lot."""
    return _said(lot.choice(conversations)[: lot.randint(1, 3)])


def _said(turns: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    return tuple(Turn(turn["question"], turn["answer"]) for turn in turns)


def _far(data: Path, lot: random.Random) -> Iterator[Asked]:
    """What people ask an encyclopedia, a help line or a telephone."""
    encyclopedia = sorted({row["question"] for row in rows(data / "qa.train.jsonl.xz")})
    said = (row["query"] for row in rows(data / "csts.pairs.jsonl.xz") if ONE_SHOP not in row["source"])
    chats = sorted({text for text in said if _ASKS.search(text)})
    for group, texts in (("encyclopedia", encyclopedia), ("chat", chats)):
        yield from (Asked("off_topic", group, text, None) for text in lot.sample(texts, FAR))


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


def names_in(text: str) -> list[str]:
    """The names in a question, folded."""
    return [word for word in matter(text) if is_name(word)]


def renamed(
    articles: Sequence[Mapping[str, Any]], questions: Iterable[Asked], names: Sequence[str], lot: random.Random
) -> Iterator[Asked]:
    """Questions about these articles with a name that the article prints exchanged for one of ``names`` that it does not,
    a place for a place: the same matter of somebody or somewhere else. Names that no article prints are asked for as
    often as names that another one prints, where there are such."""
    texts = {row["id"]: fold(f"{row.get('title') or ''}\n{row['text']}") for row in articles}
    whole = "\n".join(texts.values())
    places = {name: is_place(name) for name in names}
    for one in questions:
        text = texts.get(one.article_id or "", "")
        inside = [name for name in names_in(one.text) if name in text and name in fold(one.text)]
        if one.sort != "question" or not inside:
            continue
        old = lot.choice(inside)
        fitting = [name for name, place in places.items() if place == is_place(old) and name not in text]
        strange, others = [n for n in fitting if n not in whole], [n for n in fitting if n in whole]
        group, chosen = ("printed", others) if others and lot.random() < 0.5 else ("strange", strange)
        if chosen:
            asks = fold(one.text).replace(old, lot.choice(chosen))
            yield replace(one, sort="renamed", group=group, text=asks, answers=())
