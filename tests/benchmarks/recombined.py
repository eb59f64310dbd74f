"""A million passages of real sentences: as many as no collection here has, with words as often as newspapers print them.

Sentences of the articles of ``*.corpus.jsonl`` files are drawn by lot and put together into passages as long as the
articles' own passages are. Words, names and numbers are printed ones and as frequent as in print. Two things differ: a
sentence comes back about as often as the passages outnumber those of the articles, so that rare words are more frequent
and new words fewer than in so many articles; and the sentences of a passage have nothing to do with each other.
:func:`write_articles` makes whole collections in the same way, for a rebuild to read.
"""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from retriever import passages
from retriever.domain import Article, ArticleInfo, OffsetMap
from retriever.text.sentences import sentence_spans

CORPORA = ("xwlb", "crud", "misc_news")


def articles(data: Path) -> Iterator[str]:
    """The texts of all corpora, in their order."""
    return (told["text"] for corpus in CORPORA for told in _lines(data, corpus))


def recombined(data: Path, count: int, *, sample: int = 20_000, seed: int = 0) -> Iterator[str]:
    """``count`` passages; lengths are those of ``sample`` articles' own. The first of more are the same."""
    chance = random.Random(seed)
    texts = list(articles(data))
    lengths = [len(text) for article in chance.sample(texts, min(sample, len(texts))) for text in _cut(article)]
    sentences = [text[start:end] for text in texts for start, end in sentence_spans(text)]
    for _ in range(count):
        wanted, passage = chance.choice(lengths), ""
        while len(passage) < wanted:
            passage += chance.choice(sentences)
        yield passage[:wanted]


def write_articles(data: Path, passages_wanted: int, file: Path, *, seed: int = 0) -> None:
    """Lines of JSON that make ``passages_wanted`` passages: every article as it is, then, as long as they are too few, new ones.

    A new one has the paper, the day and the length of one article, the headline of another and runs of one to four sentences of
    others, a paragraph each: words as frequent as in print, passages of several subjects.
    """
    chance, made = random.Random(seed), 0
    kept = list[dict[str, Any]]()
    with file.open("w", encoding="utf-8") as lines:
        for corpus in CORPORA:
            for told in _lines(data, corpus):
                if made >= passages_wanted:
                    return
                kept.append(told)
                made += len(_cut(told["text"]))
                lines.write(json.dumps(told, ensure_ascii=False) + "\n")
        while made < passages_wanted:
            like, headline = chance.choice(kept), chance.choice(kept).get("title")
            text = _mixed(chance, kept, len(like["text"]))
            new = {"id": f"again-{made}", "title": headline, "source": like.get("source"), "date": like.get("date")}
            made += len(_cut(text))
            lines.write(json.dumps(new | {"text": text}, ensure_ascii=False) + "\n")


def _mixed(chance: random.Random, kept: Sequence[dict[str, Any]], wanted: int) -> str:
    """Paragraphs of at least ``wanted`` characters together."""
    paragraphs, length = list[str](), 0
    while length < wanted:
        text = chance.choice(kept)["text"]
        if sentences := list(sentence_spans(text)):
            first = chance.randrange(len(sentences))
            last = min(first + chance.randint(1, 4), len(sentences)) - 1
            paragraphs.append(text[sentences[first][0] : sentences[last][1]].strip())
            length += max(1, len(paragraphs[-1]))
    return "\n".join(paragraphs)


def _lines(data: Path, corpus: str) -> Iterator[dict[str, Any]]:
    with lzma.open(data / f"{corpus}.corpus.jsonl.xz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _cut(text: str) -> list[str]:
    whole = Article(ArticleInfo(id="", file=""), text, (0, len(text)), OffsetMap(()))
    return [passage.text for passage in passages.split(whole)]
