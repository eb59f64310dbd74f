"""What a generation in Milvus knows of words, or of pairs of characters."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.index.lexical import K1
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.neighbours import StoredNeighbours
from retriever.index.milvus.records import cut_to, quoted, term_key
from retriever.index.milvus.rows import StoredPassage, StoredRows
from retriever.index.milvus.schema import TERM_BYTES
from retriever.index.milvus.weights import norms
from retriever.index.opened import Rows, Values

REMEMBERED = 1 << 17  # terms, some 150 bytes each


class StoredKeywords:
    """One side of the terms: ``sort`` is w for words, p for pairs. Safe to ask from several threads."""

    def __init__(
        self,
        connection: Connection,
        collection: str,
        rows: StoredRows,
        *,
        sort: str,
        number: Callable[[str], int],
        length: Callable[[StoredPassage], int],
        passages: int,
        mean: float,
        slices: int,
    ) -> None:
        """``number`` gives a term's dimension, ``length`` the terms of a passage, ``mean`` those of one on the average."""
        self._connection, self._collection, self._rows = connection, collection, rows
        self._sort, self._number, self._length = sort, number, length
        self._passages, self._mean, self._slices = passages, mean, slices
        self._frequencies: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def know(self, terms: Iterable[str]) -> None:
        """Fetch how frequent these terms are, those that are not remembered, in one go."""
        with self._lock:
            unknown = [term for term in dict.fromkeys(terms) if term and term not in self._frequencies]
        if not unknown:
            return
        counted: defaultdict[str, int] = defaultdict(int)
        # Each slice has its own count, found by its key: that is the quickest that Milvus does.
        keys = [term_key(self._stored(term), part) for term in unknown for part in range(1, self._slices + 1)]
        for record in self._connection.get(self._collection, keys, ["term", "passages"]):
            counted[record["term"]] += int(record["passages"])
        with self._lock:
            for term in unknown:
                self._frequencies[term] = counted[self._stored(term)]
            while len(self._frequencies) > REMEMBERED:
                self._frequencies.popitem(last=False)

    def _stored(self, term: str) -> str:
        return self._sort + cut_to(term, TERM_BYTES)

    def frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        if not term:
            return 0
        found = self._frequencies.get(term)
        if found is None:
            self.know([term])
            found = self._frequencies.get(term, 0)
        return found

    def rarity(self, term: str) -> float:
        """As :meth:`retriever.index.lexical.LexicalIndex.rarity`."""
        frequency = self.frequency(term)
        return math.log1p((self._passages - frequency + 0.5) / (frequency + 0.5))

    def has_beginning(self, beginning: str) -> bool:
        where = f"term like {quoted(_literal(self._sort + beginning) + '%')}"
        return bool(self._connection.query(self._collection, where, ["term"], 1))

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

    def followers(self, character: str) -> frozenset[str]:
        """The characters that stand second in pairs that begin with a character."""
        return self._neighbours.beside("followers", character)

    def preceders(self, character: str) -> frozenset[str]:
        """Those that stand first in pairs that end with it."""
        return self._neighbours.beside("preceders", character)


def _literal(text: str) -> str:
    """A text that stands for itself in a pattern."""
    return "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in text)
