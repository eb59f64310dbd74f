"""The keyword index: postings in memory-mapped arrays, scored by BM25.

Ours rather than a library's because a question's terms carry weights of their own (a synonym counts less than the word
as typed, a pair of characters less than a word), because k1 and b are tuned for news, and because a passage has to say
which of the question's words it was found by. bm25s has no weights for terms; tantivy fixes k1 and b.

On disk, one folder: ``terms.npy`` (sorted UTF-8, end to end), ``sizes.npy`` (bytes of each), ``frequencies.npy`` (in how
many passages each stands) and ``begins.npy``, as :mod:`retriever.index.terms` tells; ``codes.npy``, the postings of each
term as :mod:`retriever.index.codes` tells, ``far.npy`` (how many of a term's codes are no posting) and ``skips.npy`` (the
rows that lie behind every ``STRIDE``-th code); ``lengths.npy``, the terms of each passage.
:mod:`retriever.index.postings` writes them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retriever.index.arrays import load
from retriever.index.codes import MOST, Ends, Postings
from retriever.index.maxscore import Scored, Scores
from retriever.index.posting_lists import PostingLists, Rows
from retriever.index.spare import Spare
from retriever.index.termkeys import Bytes

K1, B = 0.9, 0.4  # beat the usual 1.5 and 0.75 on news
LONGEST = 65_535  # terms of a passage; one that has more counts as if it had as many
REMEMBERED_CHARACTERS = (
    1 << 8
)  # of a million passages, each has some hundred neighbours: 10 to 50 KB of Python's strings
REMEMBERED_FREQUENCIES = 1 << 12  # most terms share one of the few lowest
FEW_TERMS = 1 << 15  # of an index with no more, the neighbours of all characters are remembered: 7 MB at most


class Weighed(NamedTuple):
    """The postings of some terms, and what each term counts."""

    listed: NDArray[np.int64]  # (terms, 3): begin, end and frequency, as Listed has them
    factors: NDArray[np.float64]  # (terms,) weight · idf · (k1 + 1)


class LexicalIndex:
    """An opened keyword index, memory-mapped. Safe to read from several threads."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError where a file is missing or is not an array."""
        self.lengths: NDArray[np.uint32] = load(folder, "lengths")
        self._postings = PostingLists(folder)
        mean = float(self.lengths.mean()) if self.lengths.size else 1.0
        longest = min(int(self.lengths.max(initial=0)), LONGEST)
        # Lengths take two bytes: what is looked up a million times should stay in the processor's cache.
        lengths = np.concatenate([[0], np.minimum(self.lengths, LONGEST)]).astype(np.uint16)
        norm = (K1 * (1 - B + B * np.arange(longest + 1) / max(mean, 1.0))).astype(np.float32)
        counts = np.arange(MOST + 1, dtype=np.float32)
        shares: Scores = counts / (norm[:, None] + counts)
        self.scored_by = Scored(self._postings.codes, self._postings.skips, lengths, shares)
        self.spare_scores = Spare(len(lengths), np.float32, 0)
        # Of a term's factor, that a passage can have.
        self.most = float(shares[min(int(self.lengths.min(initial=longest)), longest), MOST])
        self._rarity = lru_cache(maxsize=REMEMBERED_FREQUENCIES)(self._rarity_of)
        remembered = None if len(self._postings.terms) <= FEW_TERMS else REMEMBERED_CHARACTERS
        self.followers = lru_cache(maxsize=remembered)(self._postings.terms.followers)
        self.preceders = lru_cache(maxsize=remembered)(self._postings.terms.preceders)

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def frequencies(self) -> NDArray[np.uint32]:
        """In how many passages each term stands."""
        return self._postings.terms.frequencies

    @property
    def term_table(self) -> tuple[Bytes, Ends]:
        """All terms as UTF-8, end to end, and where each ends."""
        return self._postings.terms.whole

    def postings_between(self, first: int, last: int) -> Postings:
        """The postings of the terms with the numbers from ``first`` to before ``last``."""
        return self._postings.between(first, last)

    def frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        return self._postings.listed(term).frequency

    def has_beginning(self, beginning: str) -> bool:
        """Whether any term begins so: 8月 where articles print 8月2日."""
        return self._postings.terms.has_beginning(beginning)

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency (Lucene's form, never negative); an unknown term is the rarest."""
        return self._rarity(self.frequency(term))

    def _rarity_of(self, frequency: int) -> float:
        return math.log1p((len(self) - frequency + 0.5) / (frequency + 0.5))

    def weighed(self, weights: Mapping[str, float]) -> Weighed:
        """The weighted terms in their order; one that no passage holds has no postings."""
        listed = [*map(self._postings.listed, weights)]
        factors = [weight * self._rarity(each.frequency) for each, weight in zip(listed, weights.values(), strict=True)]
        numbers = np.fromiter(chain.from_iterable(listed), np.int64, 3 * len(listed))
        return Weighed(numbers.reshape(-1, 3), np.array(factors, np.float64) * (K1 + 1))

    def scored(self, terms: Weighed, rows: Rows) -> tuple[Scores, NDArray[np.bool_]]:
        """BM25 of each term in each of ``rows``, which ascend, and whether it stands there; shapes (terms, rows)."""
        counts = self._postings.counts(terms.listed, rows)
        _, _, lengths, shares = self.scored_by
        gained = shares.ravel().take(lengths[rows + 1].astype(np.int64) * (MOST + 1) + counts)
        return gained * terms.factors.astype(np.float32)[:, None], counts > 0

    def parts(self, weights: Mapping[str, float], rows: Rows) -> tuple[Scores, NDArray[np.bool_]]:
        """The same for weighted terms, in their order."""
        return self.scored(self.weighed(weights), rows)

    def scores(self, weights: Mapping[str, float], rows: Rows) -> Scores:
        """BM25 of some passages, which ascend, for the weighted terms; shape (rows,)."""
        total: Scores = self.parts(weights, rows)[0].sum(axis=0, dtype=np.float32)
        return total

    def rows_of(self, *terms: str) -> Rows:
        """Every passage with each of the terms, ascending. Read from the rarest on, so that many are little work."""
        rarest, *others = sorted(set(terms), key=self.frequency)
        rows = self._postings.rows(self._postings.listed(rarest))
        for term in others:
            if len(rows):
                rows = rows[self._postings.counts(np.array([self._postings.listed(term)]), rows)[0] > 0]
        return rows
