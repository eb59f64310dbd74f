"""Is this word printed anywhere?  Asked before a reader is told that no article holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from retriever.index.snapshot import Snapshot, matching_text
from retriever.text.folding import confused, fold
from retriever.text.numbers import numbers
from retriever.text.words import pairs

READ_AT_MOST = 50  # passages whose text is looked at


def is_printed(snapshot: Snapshot, word: str) -> bool:
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
    return any(True for _ in passages_with(snapshot, word))


def _prints_number(snapshot: Snapshot, form: str) -> bool:
    """8月 is printed where 8月2日 is; but 13 is not where 135 is."""
    has = snapshot.words.frequency if form[-1].isdigit() else snapshot.words.has_beginning
    return bool(has(form))


def passages_with(snapshot: Snapshot, word: str) -> Iterator[str]:
    """The first passages, with their headlines, that hold the Han ``word``, as texts are compared."""
    together = [pair for pair in pairs(word) if len(pair) == 2]
    rows = snapshot.pairs.rows_of(*together)[:READ_AT_MOST]
    if not len(rows):
        return
    texts = (
        confused(fold(matching_text(article, passage))) for passage, article in snapshot.store.passages(rows.tolist())
    )
    yield from (text for text in texts if confused(word) in text)


def missing_words(snapshot: Snapshot, words: Iterable[str]) -> tuple[str, ...]:
    """Those of the words that are printed nowhere, in their order."""
    return tuple(word for word in words if not is_printed(snapshot, word))
