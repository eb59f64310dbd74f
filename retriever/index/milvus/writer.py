"""Writes one slice of a generation into Milvus, lot by lot, as they come from whoever makes them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import Article, ArticleInfo, Page, cited
from retriever.index.lots import Lot
from retriever.index.milvus.connection import Connection, Record
from retriever.index.milvus.neighbours import neighbours_of
from retriever.index.milvus.records import (
    article_as_text,
    article_key,
    batched,
    compared_text,
    cut_to,
    day_of,
    exact_words,
    info_as_text,
    is_han,
    page_key,
    pieces,
    source_of,
    term_key,
)
from retriever.index.milvus.schema import KINDS, NAME_BYTES, NOTHING, TERM_BYTES, Kind, Names
from retriever.index.milvus.slices import Slice
from retriever.index.milvus.weights import NO_TERM, NOMINAL_PAIRS, NOMINAL_WORDS, norms, pair_id, weights_of, word_id
from retriever.index.runs import Run
from retriever.index.writer import Placed

AT_ONCE = 500  # passages in one call: some 4 MB
TERMS_AT_ONCE = 5000


class MilvusWriter:
    """Takes what :class:`~retriever.index.writer.SnapshotWriter` takes of a generation that grows from none."""

    def __init__(self, connection: Connection, names: Names, generation: str, part: Slice) -> None:
        self._connection, self._names, self._generation, self._part = connection, names, generation, part
        self._row = self._number = part.first
        self.passages = self.articles = self.characters = 0
        self._terms: Counter[str] = Counter()  # w or p and the term → passages
        self._lengths = [0, 0]  # of all passages together: words, pairs
        self._issues: Counter[tuple[str | None, str | None]] = Counter()
        self._pages: set[str] = set()
        self._waiting: tuple[Sequence[Placed], Lot] | None = None  # a lot whose vectors are still to come

    def _insert(self, kind: Kind, records: Sequence[Record]) -> None:
        if records:
            self._connection.insert(self._names.of(self._generation, kind), records, self._part.partition)

    def add_page(self, page: Page, file: int = 0) -> None:
        """A raw page."""
        if page.file not in self._pages:
            self._pages.add(page.file)
            self._insert("texts", pieces("page", page_key(page.file), page.text))

    def add_lot(self, articles: Sequence[Placed], lot: Lot) -> None:
        """Some articles and what they come to; they are written when their vectors are there."""
        self._waiting = (articles, lot)
        if lot.vectors is not None or not len(lot.spans):
            self.add_vectors(np.empty((0, 2), np.float32) if lot.vectors is None else lot.vectors)

    def add_vectors(self, vectors: Vectors) -> None:
        """The vectors of the lot that was added last; shape (passages, dimensions)."""
        assert self._waiting is not None
        (articles, lot), self._waiting = self._waiting, None
        stored, words_of_row, told = (
            self._articles(articles, lot),
            _words_by_row(lot.words),
            self._passages(articles, lot),
        )
        vectors = np.ascontiguousarray(vectors, np.float32)
        passages = [record | {"vector": vector} for record, vector in zip(told, vectors, strict=True)]
        first = 0
        for record, count in zip(stored, lot.counts.tolist(), strict=True):
            held = (word for row in range(first, first + count) for word in words_of_row[row])
            record["exact"] = exact_words(held)
            first += count
        for some in batched(passages, AT_ONCE):
            self._insert("passages", some)
        self._insert("articles", stored)
        self._count(lot)

    def stay_files(self, files: Mapping[int, int]) -> None:
        """A slice grows from no generation: no file stays as it was."""
        assert not files

    def _articles(self, articles: Sequence[Placed], lot: Lot) -> list[dict[str, Any]]:
        """The records of the articles but for their words; their whole records go to the texts."""
        stored, texts, row = [], [], self._row
        for placed, count in zip(articles, lot.counts.tolist(), strict=True):
            article, info, number = placed.article, placed.article.info, self._number
            texts += pieces("article", article_key(number), article_as_text(article))
            stored.append(
                {
                    "number": number,
                    "id": cut_to(info.id, NAME_BYTES),
                    "file": cut_to(info.file, NAME_BYTES),
                    "source": source_of(info),
                    "day": day_of(info),
                    "info": info_as_text(info),
                    "raw_start": article.raw[0],
                    "on_page": info.file in self._pages,
                    "first_row": row,
                    "passages": count,
                    "compared": compared_text(article),
                }
                | NOTHING
            )
            self._issues[info.source, info.date] += 1
            self.characters += len(article.text)
            self._number += 1
            row += count
        sketches = np.ascontiguousarray(lot.sketches).tobytes()
        texts += pieces("sketch", f"sketch/{self._number - len(articles)}", sketches.hex())
        self._insert("texts", texts)
        self.articles += len(articles)
        return stored

    def _passages(self, articles: Sequence[Placed], lot: Lot) -> Iterator[dict[str, Any]]:
        """The records of the passages but for their vectors."""
        words, pairs = lot.words.lengths, lot.pairs.lengths
        terms = _sparse(lot)
        number, at = self._number - len(articles), 0
        for placed, count in zip(articles, lot.counts.tolist(), strict=True):
            info = placed.article.info
            for start, end, paragraph in lot.spans[at : at + count].tolist():
                yield {
                    "row": self._row,
                    "article": number,
                    "source": source_of(info),
                    "day": day_of(info),
                    "start": start,
                    "ends": end,
                    "paragraph": paragraph,
                    "info": info_as_text(_cited(placed.article, start, end)),
                    "text": placed.article.text[start:end],
                    "words": int(words[at]),
                    "pairs": int(pairs[at]),
                    "terms": terms[at],
                }
                self._row += 1
                at += 1
            number += 1

    def _count(self, lot: Lot) -> None:
        for place, (sort, run) in enumerate((("w", lot.words), ("p", lot.pairs))):
            for term, frequency in zip(_terms(run), run.frequencies.tolist(), strict=True):
                self._terms[sort + cut_to(term, TERM_BYTES)] += frequency
            self._lengths[place] += int(run.lengths.sum())
        self.passages += len(lot.spans)

    def finish(self, **made: Any) -> None:
        """What is known of the slice as a whole; ``made`` goes with it. Nothing more is written after it."""
        counted = (
            {"key": term_key(term, self._part.number), "term": term, "passages": passages} | NOTHING
            for term, passages in self._terms.items()
        )
        for terms in batched(counted, TERMS_AT_ONCE):
            self._insert("terms", terms)
        pairs = (term[1:] for term in self._terms if len(term) == 3 and term[0] == "p")
        for beside in batched(neighbours_of(pairs, self._part.number), TERMS_AT_ONCE):
            self._insert("texts", beside)
        told = {
            "articles": self.articles,
            "passages": self.passages,
            "characters": self.characters,
            "words": self._lengths[0],
            "pairs": self._lengths[1],
            "issues": [[*issue, count] for issue, count in self._issues.items()],
        }
        self._insert(
            "texts", pieces("slice", f"slice/{self._part.number}", json.dumps(told | made, ensure_ascii=False))
        )
        self._connection.add_partition(self._names.of(self._generation, "texts"), self._part.mark)


def begin_slice(connection: Connection, names: Names, generation: str, part: Slice) -> MilvusWriter:
    """The writer of a slice; what an earlier run of it left is gone."""
    texts = names.of(generation, "texts")
    if part.mark in connection.partitions(texts):
        connection.drop_partition(texts, part.mark)
    for kind in KINDS:
        collection = names.of(generation, kind)
        if part.partition in connection.partitions(collection):
            connection.drop_partition(collection, part.partition)
        connection.add_partition(collection, part.partition)
    return MilvusWriter(connection, names, generation, part)


def _cited(article: Article, start: int, end: int) -> ArticleInfo:
    return cited(article.info, [(part.start, part.file, part.page) for part in article.further], start, end)


def _terms(run: Run) -> list[str]:
    text, begins = run.terms.tobytes(), np.concatenate([[0], run.ends[:-1]]).tolist() if len(run.ends) else []
    return [
        text[start:end].decode("utf-8", "surrogatepass") for start, end in zip(begins, run.ends.tolist(), strict=True)
    ]


def _by_row(run: Run) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]:
    """The number of each posting's term, its row and its count, in the order of rows."""
    of_term = np.repeat(np.arange(len(run.frequencies)), run.frequencies)
    rows, counts = (run.postings >> 3).astype(np.int64), run.postings & np.uint32(7)
    order = np.argsort(rows, kind="stable")
    return of_term[order], rows[order], counts[order]


