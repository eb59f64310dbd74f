"""Passages by their rows, as Milvus keeps them, and the last few thousand of them in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.domain import ArticleInfo, Passage
from retriever.errors import StoreError
from retriever.index.milvus.records import info_from
from retriever.index.milvus.view import View
from retriever.index.milvus.weights import NOMINAL_PAIRS, NOMINAL_WORDS, counts_of, norms

FIELDS = ("row", "article", "start", "ends", "paragraph", "info", "text", "words", "pairs", "terms", "vector")
REMEMBERED = 4096  # passages, some 6 kB each
_PAIRS_FROM = 1 << 31


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """One passage with everything that is weighed of it."""

    row: int
    article: int
    passage: Passage
    info: ArticleInfo
    words: int  # how many it has
    pairs: int
    ids: NDArray[np.int64]  # of its terms, ascending
    counts: NDArray[np.float32]  # how often each stands there
    vector: NDArray[np.float32]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> StoredPassage:
        info = info_from(record["info"])
        ids = np.fromiter(record["terms"].keys(), np.int64, len(record["terms"]))
        weights = np.fromiter(record["terms"].values(), np.float32, len(ids))
        order = np.argsort(ids)
        ids, weights = ids[order], weights[order]
        beside = np.where(
            ids < _PAIRS_FROM,
            norms(np.array(record["words"]), NOMINAL_WORDS),
            norms(np.array(record["pairs"]), NOMINAL_PAIRS),
        )
        return cls(
            row=int(record["row"]),
            article=int(record["article"]),
            passage=Passage(info.id, record["start"], record["ends"], record["paragraph"], record["text"]),
            info=info,
            words=int(record["words"]),
            pairs=int(record["pairs"]),
            ids=ids,
            counts=counts_of(np.minimum(weights, np.float32(0.999)), beside),
            vector=np.asarray(record["vector"], np.float32),
        )

    def counts_in(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """How often the terms with these ids stand in it; shape (ids,)."""
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, self.counts[places], np.float32(0))


class StoredRows:
    """Safe to ask from several threads. A generation never changes, so what is remembered stays true."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._remembered: OrderedDict[int, StoredPassage] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, records: Iterable[Mapping[str, Any]]) -> list[StoredPassage]:
        """What came with an answer of Milvus, so that it is not fetched again."""
        passages = [StoredPassage.of(record) for record in records]
        with self._lock:
            for passage in passages:
                self._remembered[passage.row] = passage
                self._remembered.move_to_end(passage.row)
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return passages

    def get(self, rows: Sequence[int]) -> list[StoredPassage]:
        """The passages of these rows, in the order asked. Raises StoreError."""
        with self._lock:
            found = {row: self._remembered[row] for row in rows if row in self._remembered}
        missing = [row for row in dict.fromkeys(rows) if row not in found]
        if missing:
            fetched = self.remember(self._view.get("passages", missing, FIELDS))
            found |= {passage.row: passage for passage in fetched}
        try:
            return [found[row] for row in rows]
        except KeyError as error:
            detail = f"缺少段落 (a passage is missing): {error}"
            raise StoreError(store=self._view.connection.store, detail=detail) from error
