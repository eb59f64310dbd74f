"""Everyday words for printed ones: said of a query, they teach the encoder that both mean the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from embeddings.training.corpus import Article

SHORTEST_WORD = 2  # a single character is part of too many words to be replaced on sight


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Each known word and its partners; ``longest`` is the length of the longest known word."""

    partners: Mapping[str, Sequence[str]]
    longest: int

    @classmethod
    def of(cls, partners: Mapping[str, Sequence[str]]) -> Synonyms:
        return cls(partners, max(map(len, partners), default=0))


def read_synonyms(path: Path) -> Synonyms:
    """``headword<TAB>partner,partner`` lines; each partner gets the headword as its own partner too.

    No file means no synonyms: a data folder of one's own need not have any.
    """
    partners: dict[str, dict[str, None]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        headword, _, listed = line.partition("\t")
        for partner in filter(None, listed.split(",")):
            partners.setdefault(headword, {})[partner] = None
            partners.setdefault(partner, {})[headword] = None
    return Synonyms.of({word: tuple(others) for word, others in partners.items() if len(word) >= SHORTEST_WORD})


def replace_words(text: str, synonyms: Synonyms, rng: random.Random, *, share: float) -> str:
    """Replace about ``share`` of the known words of ``text``, longest word first from the left.

    >>> replace_words("医保报销比例", Synonyms.of({"报销": ["报账"]}), random.Random(0), share=1)
    '医保报账比例'
    """
    written: list[str] = []
    at = 0
    while at < len(text):
        word = known_word_at(text, at, synonyms)
        known = len(word) > 1 and rng.random() < share
        written.append(rng.choice(synonyms.partners[word]) if known else word)
        at += len(word)
    return "".join(written)


def known_word_at(text: str, at: int, synonyms: Synonyms) -> str:
    """The longest known word that starts here, or the one character that stands here."""
    for length in range(min(synonyms.longest, len(text) - at), 1, -1):
        if text[at : at + length] in synonyms.partners:
            return text[at : at + length]
    return text[at]


def synonym_articles(synonyms: Synonyms) -> list[Article]:
    """Each pair of partners as a tiny article: the word is its headline, the partner its body."""
    return [
        Article("synonyms", f"synonyms-{word}-{partner}", word, partner)
        for word, partners in synonyms.partners.items()
        for partner in partners
    ]
