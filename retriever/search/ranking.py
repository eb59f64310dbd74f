"""Which passages are near: the keyword side and the vector side, each searched, then put on one scale and added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import Mode
from retriever.index.snapshot import Snapshot
from retriever.search.question import Question

Rows = NDArray[np.int64]

CANDIDATES = 100  # taken from each side


@dataclass(frozen=True, slots=True)
class Blend:
    """How much each side counts. Each side's scores are divided by its best before they are added, which beats adding
    reciprocal ranks wherever one side is clearly stronger."""

    pairs: float  # of the keyword side's words: pairs find what jieba cuts elsewhere
    lexical: float
    dense: float


BLENDS: Mapping[Mode, Blend] = {
    "hybrid": Blend(pairs=0.7, lexical=0.65, dense=0.35),
    "lexical": Blend(pairs=0.7, lexical=1.0, dense=0.0),
    "dense": Blend(pairs=0.0, lexical=0.0, dense=1.0),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row that is near. Ranks count from 1; None: not among that side's candidates."""

    row: int
    score: float
    lexical: float  # BM25
    cosine: float
    lexical_rank: int | None
    dense_rank: int | None


def rank(
    snapshot: Snapshot, question: Question, vector: Vectors, mode: Mode, allowed: Rows | None = None
) -> list[Ranked]:
    """The nearest rows among ``allowed`` (all, where None), best first; equal scores by row, so that it is repeatable."""
    blend = BLENDS[mode]
    bm25 = np.zeros(len(snapshot.words), np.float32)
    by_words = by_vector = np.empty(0, np.int64)
    if blend.lexical:
        bm25 = snapshot.words.scores(question.words) + blend.pairs * snapshot.pairs.scores(question.pairs)
        by_words = _best(bm25, CANDIDATES, allowed)
    if blend.dense:
        by_vector, _ = snapshot.dense.nearest(vector, CANDIDATES, allowed)
    rows = np.union1d(by_words, by_vector)
    if not len(rows):
        return []
    cosines = np.maximum(snapshot.dense.cosines(vector, rows), 0.0)
    scores = blend.lexical * _scaled(bm25[rows]) + blend.dense * _scaled(cosines)
    lexical_ranks = {int(row): place for place, row in enumerate(by_words, start=1)}
    dense_ranks = {int(row): place for place, row in enumerate(by_vector, start=1)}
    return [
        Ranked(
            row := int(rows[i]),
            float(scores[i]),
            float(bm25[row]),
            float(cosines[i]),
            lexical_ranks.get(row),
            dense_ranks.get(row),
        )
        for i in np.lexsort((rows, -scores))
    ]


def _best(scores: NDArray[np.float32], k: int, allowed: Rows | None) -> Rows:
    """The rows of the ``k`` highest scores above nothing, highest first."""
    rows = np.flatnonzero(scores) if allowed is None else allowed[scores[allowed] > 0]
    if len(rows) > k:
        rows = rows[np.argpartition(scores[rows], -k)[-k:]]
    best: Rows = rows[np.lexsort((rows, -scores[rows]))].astype(np.int64)
    return best


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    best = float(scores.max(initial=0.0))
    return scores / np.float32(best) if best > 0 else scores
