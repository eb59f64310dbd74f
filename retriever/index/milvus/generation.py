"""A generation that is kept in Milvus: searched and filtered there, weighed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import Filters, IndexStatus
from retriever.index.manifest import Manifest
from retriever.index.milvus.address import Address
from retriever.index.milvus.articles import StoredArticles
from retriever.index.milvus.connection import Route
from retriever.index.milvus.counts import TermCounts, asked_for
from retriever.index.milvus.issues import Issues
from retriever.index.milvus.keywords import StoredKeywords, StoredPairs
from retriever.index.milvus.neighbours import StoredNeighbours
from retriever.index.milvus.publishing import Contents
from retriever.index.milvus.records import where
from retriever.index.milvus.rows import FIELDS, StoredRows
from retriever.index.milvus.tally import StoredTally, holds_all
from retriever.index.milvus.view import View
from retriever.index.milvus.weights import pair_id, word_id
from retriever.index.opened import Rows, Sought, Values, Wanted
from retriever.text.folding import confused, fold
from retriever.text.lexicon import Lexicon
from retriever.text.words import pairs

READ_AT_MOST = 200  # passages whose text is looked at for a word
_ASKS = re.compile("[几哪][^何率]")  # 几点, 哪年: asked for, not to be read in the text
_COUNTED = ("number", "source", "day", "passages")
NO_ROWS = np.empty(0, np.int64), np.empty(0, np.float32)


class MilvusGeneration:
    """Safe to ask from several threads. Everything is kept in Milvus, but for what was asked for last."""

    def __init__(self, view: View, contents: Contents, own: str) -> None:
        """``own`` is the collection of what the generation has alone."""
        self._view, self._contents = view, contents
        self.papers = Issues(contents.issues)
        self._rows, self._counts = StoredRows(view), TermCounts(view)
        self.store = StoredArticles(view, own, self._rows, self.papers)
        passages = contents.manifest.passages
        self.words = StoredKeywords(
            view,
            self._counts,
            self._rows,
            sort="w",
            number=word_id,
            length=lambda passage: passage.words,
            passages=passages,
            mean=contents.words,
        )
        self._neighbours = StoredNeighbours(view.connection, own)
        self.pairs = StoredPairs(
            self._neighbours,
            view,
            self._counts,
            self._rows,
            sort="p",
            number=pair_id,
            length=lambda passage: passage.pairs,
            passages=passages,
            mean=contents.pairs,
        )

    @property
    def place(self) -> Address:
        return self._view.connection.store

    @property
    def manifest(self) -> Manifest:
        return self._contents.manifest

    @property
    def generation(self) -> str:
        return self._contents.manifest.generation

    @property
    def lexicon(self) -> Lexicon:
        return self._contents.lexicon

    def expect(self, question: str) -> None:
        """What is known of a question's words and characters is fetched together, not one after the other."""
        self._counts.know(asked_for(question, self.lexicon))
        self._neighbours.know("".join(pairs(question)))

    def candidates(self, sought: Sought, vector: Vectors, wanted: Wanted, filters: Filters) -> Rows:
        """One request: Milvus searches its sparse and its dense vectors, filters inside, and sends what will be weighed."""
        routes = [Route("vector", vector[0], wanted.meaning)]
        keywords = ((self._factors(sought), wanted.keywords), (self.words.factors(sought.typed), wanted.typed))
        routes += [Route("terms", factors, most) for factors, most in keywords if factors]
        found = self._view.search_together(routes, where(filters), FIELDS)
        return np.unique(np.array([one.row for one in self._rows.remember(found)], np.int64))

    def _factors(self, sought: Sought) -> dict[int, float]:
        of_pairs = self.pairs.factors(sought.pairs)
        return self.words.factors(sought.words) | {term: sought.pairs_share * of_pairs[term] for term in of_pairs}

    def by_keywords(self, sought: Sought, k: int, filters: Filters) -> tuple[Rows, Values]:
        return self._by_terms(self._factors(sought), k, where(filters))

    def by_words(self, weights: Mapping[str, float], k: int) -> tuple[Rows, Values]:
        return self._by_terms(self.words.factors(weights), k, "")

    def _by_terms(self, factors: Mapping[int, float], k: int, passing: str) -> tuple[Rows, Values]:
        if not factors:
            return NO_ROWS
        return _in_order(self._view.search(Route("terms", factors, k), passing, ["row"]))

    def by_meaning(self, vector: Vectors, k: int, filters: Filters) -> tuple[Rows, Values]:
        found = self._view.search(Route("vector", vector[0], k), where(filters), ["row"])
        return _in_order(found)

    def cosines(self, vector: Vectors, rows: Rows) -> Values:
        stored = self._rows.get(rows.tolist())
        told: Values = np.stack([one.vector for one in stored]) @ vector[0] if stored else np.empty(0, np.float32)
        return told

    def beside(self, rows: Rows) -> Rows:
        """The rows of all passages of the articles in which ``rows`` stand, ascending."""
        numbers = sorted({stored.article for stored in self._rows.get(rows.tolist())})
        found = self._view.get("articles", numbers, ["first_row", "passages"])
        spans = [(int(one["first_row"]), int(one["passages"])) for one in found]
        own = [np.arange(first, first + count, dtype=np.int64) for first, count in sorted(spans)]
        return np.concatenate([np.empty(0, np.int64), *own])

    def texts_with(self, word: str) -> list[str]:
        """The passages that hold a Han word, among those that hold most of its pairs of characters."""
        together = {pair: 1.0 for pair in pairs(word) if len(pair) == 2}
        self.pairs.know(together)
        if not together or not all(map(self.pairs.frequency, together)):
            return []
        route = Route("terms", {pair_id(pair): 1.0 for pair in together}, READ_AT_MOST)
        rows, _ = _in_order(self._view.search(route, "", ["row"]))
        told = ((one.info.title, one.passage.text) for one in self._rows.get(rows.tolist()))
        texts = [confused(fold(f"{title}\n{text}" if title else text)) for title, text in told]
        return [text for text in texts if confused(word) in text]

    def holding(self, words: Iterable[str], filters: Filters) -> StoredTally:
        """The articles among those that pass whose headline and text hold every folded word; no word, no article."""
        sought = [word for word in words if not _ASKS.fullmatch(word)]
        expression = holds_all([word for word in sought if len(word) > 1] or sought)
        if not expression:
            return StoredTally()
        both = " and ".join(filter(None, [where(filters), expression]))
        found = self._view.each("articles", both, _COUNTED)
        return StoredTally.of(record for records in found for record in records)

    def standing(self, rows: NDArray[np.int64]) -> StoredTally:
        """Those that the passages of ``rows`` stand in."""
        numbers = sorted({stored.article for stored in self._rows.get(rows.tolist())})
        return StoredTally.of(self._view.get("articles", numbers, _COUNTED))

    def status(self) -> IndexStatus:
        return self.manifest.status(self.papers.by_source())

    def close(self) -> None:
        self._view.connection.close()


def _in_order(found: list[tuple[Mapping[str, object], float]]) -> tuple[Rows, Values]:
    """Best first, equal ones by row, those above nothing."""
    rows = np.array([record["row"] for record, _ in found], np.int64)
    scores = np.array([score for _, score in found], np.float32)
    order = np.lexsort((rows, -scores))
    return rows[order], scores[order]
