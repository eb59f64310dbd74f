"""Questions with the article that answers them: what ranking is learnt from."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the article that was meant, and the sentence that answers it, where that is known."""

    group: str
    text: str
    article_id: str
    evidence: str | None = None


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file, packed by xz or not."""
    with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def asked_by_citizens(data: Path) -> Iterator[Asked]:
    """Hand-made questions, most in everyday words; near misses are about the right article, though it doesn't answer them."""
    for row in rows(data / "news_questions.train.jsonl"):
        yield Asked("news", row["question"], row["article_id"], row["evidence"])
    for row in rows(data / "news_unanswerable.train.jsonl"):
        if row.get("article_id"):
            yield Asked("near miss", row["question"], row["article_id"])
    for row in rows(data / "news_dialogues.train.jsonl"):
        for turn in row["turns"]:
            if turn.get("article_id"):
                text = turn.get("standalone") or turn["question"]
                yield Asked("dialogue", text, turn["article_id"], turn.get("evidence"))


def of_passages(data: Path) -> Iterator[tuple[dict[str, Any], list[Asked]]]:
    """Encyclopedia passages as articles, each with questions that share its words."""
    passages: dict[str, tuple[dict[str, Any], list[Asked]]] = {}
    for row in rows(data / "qa.train.jsonl.xz"):
        passage = row["passage"]
        name = f"qa-{len(passages)}"
        article, asked = passages.setdefault(passage, ({"id": name, "title": row["title"], "text": passage}, []))
        asked.append(Asked("reading", row["question"], article["id"]))
    yield from passages.values()


def of_trial(data: Path) -> Iterator[tuple[dict[str, Any], list[Asked]]]:
    """The same from a set that is kept for tuning: the encoder has learnt nothing of it."""
    by_article: dict[str, list[Asked]] = {}
    for row in rows(data / "cmrc2018_trial.queries.jsonl"):
        for article_id in row["positive"]:
            by_article.setdefault(article_id, []).append(Asked("trial", row["text"], article_id))
    for row in rows(data / "cmrc2018_trial.corpus.jsonl"):
        yield row, by_article.get(row["id"], [])
