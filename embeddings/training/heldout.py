"""Which articles of an archive are set apart and never learnt from.

The choice hangs on nothing but the letters of each text: reordered or renamed files give the same slice, and texts that
are equal but for spaces and punctuation stay together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from embeddings.training.corpus import Article, without_recurring_headlines
from embeddings.training.errors import TooFewArticles
from embeddings.training.shelf import SENTENCE

NEEDED = 200  # different articles: with fewer, a quarter of them would have to be set apart
SHARE = 0.05
FEWEST, MOST = 50, 1_000  # set apart, at least and at most
SHORTEST_TEXT = 60  # letters; shorter ones are notices and captions
COPIED = 0.5  # an article that shares this much of its letters with the slice would give its answers away
TELLING_SENTENCE = 10  # letters; shorter sentences recur everywhere

NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Split:
    """``watched`` decides when to stop, ``compared`` is looked at only once, before and after; neither is learnt from."""

    learnt: list[Article]
    watched: list[Article]
    compared: list[Article]


def letters(text: str) -> str:
    """
    >>> letters("医保，报销 50%。")
    '医保报销50'
    """
    return NOT_LETTERS.sub("", text)


def digest(article: Article) -> str:
    return hashlib.sha256(letters(article.text).encode("utf-8", "surrogatepass")).hexdigest()


def set_apart(articles: Sequence[Article]) -> Split:
    """One in twenty, at least 50 and at most 1,000; each list in an order that hangs on the texts alone.

    When an archive grows, what is set apart then was (by far the most of it) set apart before, so that an encoder
    adapted last year has not learnt this year's exam. Raises TooFewArticles.
    """
    different = {digest(a): a for a in sorted(articles, key=lambda a: (a.title, a.text)) if long_enough(a)}
    if len(different) < NEEDED:
        raise TooFewArticles(found=len(different), read=len(articles), needed=NEEDED, letters=SHORTEST_TEXT)
    keys = sorted(different)
    ordered = without_recurring_headlines([different[key] for key in keys])
    below = sum(int(key[:8], 16) < SHARE * 16**8 for key in keys)
    count = min(MOST, max(FEWEST, below))
    apart = ordered[:count]
    return Split(without_copies(ordered[count:], apart), apart[0::2], apart[1::2])


def long_enough(article: Article) -> bool:
    return len(letters(article.text)) >= SHORTEST_TEXT


def without_copies(articles: Iterable[Article], apart: Iterable[Article]) -> list[Article]:
    """The articles that do not repeat half of their text, or more, from the slice."""
    told = {sentence for article in apart for sentence in telling_sentences(article)}
    return [article for article in articles if shared(article, told) < COPIED]


def shared(article: Article, told: set[str]) -> float:
    sentences = telling_sentences(article)
    return sum(len(s) for s in sentences if s in told) / max(1, sum(map(len, sentences)))


def telling_sentences(article: Article) -> list[str]:
    found = (letters(sentence) for sentence in SENTENCE.findall(article.text))
    return [sentence for sentence in found if len(sentence) >= TELLING_SENTENCE]
