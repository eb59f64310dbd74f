"""The training articles cut into sentences and pieces once, so that an epoch only has to point at passages."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.training.corpus import Article, Question

SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]+[”’」』）)]*|[^。！？!?；;\n]+")
AT_ONCE = 50_000  # sentences handed to the tokenizer together: bounds memory

Sentences = tuple[int, int]  # from the first sentence up to, and without, the second


@dataclass(frozen=True, slots=True)
class Shelf:
    """Article ``a`` is sentence ``first[a]`` (its headline, perhaps empty), then its body up to ``first[a + 1]``."""

    sentences: list[str]
    first: list[int]
    char_at: list[int]  # characters before each sentence, over the whole shelf
    piece_at: NDArray[np.int64]  # pieces before each sentence
    pieces: NDArray[np.int32]

    def body(self, article: int) -> Sentences:
        return self.first[article] + 1, self.first[article + 1]

    def headline(self, article: int) -> Sentences:
        return self.first[article], self.first[article] + 1

    def chars(self, part: Sentences) -> int:
        return self.char_at[part[1]] - self.char_at[part[0]]

    def forward(self, sentence: int, end: int, chars: int) -> int:
        """Where a passage of about ``chars`` characters that starts at ``sentence`` ends; never past ``end``."""
        return min(end, max(sentence + 1, bisect_left(self.char_at, self.char_at[sentence] + chars)))

    def sentence_holding(self, question: Question, article: int, text: str) -> int:
        """The sentence of ``article`` where the evidence begins; its first sentence where it is not found."""
        start, end = self.body(article)
        offset = text.find(question.evidence) if question.evidence else 0
        return min(end - 1, max(start, bisect_right(self.char_at, self.char_at[start] + max(offset, 0)) - 1))

    def pieces_of(self, parts: Sequence[Sentences]) -> NDArray[np.int32]:
        at = self.piece_at
        return np.concatenate([self.pieces[at[start] : at[end]] for start, end in parts])


def sentences_of(article: Article) -> Iterator[str]:
    yield article.title
    yield from SENTENCE.findall(article.text) or [article.text]


def build_shelf(articles: Sequence[Article], tokenizer: Tokenizer) -> Shelf:
    """Cut every article. A million sentences take about half a minute."""
    sentences: list[str] = []
    first = [0]
    for article in articles:
        sentences.extend(sentences_of(article))
        first.append(len(sentences))
    counts, pieces = cut(sentences, tokenizer)
    return Shelf(
        sentences=sentences,
        first=first,
        char_at=[0, *accumulate(map(len, sentences))],
        piece_at=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        pieces=pieces,
    )


def cut(texts: Sequence[str], tokenizer: Tokenizer) -> tuple[list[int], NDArray[np.int32]]:
    """How many pieces each text has, and the pieces of all of them one after another."""
    counts: list[int] = []
    found: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]
    for start in range(0, len(texts), AT_ONCE):
        ids = [
            e.ids for e in tokenizer.encode_batch_fast(list(texts[start : start + AT_ONCE]), add_special_tokens=False)
        ]
        counts.extend(map(len, ids))
        found.append(np.fromiter((piece for row in ids for piece in row), np.int32))
    return counts, np.concatenate(found)
