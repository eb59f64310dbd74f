"""Is this word printed anywhere?  Asked before a reader is told that no article holds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from retriever.index.opened import Opened
from retriever.search.whole import whole
from retriever.text.names import is_name
from retriever.text.numbers import numbers
from retriever.text.words import pairs


@dataclass(frozen=True, slots=True)
class Presence:
    """Which words of a question no article prints, and which of all its words are names."""

    missing: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


def is_printed(snapshot: Opened, word: str) -> bool:
    """Whether a passage, or its headline, holds the folded ``word``; a word that cannot be looked up counts as printed.

    The word index knows words as jieba cuts them. A name that it cut otherwise is looked for where all its pairs of
    characters stand.
    """
    if snapshot.words.frequency(word):
        return True
    if any(_prints_number(snapshot, number.forms[0]) for number in numbers(word)):
        return True
    together = [pair for pair in pairs(word) if len(pair) == 2]
    if not together:  # one character, or none that is Han
        parts = snapshot.lexicon.search_words(word)
        return all(snapshot.words.frequency(part) for part in parts) if len(parts) > 1 else not word.isascii()
    return all(map(snapshot.pairs.frequency, together)) and any(True for _ in passages_with(snapshot, word))


def _prints_number(snapshot: Opened, form: str) -> bool:
    """8月 is printed where 8月2日 is; but 13 is not where 135 is."""
    has = snapshot.words.frequency if form[-1].isdigit() else snapshot.words.has_beginning
    return bool(has(form))


def passages_with(snapshot: Opened, word: str) -> Iterable[str]:
    """The first passages, with their headlines, that hold the Han ``word``, as texts are compared."""
    every = whole(snapshot)
    return every.texts_with(word) if every else snapshot.texts_with(word)


def presence_of(snapshot: Opened, words: Iterable[str]) -> Presence:
    """What is known of the folded words, the missing ones in their order."""
    asked = tuple(words)
    names = frozenset(word for word in asked if is_name(word, snapshot.lexicon))
    return Presence(tuple(word for word in asked if not is_printed(snapshot, word)), names)
