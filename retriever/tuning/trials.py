"""Questions put to many collections of several sizes, and what stood for and against each answer."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from retriever.evaluation.matching import is_right
from retriever.evaluation.questions import Gold
from retriever.rebuild import rebuild
from retriever.search.confidence import Verdict
from retriever.search.grounds import Grounds
from retriever.search.searcher import Searcher
from retriever.tuning.posing import ANSWERABLE, SEED, Asked, Sort, asked, cut_out, names_in, renamed
from retriever.tuning.questions import rows

# Articles in a collection, how many such collections, and into how many parts the off-topic questions are shared out among them.
# What no article prints says much in a small collection and little in a large one.
COLLECTIONS = ((10, 16, 16), (40, 24, 12), (300, 2, 2))
LARGE, ASKED_ABOUT = 2000, 700  # articles; how many of them questions are about, beside those of near misses
ASKED_OF_LARGE = {"answerable": 450, "off_topic": 250, "elsewhere": 160, "renamed": 200}  # questions
ELSEWHERE = 24  # questions about articles that a smaller collection does not hold


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


@dataclass(frozen=True, slots=True)
class Plan:
    """A collection and what is asked of it, beside what is made from its own articles."""

    held: Sequence[str]  # article ids
    put: Sequence[Asked]
    to_rename: Sequence[Asked]  # questions that are asked once more with another name in them
    cuts: bool  # whether it is asked again without what answers one question about each article


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


def trials(data: Path, encoder: str) -> Iterator[Trial]:
    """Ask everything, collection by collection.

    Each is asked again with the sentences cut out of its articles that answer one question about each: what was a fact is
    then a near miss. Questions with another name in them and questions about articles of other collections are what
    readers ask of papers that do not write about it.
    """
    questions = list(asked(data))
    known = {one.article_id for one in questions if one.article_id}
    every = {row["id"]: row for row in _articles(data, known)}
    plans = list(_plans(questions, [name for name in _shuffled(known) if name in every], sorted(every.keys() - known)))
    names = sorted({name for one in questions if one.sort == "question" for name in names_in(one.text)})
    for n, plan in enumerate(plans):
        there = [every[name] for name in plan.held]
        others = renamed(there, plan.to_rename, names, random.Random(SEED + n))
        yield from _asked_of(there, [*plan.put, *others], encoder)
        if plan.cuts:
            yield from _asked_of(*cut_out(there, questions), encoder)


def _plans(questions: Sequence[Asked], about: Sequence[str], others: Sequence[str]) -> Iterator[Plan]:
    """``about`` are the articles that questions are about, ``others`` further ones."""
    lot = random.Random(SEED)
    has_near_miss = {one.article_id for one in questions if one.sort == "near_miss"}
    near, plain = [n for n in about if n in has_near_miss], [n for n in about if n not in has_near_miss]
    off_topic = [one for one in questions if one.sort == "off_topic"]
    for size, many, parts in COLLECTIONS:
        lot.shuffle(near)
        lot.shuffle(plain)
        rest = iter(plain)
        for n in range(many):
            some = near[n::many][: size // 2]
            held = some + [next(rest) for _ in range(size - len(some))]
            own, far = _about(questions, held), off_topic[n % parts :: parts]
            yield Plan(held, [*own, *_elsewhere(questions, held, lot), *far], own, cuts=True)
    held = [*near, *plain[:ASKED_ABOUT]]
    held += lot.sample(others, LARGE - len(held))
    own, asked_of = _about(questions, held), ASKED_OF_LARGE
    answerable = lot.sample([one for one in own if one.sort in ANSWERABLE], asked_of["answerable"])
    near_misses = [one for one in own if one.sort == "near_miss"]
    strange = _elsewhere(questions, held, lot, asked_of["elsewhere"])
    put = [*answerable, *near_misses, *lot.sample(off_topic, asked_of["off_topic"]), *strange]
    to_rename = lot.sample([one for one in own if one.sort == "question"], asked_of["renamed"])
    yield Plan(held, put, to_rename, cuts=False)


def _elsewhere(
    questions: Sequence[Asked], held: Sequence[str], lot: random.Random, many: int = ELSEWHERE
) -> list[Asked]:
    """Questions about articles that the collection does not hold. What is answered rightly all the same is no such question,
    so they keep their answers."""
    names = set(held)
    strange = [one for one in questions if one.sort == "question" and one.article_id not in names]
    chosen = [replace(one, sort="elsewhere") for one in lot.sample(strange, many)]
    talks = [
        one for one in questions if one.history and one.article_id in names
    ]  # every fourth after one about an article held
    later = [replace(one, group="later", history=lot.choice(talks).history) for one in chosen[::4] if talks]
    return [*chosen, *later]


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
            if one.sort == "elsewhere" and right:
                continue
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


def _articles(data: Path, known: set[str]) -> Iterator[dict[str, Any]]:
    """The articles that are asked about, and others of the training part."""
    chance = random.Random(SEED)
    for name in ("crud", "xwlb"):
        for row in rows(data / f"{name}.corpus.jsonl.xz"):
            if row["id"] in known or (row.get("train") and chance.random() < 0.04):
                yield row
