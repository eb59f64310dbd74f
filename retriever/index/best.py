"""The best rows of weighted terms, without scoring every row that has one: MaxScore (Turtle and Flood 1995), by terms.

What is rare counts most. Once so many rows are found by the rarer terms that all the others together could not bring a
further row among the best, those are looked up only in the rows that can still come among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retriever.index.lexical import LexicalIndex, Scores, Weighed
from retriever.index.posting_lists import Rows

FIRST_POSTINGS = 1 << 14  # read before it is asked how much is enough
NEXT_POSTINGS = 1 << 17  # read at a time after
LOOKED_AT = 2  # rows for each of the best, of which all is read to tell how much is enough
WORTH_READING = 16  # postings for each row that can still win, up to which a list is sooner read whole
LOOKED_UP = 2  # terms that are looked up at a time in the rows that are left
SLACK = 1e-4  # of a score: sums of the same numbers differ by the order in which they are added


class Part(NamedTuple):
    """The weighted terms of one index; the whole of what it says counts ``share``."""

    lexical: LexicalIndex
    weights: Mapping[str, float]
    share: float = 1.0


class _Term(NamedTuple):
    lexical: LexicalIndex
    weighed: Weighed

    @property
    def most(self) -> float:
        """What it adds to a row at most."""
        return self.weighed.factor * self.lexical.most

    @property
    def postings(self) -> int:
        return self.weighed.listed.frequency


def best_rows(
    parts: Sequence[Part], k: int, allowed: Rows | None = None, *, likely: Rows | None = None
) -> tuple[Rows, Scores]:
    """The ``k`` rows of the highest BM25 above nothing among ``allowed`` (all, where None), and their scores.

    Highest first, equal ones by row. The indexes are of the same rows. ``likely`` are rows, ascending and allowed, among
    which some of the best may be: it is sooner known then how much is enough.
    """
    terms = [
        _Term(part.lexical, weighed._replace(factor=weighed.factor * part.share))
        for part in parts
        for weighed in part.lexical.weighed(part.weights)
        if weighed.listed.frequency and weighed.factor > 0
    ]
    terms.sort(key=lambda term: -term.most)
    if not terms:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    if allowed is not None and len(allowed) * len(terms) < FIRST_POSTINGS:
        return _in_order(allowed, _scores(terms, allowed), k)
    lexical = terms[0].lexical
    with lexical.spare_scores.lent() as scores, lexical.spare_passes.lent() as passes:
        if allowed is not None:
            passes[allowed + 1] = True
        enough = 0.0 if likely is None else _kth(_scores(terms, likely), k) * (1 - SLACK)
        found = _found(terms, k, scores, None if allowed is None else passes, enough)
        if allowed is not None:
            passes[allowed + 1] = False
    return _in_order(*found, k)


def best_of(index: LexicalIndex, weights: Mapping[str, float], k: int) -> tuple[Rows, Scores]:
    """The same of one index."""
    return best_rows([Part(index, weights)], k)


def _found(
    terms: Sequence[_Term], k: int, scores: Scores, passes: NDArray[np.bool_] | None, enough: float
) -> tuple[Rows, Scores]:
    """Rows among which the ``k`` best are, ascending, and their scores.

    ``terms`` are those first that can add most; ``scores``, by ``row + 1``, are nothing before and after; ``enough`` is what
    a row among the best has at least.
    """
    left = [*np.cumsum([term.most for term in reversed(terms)])[::-1].tolist(), 0.0]  # what the terms from here on add
    done = _group_end(terms, 0, FIRST_POSTINGS)
    _add(scores, terms[:done], passes)
    if done == len(terms):
        enough = _kth(scores[scores > enough], k) * (1 - SLACK)
    elif not enough:
        enough = _what_some_have(terms, scores, k)
    while done < len(terms) and (left[done] >= enough or _is_short(terms[done], scores, enough - left[done])):
        last = _group_end(terms, done, NEXT_POSTINGS)
        while left[last - 1] < enough and last > done + 1:
            last -= 1
        _add(scores, terms[done:last], passes)
        done = last
    rows = np.flatnonzero(scores > max(0.0, enough - left[done]))
    found = scores[rows]
    scores.fill(0)
    rows -= 1
    for first in range(done, len(terms), LOOKED_UP):
        stays = found >= enough - left[first]
        rows, found = rows[stays], found[stays]
        found += _scores(terms[first : first + LOOKED_UP], rows)
        enough = max(enough, _kth(found, k) * (1 - SLACK))
    return rows, found


def _what_some_have(terms: Sequence[_Term], scores: Scores, k: int) -> float:
    """What a row among the ``k`` best has at least, from the rows that have most so far: nearly what it has in the end."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > LOOKED_AT * k:
        rows = np.sort(rows[np.argpartition(scores[rows], -LOOKED_AT * k)[-LOOKED_AT * k :]])
    return _kth(_scores(terms, rows - 1), k) * (1 - SLACK)


def _is_short(term: _Term, scores: Scores, least: float) -> bool:
    """Whether a list is sooner read whole than those rows are looked up in it that have ``least``."""
    return term.postings < WORTH_READING * int(np.count_nonzero(scores > least))


def _group_end(terms: Sequence[_Term], first: int, postings: int) -> int:
    """Where the terms end that have so many postings together; one at least."""
    last = first + 1
    together = terms[first].postings
    while last < len(terms) and together + terms[last].postings <= postings:
        together += terms[last].postings
        last += 1
    return last


def _add(scores: Scores, terms: Sequence[_Term], passes: NDArray[np.bool_] | None) -> None:
    for lexical in {id(term.lexical): term.lexical for term in terms}.values():
        lexical.add_scores(scores, [term.weighed for term in terms if term.lexical is lexical], passes)


def _scores(terms: Sequence[_Term], rows: Rows) -> Scores:
    """BM25 of all terms together in each row."""
    result = np.zeros(len(rows), np.float32)
    for lexical in {id(term.lexical): term.lexical for term in terms}.values():
        parts, _ = lexical.scored([term.weighed for term in terms if term.lexical is lexical], rows)
        result += parts.sum(axis=0)
    return result


def _in_order(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """The best of ``rows``, highest first, equal ones by row. Terms were added in one order, so equal passages are equal."""
    order = np.lexsort((rows, -scores))[:k]
    order = order[scores[order] > 0]
    return rows[order], scores[order]


def _kth(scores: Scores, k: int) -> float:
    """The ``k``-th highest score, 0 where there are fewer."""
    return float(np.partition(scores, -k)[-k]) if len(scores) >= k else 0.0