def _words_by_row(run: Run) -> list[list[str]]:
    """The words of each row that are not all Han."""
    names = _terms(run)
    exact = np.array([not is_han(name) for name in names], np.bool_)
    of_term, rows, _ = _by_row(run)
    found: list[list[str]] = [[] for _ in range(len(run.lengths))]
    chosen = exact[of_term] if len(of_term) else np.zeros(0, np.bool_)
    for term, row in zip(of_term[chosen].tolist(), rows[chosen].tolist(), strict=True):
        found[row].append(names[term])
    return found


def _sparse(lot: Lot) -> list[dict[int, float]]:
    """Each passage's terms as a sparse vector; a passage without any gets one that no question asks for."""
    vectors: list[dict[int, float]] = [{} for _ in range(len(lot.spans))]
    for run, mean, number in ((lot.words, NOMINAL_WORDS, word_id), (lot.pairs, NOMINAL_PAIRS, pair_id)):
        ids = np.array([number(term) for term in _terms(run)], np.int64)
        of_term, rows, counts = _by_row(run)
        weights = weights_of(counts, norms(run.lengths, mean)[rows])
        ends = np.searchsorted(rows, np.arange(len(vectors)), side="right").tolist()
        begins = [0, *ends[:-1]]
        told = list(zip(ids[of_term].tolist() if len(ids) else [], weights.tolist(), strict=True))
        for vector, first, last in zip(vectors, begins, ends, strict=True):
            vector.update(told[first:last])
    return [vector or {NO_TERM: 1.0} for vector in vectors]
