"""A million passages of real sentences: as many as no collection here has, with words as often as newspapers print them.

Sentences of the articles of ``*.corpus.jsonl`` files are drawn by lot and put together into passages as long as the
articles' own passages are. Words, names and numbers are printed ones and as frequent as in print. Two things differ: a
sentence comes back about as often as the passages outnumber those of the articles, so that rare words are more frequent
and new words fewer than in so many articles; and the sentences of a passage have nothing to do with each other.
"""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

from retriever import passages
from retriever.domain import Article, ArticleInfo, OffsetMap
from retriever.text.sentences import sentence_spans

CORPORA = ("xwlb", "crud", "misc_news")


def articles(data: Path) -> Iterator[str]:
    """The texts of all corpora, in their order."""
    for corpus in CORPORA:
        with lzma.open(data / f"{corpus}.corpus.jsonl.xz", "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


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


def _cut(text: str) -> list[str]:
    whole = Article(ArticleInfo(id="", file=""), text, (0, len(text)), OffsetMap(()))
    return [passage.text for passage in passages.split(whole)]
