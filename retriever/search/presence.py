"""Is this word printed anywhere?  Asked before a reader is told that no article holds it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np

from retriever.index.snapshot import Snapshot, matching_text
from retriever.text.folding import fold
from retriever.text.words import pairs, search_words

READ_AT_MOST = 50  # passages whose text is looked at


def is_printed(snapshot: Snapshot, word: str) -> bool:
    """Whether a passage, or its headline, holds the folded ``word``; a word that cannot be looked up counts as printed.

    The word index knows words as jieba cuts them. A name that it cut otherwise is looked for where all its pairs of
    characters stand.
    """
    if snapshot.words.frequency(word):
        return True
    together = [pair for pair in pairs(word) if len(pair) == 2]
    if not together:  # one character, or none that is Han
        parts = search_words(word)
        return all(snapshot.words.frequency(part) for part in parts) if len(parts) > 1 else not word.isascii()
    rows = reduce(np.intersect1d, (snapshot.pairs.rows_of(pair) for pair in together))[:READ_AT_MOST]
    found = snapshot.store.passages(rows.tolist())
    return any(word in fold(matching_text(article, passage)) for passage, article in found)


def missing_words(snapshot: Snapshot, words: Iterable[str]) -> tuple[str, ...]:
    """Those of the words that are printed nowhere, in their order."""
    return tuple(word for word in words if not is_printed(snapshot, word))
