"""What a generation in Milvus knows of words, or of pairs of characters."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.index.lexical import K1
from retriever.index.milvus.counts import Sort, TermCounts, stored
from retriever.index.milvus.neighbours import StoredNeighbours
from retriever.index.milvus.rows import StoredPassage, StoredRows
from retriever.index.milvus.schema import quoted
from retriever.index.milvus.view import View
from retriever.index.milvus.weights import norms
from retriever.index.opened import Rows, Values


class StoredKeywords:
    """One side of the terms. Safe to ask from several threads."""

    def __init__(
        self,
        view: View,
        counts: TermCounts,
        rows: StoredRows,
        *,
        sort: Sort,
        number: Callable[[str], int],
        length: Callable[[StoredPassage], int],
        passages: int,
        mean: float,
    ) -> None:
        """``number`` gives a term's dimension, ``length`` the terms of a passage, ``mean`` those of one on the average."""
        self._view, self._counts, self._rows = view, counts, rows
        self._sort, self._number, self._length = sort, number, length
        self._passages, self._mean = passages, mean

    def know(self, terms: Iterable[str]) -> None:
        """Fetch how frequent these terms are, those that are not remembered, in one go."""
        self._counts.know(stored(self._sort, term) for term in terms if term)

    def frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        return self._counts.of(stored(self._sort, term)) if term else 0

    def rarity(self, term: str) -> float:
        """As :meth:`retriever.index.lexical.LexicalIndex.rarity`."""
        frequency = self.frequency(term)
        return math.log1p((self._passages - frequency + 0.5) / (frequency + 0.5))

    def has_beginning(self, beginning: str) -> bool:
        where = f"term like {quoted(_literal(self._sort + beginning) + '%')}"
        found = self._view.query("terms", where, ["term"])
        return any(self.frequency(term) for term in dict.fromkeys(record["term"][1:] for record in found))

    def factors(self, weights: Mapping[str, float]) -> dict[int, float]:
        """What a question asks of Milvus: each term's dimension and what it counts, those above nothing that are printed."""
        self.know(weights)
        found: defaultdict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            if weight > 0 and self.frequency(term):
                found[self._number(term)] += self._factor(term, weight)
        return dict(found)

    def _factor(self, term: str, weight: float) -> float:
        return weight * self.rarity(term) * (K1 + 1)

    def parts(self, weights: Mapping[str, float], rows: Rows) -> tuple[Values, NDArray[np.bool_]]:
        """BM25 of each weighted term in each of ``rows``, and whether it stands there; shapes (terms, rows)."""
        self.know(weights)
        ids = np.array([self._number(term) for term in weights], np.int64)
        factors = np.array([self._factor(term, weight) for term, weight in weights.items()], np.float32)
        passages = self._rows.get(rows.tolist())
        if not len(ids) or not passages:
            return np.zeros((len(ids), len(rows)), np.float32), np.zeros((len(ids), len(rows)), np.bool_)
        counts = np.stack([passage.counts_in(ids) for passage in passages], axis=1)
        beside = norms(np.array([self._length(passage) for passage in passages]), self._mean)
        return factors[:, None] * counts / (counts + beside), counts > 0

    def scores(self, weights: Mapping[str, float], rows: Rows) -> Values:
        total: Values = self.parts(weights, rows)[0].sum(axis=0, dtype=np.float32)
        return total


class StoredPairs(StoredKeywords):
    """Pairs, and what stands beside a character in them."""

    def __init__(self, neighbours: StoredNeighbours, *own: Any, **named: Any) -> None:
        super().__init__(*own, **named)
        self._neighbours = neighbours

    def frequency(self, term: str) -> int:
        if len(term) == 2 and self._neighbours.never_stand_together(term[0], term[1]):
            return 0  # known without asking: slips of the pen are looked for in many pairs that nobody prints
        return super().frequency(term)

    def followers(self, character: str) -> frozenset[str]:
        """The characters that stand second in pairs that begin with a character."""
        return self._neighbours.beside("followers", character)

    def preceders(self, character: str) -> frozenset[str]:
        """Those that stand first in pairs that end with it."""
        return self._neighbours.beside("preceders", character)


def _literal(text: str) -> str:
    """A text that stands for itself in a pattern."""
    return "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in text)
