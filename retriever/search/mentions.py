"""Which articles hold all of these words?  Counted over the whole index, however few passages are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from retriever.index.snapshot import Snapshot, matching_text
from retriever.text.folding import confused, fold
from retriever.text.numbers import numbers
from retriever.text.words import pairs

_ASKS = re.compile("[几哪][^何率]")  # 几点, 哪年: asked for, not to be read in the text
AT_ONCE = 500  # passages whose texts are read together
RowsOf = NDArray[np.integer]


def articles_with(snapshot: Snapshot, words: Iterable[str], passing: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The numbers of the articles among ``passing`` whose headline and text hold every folded word, ascending.

    Words of two Chinese characters and those that jieba cuts are counted by postings alone. What it may cut otherwise is
    looked for where all its pairs of characters stand, and these few passages are read. Single characters (元, 总) are
    passed over, unless there is nothing else: then one counts where it is a word of its own. ``passing`` has one entry an
    article; no word, no article.
    """
    article_of = snapshot.store.columns().article_of
    sought = [word for word in words if not _ASKS.fullmatch(word)]
    longer = [word for word in sought if len(word) > 1]
    postings = [(word, *_rows_with(snapshot, word)) for word in longer or sought]
    if not postings:
        return np.empty(0, np.int64)
    holds = passing.copy()
    for _, sure, unsure in postings:
        holds &= _marked(article_of, len(passing), sure, unsure)
    for word, sure, unsure in postings:
        known = _marked(article_of, len(passing), sure)
        to_read = unsure[(holds & ~known)[article_of[unsure]]]
        holds &= known | _marked(article_of, len(passing), _that_hold(snapshot, word, to_read))
    return np.flatnonzero(holds)


def _rows_with(snapshot: Snapshot, word: str) -> tuple[RowsOf, RowsOf]:
    """The passages that hold the word, and further ones that may."""
    forms = dict.fromkeys(
        [word, *(number.forms[0] for number in numbers(word) if number.end - number.start == len(word))]
    )
    sure: RowsOf = np.concatenate([snapshot.words.rows_of(form) for form in forms])
    together = [pair for pair in pairs(word) if len(pair) == 2]
    if not together or len(together) != len(word) - 1:  # one character, or not all Han
        return sure, sure[:0]
    likely = snapshot.pairs.rows_of(*together)
    return (likely, sure[:0]) if len(together) == 1 else (sure, np.setdiff1d(likely, sure))


def _that_hold(snapshot: Snapshot, word: str, rows: RowsOf) -> RowsOf:
    """Those of ``rows`` in whose headline or text the word is read."""
    held = []
    for first in range(0, len(rows), AT_ONCE):
        block = rows[first : first + AT_ONCE].tolist()
        texts = (matching_text(article, passage) for passage, article in snapshot.store.passages(block))
        held += [row for row, text in zip(block, texts, strict=True) if confused(word) in confused(fold(text))]
    return np.array(held, np.int64)


def _marked(article_of: NDArray[np.int32], articles: int, *rows: RowsOf) -> NDArray[np.bool_]:
    """Whether one of the rows stands in it; shape (articles,)."""
    marks = np.zeros(articles, np.bool_)
    for some in rows:
        marks[article_of[some]] = True
    return marks
