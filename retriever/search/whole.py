"""A small index as arrays in memory: all its passages are weighed at once, where a large one is asked for its best rows.

With a few hundred passages, to look up which of them are worth a look takes many times longer than to look at all.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import Filters
from retriever.index.codes import COUNT_BITS, MOST
from retriever.index.lexical import K1, B, LexicalIndex
from retriever.index.opened import Opened, Sought, Wanted
from retriever.index.snapshot import READ_AT_MOST, Snapshot, matching_text
from retriever.search.places import Places
from retriever.search.sides import Sides, Values
from retriever.text.folding import confused, fold
from retriever.text.words import pairs

MOST_ROWS = 1 << 11  # passages
NOWHERE = "\0"  # a term that no passage holds

Rows = NDArray[np.int64]


class EveryTerm:
    """A small keyword index: every posting as the part of its term's factor that BM25 gives its row."""

    def __init__(self, index: LexicalIndex) -> None:
        self._length = len(index)
        text, ends = index.term_table[0].tobytes(), index.term_table[1].tolist()
        terms = (text[start:end].decode() for start, end in zip([0, *ends], ends, strict=False))
        self._numbers = {term: number for number, term in enumerate(terms)}
        self._sizes = np.append(index.frequencies, 0).astype(np.int64)  # the last is of what stands nowhere
        self._starts = np.cumsum(self._sizes) - self._sizes
        _, first, which = np.unique(self._sizes, return_index=True, return_inverse=True)
        examples = [*self._numbers, NOWHERE]  # terms that are equally frequent are equally rare
        self._rarities = np.array([index.rarity(examples[number]) for number in first.tolist()])[which]

        postings = index.postings_between(0, len(ends))
        counts = (postings & np.uint32(MOST)).astype(np.float32)
        mean = float(index.lengths.mean()) if self._length else 1.0
        norms = K1 * (1 - B + B * index.lengths / max(mean, 1.0))
        self._rows = postings >> np.uint32(COUNT_BITS)
        self._parts = counts / (counts + norms.astype(np.float32)[self._rows])

    def parts(self, weights: Mapping[str, float]) -> tuple[Values, Values]:
        """Of weighted terms, in their order: weight times rarity, shape (terms,), and BM25 in each row, (terms, rows)."""
        numbers = np.array([self._numbers.get(term, -1) for term in weights], np.int64)
        rare = np.array([*weights.values()]) * self._rarities[numbers]
        sizes = self._sizes[numbers]
        of_term = np.repeat(np.arange(len(weights)), sizes)
        at = np.arange(len(of_term)) + np.repeat(self._starts[numbers] - np.cumsum(sizes) + sizes, sizes)
        found = np.zeros((len(weights), self._length), np.float32)
        found[of_term, self._rows[at]] = self._parts[at]
        found *= (rare * (K1 + 1)).astype(np.float32)[:, None]
        return rare.astype(np.float32), found

    def rows_of(self, *terms: str) -> Rows:
        """Every row with each of the terms, ascending."""
        numbers = {self._numbers.get(term, -1) for term in terms}
        lists = [self._rows[self._starts[number] : self._starts[number] + self._sizes[number]] for number in numbers]
        return np.flatnonzero(np.bincount(np.concatenate(lists), minlength=self._length) == len(lists))


class Whole:
    """All passages of a small index, as the three sides see them. Nothing in it changes."""

    def __init__(self, snapshot: Snapshot) -> None:
        rows = np.arange(len(snapshot.words))
        self._words, self._pairs = EveryTerm(snapshot.words), EveryTerm(snapshot.pairs)
        self._vectors = snapshot.dense.vectors(rows)
        self._places = Places.of(snapshot.store.places(rows.tolist()))
        self._columns = snapshot.store.columns()
        texts = [matching_text(article, passage) for passage, article in snapshot.store.passages(rows.tolist())]
        self._texts = [confused(fold(text)) for text in texts]

    def sides(self, sought: Sought, vector: Vectors, wanted: Wanted, filters: Filters) -> Sides:
        """What every side says of the best rows of each among those whose articles pass."""
        word_weights, by_word = self._words.parts(sought.words)
        pair_weights, by_pair = self._pairs.parts(sought.pairs)
        typed = by_word[: len(sought.typed)].sum(axis=0)
        keywords = by_word.sum(axis=0) + np.float32(sought.pairs_share) * by_pair.sum(axis=0)
        cosines: Values = self._vectors @ vector[0]

        allowed = self._columns.rows(filters) if filters else None
        chosen = np.zeros(len(cosines), np.bool_)
        for scores, most in ((keywords, wanted.keywords), (typed, wanted.typed)):
            best = _best(scores, most, allowed)
            chosen[best[scores[best] > 0]] = True
        chosen[_best(cosines, wanted.meaning, allowed)] = True
        rows = np.flatnonzero(chosen)
        places = self._places.at(rows)
        return Sides(rows, by_word[:, rows], by_pair[:, rows], cosines[rows], word_weights, pair_weights, places)

    def texts_with(self, word: str) -> list[str]:
        """As :meth:`Snapshot.texts_with`."""
        rows = self._pairs.rows_of(*(pair for pair in pairs(word) if len(pair) == 2))
        texts, sought = (self._texts[row] for row in rows[:READ_AT_MOST].tolist()), confused(word)
        return [text for text in texts if sought in text]


def _best(scores: Values, most: int, allowed: Rows | None) -> Rows:
    """The rows of the highest scores, equal ones by row."""
    if allowed is not None:
        return allowed[_best(scores[allowed], most, None)]
    return np.argsort(-scores, kind="stable")[:most]


_SHARED: WeakKeyDictionary[Snapshot, Whole] = WeakKeyDictionary()
_SHARING = threading.Lock()


def whole(opened: Opened) -> Whole | None:
    """The arrays of a small index on this machine, made when they are first asked for; None of any other."""
    if not isinstance(opened, Snapshot) or len(opened.words) > MOST_ROWS:
        return None
    with _SHARING:
        found = _SHARED.get(opened)
        if found is None:
            found = _SHARED[opened] = Whole(opened)
        return found
