"""What is in the data folder: articles, and questions that point at the sentence that answers them.

A data folder holds JSON lines, plain or ``.xz``, and :data:`READERS` says which file names are understood. Rows marked
``"train": false`` and files whose name speaks of ``dev`` or ``trial`` are for measuring, and are never read here.
"""

from __future__ import annotations

import json
import lzma
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from embeddings.errors import TrainingDataMissing

RECURRING = 3  # a headline printed this often names a column (“美丽中国”), not its text
NEWS_IN_BRIEF = "快讯"  # many stories under one headline: their sentences do not belong together
MEASURING_ONLY = (".dev.", "_dev.", ".trial.", "_trial.", ".labelled.")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Article:
    """A text to train on. ``title`` is empty where the source has no headline; ``source`` is the file it came from."""

    source: str
    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the article that answers it, and the words that hold the answer ("" where nobody marked them)."""

    source: str
    text: str
    article_id: str
    evidence: str


Record = Article | Question


def read_rows(path: Path) -> Iterator[Row]:
    """Every JSON line of a plain or xz-compressed file."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def news(source: str, rows: Iterable[Row]) -> Iterator[Record]:
    for row in rows:
        if row.get("train") is not False and NEWS_IN_BRIEF not in (row.get("title") or ""):
            yield Article(source, row["id"], row.get("title") or "", row["text"])


def pairs(source: str, rows: Iterable[Row]) -> Iterator[Record]:
    """Two texts that mean the same, or a headline and its paragraph: an article whose headline is the first."""
    for number, row in enumerate(rows):
        yield Article(source, f"{source}-{number}", row["query"], row["positive"])


def reading(source: str, rows: Iterable[Row]) -> Iterator[Record]:
    """Questions with the encyclopedia passage beside them; a passage is told once, however many ask about it."""
    seen: dict[str, str] = {}
    for row in rows:
        passage, title = simplified(row["passage"]), simplified(row["title"])
        if passage not in seen:
            seen[passage] = f"{source}-{len(seen)}"
            yield Article(source, seen[passage], title, passage)
        yield Question(source, simplified(row["question"]), seen[passage], simplified(row["answer"]))


def asked(source: str, rows: Iterable[Row]) -> Iterator[Record]:
    for row in rows:
        yield Question(source, row["question"], row["article_id"], row["evidence"])


def dialogues(source: str, rows: Iterable[Row]) -> Iterator[Record]:
    """Each turn in the form that stands on its own."""
    for row in rows:
        for turn in row["turns"]:
            if turn.get("standalone") and turn.get("evidence"):
                yield Question(source, turn["standalone"], turn["article_id"], turn["evidence"])


Reader = Callable[[str, Iterable[Row]], Iterator[Record]]
READERS: dict[str, Reader] = {
    "*.corpus.jsonl*": news,
    "*.pairs.jsonl*": pairs,
    "qa.train.jsonl*": reading,
    "news_questions.train.jsonl*": asked,
    "news_dialogues.train.jsonl*": dialogues,
}


def read_training_data(folder: Path) -> tuple[list[Article], list[Question]]:
    """All the articles and questions of a data folder, in the order of the file names.

    Raises TrainingDataMissing where the folder holds no article to train on.
    """
    records = [record for pattern, reader in READERS.items() for record in read_matching(folder, pattern, reader)]
    articles = without_recurring_headlines([record for record in records if isinstance(record, Article)])
    if not articles:
        raise TrainingDataMissing(folder=folder)
    known = {article.id for article in articles}
    questions = [record for record in records if isinstance(record, Question) and record.article_id in known]
    return articles, questions


def read_matching(folder: Path, pattern: str, reader: Reader) -> Iterator[Record]:
    for path in sorted(folder.glob(pattern)):
        if not any(mark in path.name for mark in MEASURING_ONLY):
            yield from reader(path.name.split(".")[0], read_rows(path))


def without_recurring_headlines(articles: list[Article]) -> list[Article]:
    printed = Counter(article.title for article in articles)
    return [replace(a, title="") if printed[a.title] >= RECURRING else a for a in articles]


@cache
def converter() -> Any:
    import opencc  # only the training data needs it: at question time the caller has folded the text already

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    return str(converter().convert(text))
