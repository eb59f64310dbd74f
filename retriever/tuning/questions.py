"""Questions with the article that answers them: what ranking, answers and confidence are learnt from."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUESTIONS, DIALOGUES, UNANSWERABLE = (f"news_{name}.train.jsonl" for name in ("questions", "dialogues", "unanswerable"))


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


def set_apart(data: Path) -> frozenset[str]:
    """The articles whose questions the encoder of ``tuning.apart`` has not learnt: those of the near misses, about half of
    the others, and whatever shares a conversation with them."""
    near = {row["article_id"] for row in rows(data / UNANSWERABLE) if row.get("article_id")}
    together = [{turn["article_id"] for turn in row["turns"]} for row in rows(data / DIALOGUES)]
    apart = {row["article_id"] for row in rows(data / QUESTIONS)}.union(*together)
    apart = near | {name for name in apart if name in near or _is_even(name)}
    return frozenset(apart.union(*(articles for articles in together if articles & apart)))


def _is_even(article_id: str) -> bool:
    return int(hashlib.sha256(f"h{article_id}".encode()).hexdigest(), 16) % 2 == 0


def asked_by_citizens(data: Path) -> Iterator[Asked]:
    """Hand-made questions, most in everyday words; near misses are about the right article, though it doesn't answer them."""
    for row in rows(data / QUESTIONS):
        yield Asked("news", row["question"], row["article_id"], row["evidence"])
    for row in rows(data / UNANSWERABLE):
        if row.get("article_id"):
            yield Asked("near miss", row["question"], row["article_id"])
    for row in rows(data / DIALOGUES):
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
