"""Question files → question sets. The keys of its first record tell the form of a file.

| form | keys of a record |
|---|---|
| questions | question, answer, evidence; id, type, article_id, also_article_ids |
| retrieval | id, text, positive; answers, evidence, type |
| unanswerable | question, kind, and neither answer nor evidence |
| dialogues | turns: questions one after the other |
| pairs | a, b, label; set, split |

JSON lines, also .gz and .xz. A record ``{"require": {"evidence@1": 0.9}}`` holds the floors of its file. BEIR's folders
(corpus.jsonl, queries.jsonl, qrels/test.tsv; Thakur et al. 2021) are read by :mod:`retriever.evaluation.beir`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from retriever.errors import NoQuestions
from retriever.evaluation.beir import is_beir, read_beir
from retriever.evaluation.fields import checked_question, number, strings, text
from retriever.evaluation.lines import OPENERS, Record, at_line, json_records
from retriever.evaluation.questions import Form, Gold, PairSet, QuestionSet, SentencePair

_FORMS: dict[Form | Literal["pairs"], Callable[[Record], bool]] = {  # the first that fits
    "pairs": lambda record: {"a", "b", "label"} <= record.keys(),
    "dialogues": lambda record: "turns" in record,
    "retrieval": lambda record: {"text", "positive"} <= record.keys(),
    "questions": lambda record: {"question", "answer", "evidence"} <= record.keys(),
    "unanswerable": lambda record: {"question", "kind"} <= record.keys() and not {"answer", "evidence"} & record.keys(),
}


def read_sets(paths: Sequence[Path]) -> list[QuestionSet | PairSet]:
    """A set for each file or BEIR folder, in order, no two of one name.

    Raises PathNotFound, BadQuestion, NoQuestions or UnreadableFile.
    """
    sets = [read_beir(path) if is_beir(path) else _read_file(path) for path in paths]
    met: Counter[str] = Counter()
    for place, one in enumerate(sets):  # two files of one name stay apart
        met[one.name] += 1
        if met[one.name] > 1:
            sets[place] = replace(one, name=f"{one.name}-{met[one.name]}")
    return sets


def _read_file(file: Path) -> QuestionSet | PairSet:
    floors: dict[str, float] = {}
    records: list[tuple[int, Record]] = []
    for line, record in json_records(file):
        with at_line(file, line):
            if record.keys() == {"require"}:
                floors |= _floors(record["require"])
            else:
                records.append((line, record))
    if not records:
        raise NoQuestions(file=file)
    with at_line(file, records[0][0]):
        form = _form(records[0][1])
    name = file.name.removesuffix(file.suffix if file.suffix in OPENERS else "").removesuffix(".jsonl")
    if form == "pairs":
        return PairSet(name, tuple(_pairs(file, records)))
    return QuestionSet(name, form, tuple(_conversations(file, records, form)), floors)


def _pairs(file: Path, records: Sequence[tuple[int, Record]]) -> Iterator[SentencePair]:
    for line, record in records:
        with at_line(file, line):
            pair = _pair(record)
        yield pair


def _conversations(file: Path, records: Sequence[tuple[int, Record]], form: Form) -> Iterator[tuple[Gold, ...]]:
    seen: set[str] = set()
    for line, record in records:
        with at_line(file, line):
            if _form(record) != form:
                raise ValueError(f"与第一条不是同一种 (not of the same form as the first record): {form}")
            identity = str(record.get("id", line))
            if identity in seen:  # runs are compared question by question
                raise ValueError(f"编号重复 (the id occurs twice): {identity}")
            turns = _PARSERS[form](record, identity)
        seen.add(identity)
        yield turns


def _form(record: Record) -> Form | Literal["pairs"]:
    for form, fits in _FORMS.items():
        if fits(record):
            return form
    raise ValueError(f"认不出是哪种题 (no known form): {', '.join(record)}")


def _question(record: Record, identity: str) -> tuple[Gold, ...]:
    return (_gold(record, identity),)


def _gold(record: Record, identity: str) -> Gold:
    return Gold(
        id=identity,
        question=checked_question(text(record, "question")),
        group=text(record, "type", ""),
        answers=(text(record, "answer"),),
        evidence=text(record, "evidence"),
        relevance={id: 1 for id in (text(record, "article_id", ""), *strings(record, "also_article_ids", ())) if id},
    )


def _retrieval(record: Record, identity: str) -> tuple[Gold, ...]:
    positive = strings(record, "positive")
    if not positive:
        raise ValueError("positive 是空的 (is empty)")
    gold = Gold(
        id=identity,
        question=checked_question(text(record, "text")),
        group=text(record, "type", ""),
        answers=strings(record, "answers", ()),
        evidence=text(record, "evidence", ""),
        relevance=dict.fromkeys(positive, 1),
    )
    return (gold,)


def _unanswerable(record: Record, identity: str) -> tuple[Gold, ...]:
    question = checked_question(text(record, "question"))
    return (Gold(identity, question, group=text(record, "kind"), answerable=False),)


def _dialogue(record: Record, identity: str) -> tuple[Gold, ...]:
    turns = record["turns"]
    if not isinstance(turns, list) or len(turns) < 2 or not all(isinstance(turn, dict) for turn in turns):
        raise ValueError("turns 应是两轮以上 (must be two turns or more)")
    return tuple(_gold(turn, f"{identity}#{n}") for n, turn in enumerate(turns, start=1))


def _pair(record: Record) -> SentencePair:
    group = "/".join(part for part in (text(record, "set", ""), text(record, "split", "")) if part)
    return SentencePair(group, text(record, "a"), text(record, "b"), number(record, "label"))


_PARSERS: dict[Form, Callable[[Record, str], tuple[Gold, ...]]] = {
    "questions": _question,
    "retrieval": _retrieval,
    "unanswerable": _unanswerable,
    "dialogues": _dialogue,
}


def _floors(given: object) -> Mapping[str, float]:
    if not isinstance(given, dict):
        raise ValueError("require 应是名称与下限 (must be names with floors)")
    return {name: number(given, name) for name in given}
