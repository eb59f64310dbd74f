"""Writes one part of a slice into Milvus, lot by lot, as they come from whoever makes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from embeddings.encoder import Vectors
from retriever.domain import Article
from retriever.index.arriving import Placed
from retriever.index.known import KNOWN_ARTICLE, Records
from retriever.index.lots import Lot
from retriever.index.milvus.connection import Connection, Record
from retriever.index.milvus.neighbours import neighbours_of
from retriever.index.milvus.parts import Part
from retriever.index.milvus.records import (
    article_as_text,
    article_key,
    article_record,
    batched,
    cited_as_text,
    day_of,
    exact_words,
    page_key,
    pieces,
    term_key,
)
from retriever.index.milvus.schema import NOTHING, Kind, Names
from retriever.index.milvus.sparse import exact_by_row, sparse
from retriever.index.milvus.state import Numbers, id_hash

AT_ONCE = 500  # passages in one call: some 4 MB
TERMS_AT_ONCE = 5000


class Written(NamedTuple):
    """An article as it is to be stored, and what was made of each of its passages: offsets, lengths, terms, vector."""

    article: Article
    passages: Sequence[Record]
    exact: list[str]  # its words that are not all Han
    on_page: bool


class PartWriter:
    """Gives articles their numbers and passages their rows."""

    def __init__(self, connection: Connection, names: Names, base: str, part: Part) -> None:
        self.part, self._connection, self._names, self._base = part, connection, names, base
        self._row = self._number = part.first
        self._pages: set[str] = set()
        self._records: list[Records] = []
        self._listed: list[tuple[int, int, int]] = []
        self.is_empty = True

    def known(self) -> tuple[Records, Numbers]:
        """What its articles will be recognised by; and number, hash of the id and day of each, shape (articles, 3)."""
        records = np.concatenate([np.empty(0, KNOWN_ARTICLE), *self._records])
        return records, np.array(self._listed, np.int64).reshape(-1, 3)

    def insert(self, kind: Kind, records: Iterable[Record], at_once: int = AT_ONCE) -> None:
        for some in batched(records, at_once):
            self.is_empty = False
            self._connection.insert(self._names.of(self._base, kind), some, self.part.partition)

    def add_page(self, file: str, text: str) -> None:
        """A raw page, under a key that no other part has: a file may hold another page there."""
        if file not in self._pages:
            self._pages.add(file)
            self.insert("texts", pieces(page_key(file), f"{page_key(file)}/{self.part.id}", text))

    def has_page(self, file: str) -> bool:
        return file in self._pages

    def add(self, articles: Sequence[Written], known: Records) -> range:
        """Some articles behind the last ones, and what they will be recognised by; their numbers."""
        first, passages, stored, texts = self._number, list[Record](), list[Record](), list[Record]()
        for article, own, exact, on_page in articles:
            stored.append(
                article_record(self._number, article)
                | {"first_row": self._row, "passages": len(own), "exact": exact, "on_page": on_page}
            )
            passages += self._passages(article, own)
            texts += pieces("article", article_key(self._number), article_as_text(article))
            self._listed.append((self._number, id_hash(article.info.id), day_of(article.info)))
            self._number += 1
        # What is found leads to what it stands in: that is there first.
        self.insert("texts", texts)
        self.insert("articles", stored)
        self.insert("passages", passages)
        self._records.append(known)
        return range(first, self._number)

    def _passages(self, article: Article, made: Sequence[Record]) -> Iterator[Record]:
        source = {name: article_record(self._number, article)[name] for name in ("source", "day")}
        for one in made:
            start, end = one["start"], one["ends"]
            yield {**one, **source} | {
                "row": self._row,
                "article": self._number,
                "info": cited_as_text(article, start, end),
                "text": article.text[start:end],
            }
            self._row += 1

    def add_terms(self, passages: Mapping[str, int]) -> None:
        """w or p and the term → how many passages of this part hold it, less those that it does away with."""
        counted = (
            {"key": term_key(term, self.part.id), "term": term, "passages": count} | NOTHING
            for term, count in passages.items()
            if count
        )
        self.insert("terms", counted, TERMS_AT_ONCE)
        pairs = (term[1:] for term, count in passages.items() if count > 0 and len(term) == 3 and term[0] == "p")
        self.insert("texts", neighbours_of(pairs, self.part.id), TERMS_AT_ONCE)


def lot_written(articles: Sequence[Placed], lot: Lot, vectors: Vectors, pages: PartWriter) -> list[Written]:
    """The articles of a lot as they are stored; ``vectors`` has shape (passages, dimensions)."""
    held, terms = exact_by_row(lot.words), sparse(lot)
    offsets, words, pairs = lot.spans.tolist(), lot.words.lengths.tolist(), lot.pairs.lengths.tolist()
    written, first = [], 0
    for placed, count in zip(articles, lot.counts.tolist(), strict=True):
        rows = range(first, first + count)
        made = [
            dict(zip(("start", "ends", "paragraph"), offsets[row], strict=True))
            | {"words": words[row], "pairs": pairs[row], "terms": terms[row], "vector": vectors[row]}
            for row in rows
        ]
        exact = exact_words(chain.from_iterable(held[row] for row in rows))
        written.append(Written(placed.article, made, exact, pages.has_page(placed.article.info.file)))
        first += count
    return written


def known_of(articles: Sequence[Placed]) -> Records:
    """What the articles will be recognised by, but for what is made of them."""
    known = np.zeros(len(articles), KNOWN_ARTICLE)
    for name in ("told", "whole"):
        keys = b"".join(getattr(placed, name) for placed in articles)
        known[name] = np.frombuffer(keys, "<u8").reshape(-1, 2)
    known["characters"] = [len(placed.article.text) for placed in articles]
    known["file"] = [placed.file for placed in articles]
    known["late"] = [placed.late for placed in articles]
    return known
