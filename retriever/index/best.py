"""The best rows of weighted terms of one index or several, without scoring every row that has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retriever.index.lexical import LexicalIndex
from retriever.index.maxscore import Scores, fast_best
from retriever.index.posting_lists import Rows


class Part(NamedTuple):
    """The weighted terms of one index; the whole of what it says counts ``share``."""

    lexical: LexicalIndex
    weights: Mapping[str, float]
    share: float = 1.0


def best_rows(parts: Sequence[Part], k: int, allowed: Rows | None = None) -> tuple[Rows, Scores]:
    """The ``k`` rows of the highest BM25 above nothing among ``allowed`` (all, where None), and their scores.

    Highest first, equal ones by row. The indexes are of the same rows.
    """
    terms = _terms(parts)
    if not len(terms.factors) or k < 1:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    begins, ends, frequencies = terms.listed.T.copy()
    with parts[0].lexical.spare_scores.lent() as spare:
        rows, scores = fast_best(
            [part.lexical.scored_by for part in parts],
            terms.part_of,
            begins,
            ends,
            frequencies,
            terms.factors.astype(np.float32),
            np.append(terms.most[::-1].cumsum()[::-1], 0.0),
            k,
            None if allowed is None else np.ascontiguousarray(allowed, np.int64),
            spare,
        )
    order = np.lexsort((rows, -scores))
    return rows[order], scores[order]


def best_of(index: LexicalIndex, weights: Mapping[str, float], k: int) -> tuple[Rows, Scores]:
    """The same of one index."""
    return best_rows([Part(index, weights)], k)


class _Terms(NamedTuple):
    """The terms of all parts that any passage holds, those first that can add most; a row of each array is a term."""

    part_of: NDArray[np.int64]
    listed: NDArray[np.int64]  # (terms, 3), as Weighed has them
    factors: NDArray[np.float64]
    most: NDArray[np.float64]  # what each adds to a row at most


def _terms(parts: Sequence[Part]) -> _Terms:
    found = [part.lexical.weighed(part.weights) for part in parts]
    part_of = np.repeat(np.arange(len(parts)), [len(part.weights) for part in parts])
    listed = np.concatenate([weighed.listed for weighed in found])
    factors = np.concatenate([weighed.factors * part.share for weighed, part in zip(found, parts, strict=True)])
    most = factors * np.array([part.lexical.most for part in parts])[part_of]
    held = np.flatnonzero((listed[:, 2] > 0) & (factors > 0))
    order = held[np.argsort(-most[held], kind="stable")]
    return _Terms(part_of[order], listed[order], factors[order], most[order])
