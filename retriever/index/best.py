"""The best rows of weighted terms of one index or several, without scoring every row that has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from retriever.index.lexical import LexicalIndex, Weighed
from retriever.index.maxscore import SLACK, Scores, fast_best
from retriever.index.posting_lists import Rows


class Part(NamedTuple):
    """The weighted terms of one index; the whole of what it says counts ``share``."""

    lexical: LexicalIndex
    weights: Mapping[str, float]
    share: float = 1.0


class _Term(NamedTuple):
    part: int
    weighed: Weighed
    most: float  # what it adds to a row at most


def best_rows(
    parts: Sequence[Part], k: int, allowed: Rows | None = None, *, likely: Rows | None = None
) -> tuple[Rows, Scores]:
    """The ``k`` rows of the highest BM25 above nothing among ``allowed`` (all, where None), and their scores.

    Highest first, equal ones by row. The indexes are of the same rows. ``likely`` are rows, ascending and allowed, among
    which some of the best may be: it is sooner known then how much is enough.
    """
    terms = sorted((term for number, part in enumerate(parts) for term in _terms(number, part)), key=_by_most)
    if not terms or k < 1:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    enough = 0.0
    if likely is not None and len(likely) >= k:
        enough = float(np.partition(_scores(parts, terms, likely), -k)[-k]) * (1 - SLACK)
    begins, ends, frequencies = np.array([term.weighed.listed for term in terms], np.int64).T.copy()
    most = np.array([term.most for term in terms])
    with parts[0].lexical.spare_scores.lent() as spare:
        rows, scores = fast_best(
            [part.lexical.scored_by for part in parts],
            np.array([term.part for term in terms]),
            begins,
            ends,
            frequencies,
            np.array([term.weighed.factor for term in terms], np.float32),
            np.append(most[::-1].cumsum()[::-1], 0.0),
            k,
            None if allowed is None else np.ascontiguousarray(allowed, np.int64),
            enough,
            spare,
        )
    order = np.lexsort((rows, -scores))
    return rows[order], scores[order]


def best_of(index: LexicalIndex, weights: Mapping[str, float], k: int) -> tuple[Rows, Scores]:
    """The same of one index."""
    return best_rows([Part(index, weights)], k)


def _terms(number: int, part: Part) -> list[_Term]:
    found = (each._replace(factor=each.factor * part.share) for each in part.lexical.weighed(part.weights))
    most = part.lexical.most
    return [_Term(number, each, each.factor * most) for each in found if each.listed.frequency and each.factor > 0]


def _by_most(term: _Term) -> float:
    return -term.most


def _scores(parts: Sequence[Part], terms: Sequence[_Term], rows: Rows) -> Scores:
    """BM25 of all terms together in each row."""
    result = np.zeros(len(rows), np.float32)
    for number, part in enumerate(parts):
        gains, _ = part.lexical.scored([term.weighed for term in terms if term.part == number], rows)
        result += gains.sum(axis=0)
    return result
