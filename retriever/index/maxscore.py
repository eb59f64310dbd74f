"""MaxScore (Turtle and Flood 1995) in numpy, by terms; ``_maxscore.pyx`` does the same sooner, by windows of rows.

What is rare counts most. Once so many rows are found by the rarer terms that all the others together could not bring a
further row among the best, those are looked up only in the rows that can still come among them. In the end the gains of each
row are added up in the order of the terms: whichever of the two was at work, and whatever it passed over, a row's score is
the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.codes import MOST, Codes, Ends
from retriever.index.posting_lists import Rows, Skips, counts, whole

FIRST_POSTINGS = 1 << 14  # read before it is asked how much is enough
NEXT_POSTINGS = 1 << 17  # read at a time after
LOOKED_AT = 2  # rows for each of the best, of which all is read to tell how much is enough
WORTH_READING = 16  # postings for each row that can still win, up to which a list is sooner read whole
LOOKED_UP = 2  # terms that are looked up at a time in the rows that are left
SLACK = 1e-4  # of a score: sums of the same numbers differ by the order in which they are added

Scores = NDArray[np.float32]


class Scored(NamedTuple):
    """An index as its postings are scored."""

    codes: Codes
    skips: Skips
    lengths: NDArray[np.uint16]  # of each passage, by row + 1
    shares: (
        Scores  # of a term's factor, that a passage of this length gains by so many of it; shape (lengths, MOST + 1)
    )


@dataclass(frozen=True, slots=True)
class _Terms:
    """Some terms, each by its number; see :func:`best`."""

    parts: Sequence[Scored]
    part_of: NDArray[np.int64]
    begins: Ends
    ends: Ends
    factors: Scores

    def add(self, scores: Scores, first: int, last: int, passes: NDArray[np.bool_] | None) -> None:
        """Add what the terms from ``first`` to before ``last`` give to the ``scores`` of all passages, or of those that pass."""
        for part, numbers in self._by_part(first, last):
            spans = list(zip(self.begins[numbers].tolist(), self.ends[numbers].tolist(), strict=True))
            ups, counted, ends = whole(part.codes, spans)
            factors = np.repeat(self.factors[numbers], np.diff(ends, prepend=0))
            if passes is not None:
                chosen = passes[ups]
                ups, counted, factors = ups[chosen], counted[chosen], factors[chosen]
            np.add.at(scores, ups, _shares(part, ups, counted) * factors)

    def scores(self, first: int, last: int, rows: Rows) -> Scores:
        """What they give to each of ``rows``, which ascend, added up in their order."""
        each = np.zeros((last - first, len(rows)), np.float32)
        for part, numbers in self._by_part(first, last):
            held = counts(part.codes, part.skips, self.begins[numbers], self.ends[numbers], rows)
            each[numbers - first] = _shares(part, rows + 1, held) * self.factors[numbers, None]
        total = np.zeros(len(rows), np.float32)
        for gains in each:  # numpy's own sum adds the numbers of a single row in another order
            total += gains
        return total

    def _by_part(self, first: int, last: int) -> list[tuple[Scored, NDArray[np.int64]]]:
        chosen = self.part_of[first:last]
        return [(self.parts[part], first + np.flatnonzero(chosen == part)) for part in np.unique(chosen).tolist()]


def _shares(part: Scored, ups: Rows, counted: NDArray[np.unsignedinteger]) -> Scores:
    return part.shares.ravel().take(part.lengths[ups].astype(np.int64) * (MOST + 1) + counted)


def best(
    parts: Sequence[Scored],
    part_of: NDArray[np.int64],
    begins: Ends,
    ends: Ends,
    frequencies: NDArray[np.int64],
    factors: Scores,
    left: NDArray[np.float64],
    k: int,
    allowed: Rows | None,
    spare: Scores,
) -> tuple[Rows, Scores]:
    """The ``k`` best rows above nothing among ``allowed`` (ascending; all, where None), in no order, and their scores.

    Terms are those first that can add most: of which part, where in its codes, in how many passages, what they count;
    ``left``, one longer, is what they add at most from each on. ``spare`` has a 0 for each row and one more, and is left so.
    """
    terms = _Terms(parts, part_of, begins, ends, factors)
    count = len(part_of)
    if allowed is not None and len(allowed) * count < FIRST_POSTINGS:
        return _first(allowed, terms.scores(0, count, allowed), k)
    passes = None
    if allowed is not None:
        passes = np.zeros(len(spare), np.bool_)
        passes[allowed + 1] = True
    rows, found = _found(terms, frequencies.tolist(), left.tolist(), k, spare, passes)
    rows = rows[(found > 0) & (found >= _kth(found, k) * (1 - SLACK))]
    return _first(rows, terms.scores(0, count, rows), k)


fast_best = faster("retriever.index._maxscore", "best", best)


def _found(
    terms: _Terms,
    postings: Sequence[int],
    left: Sequence[float],
    k: int,
    scores: Scores,
    passes: NDArray[np.bool_] | None,
) -> tuple[Rows, Scores]:
    """Rows among which the ``k`` best are, ascending, and about their scores; ``scores`` are by ``row + 1``."""
    count = len(postings)
    done = _group_end(postings, 0, FIRST_POSTINGS)
    terms.add(scores, 0, done, passes)
    enough = _kth(scores[scores > 0], k) * (1 - SLACK) if done == count else _what_some_have(terms, scores, k)
    while done < count and (left[done] >= enough or _is_short(postings[done], scores, enough - left[done])):
        last = _group_end(postings, done, NEXT_POSTINGS)
        while left[last - 1] < enough and last > done + 1:
            last -= 1
        terms.add(scores, done, last, passes)
        done = last
    rows = np.flatnonzero(scores > max(0.0, enough - left[done]))
    found = scores[rows]
    scores.fill(0)
    rows -= 1
    for first in range(done, count, LOOKED_UP):
        stays = found >= enough - left[first]
        rows, found = rows[stays], found[stays]
        found += terms.scores(first, min(first + LOOKED_UP, count), rows)
        enough = max(enough, _kth(found, k) * (1 - SLACK))
    return rows, found


def _what_some_have(terms: _Terms, scores: Scores, k: int) -> float:
    """What a row among the ``k`` best has at least, from the rows that have most so far: nearly what it has in the end."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > LOOKED_AT * k:
        rows = np.sort(rows[np.argpartition(scores[rows], -LOOKED_AT * k)[-LOOKED_AT * k :]])
    return _kth(terms.scores(0, len(terms.part_of), rows - 1), k) * (1 - SLACK)


def _is_short(postings: int, scores: Scores, least: float) -> bool:
    """Whether a list is sooner read whole than those rows are looked up in it that have ``least``."""
    return postings < WORTH_READING * int(np.count_nonzero(scores > least))


def _group_end(postings: Sequence[int], first: int, most: int) -> int:
    """Where the terms end that have at most so many postings together; one at least."""
    last = first + 1
    together = postings[first]
    while last < len(postings) and together + postings[last] <= most:
        together += postings[last]
        last += 1
    return last


def _first(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    order = np.lexsort((rows, -scores))[:k]
    order = order[scores[order] > 0]
    return rows[order], scores[order]


def _kth(scores: Scores, k: int) -> float:
    """The ``k``-th highest score, 0 where there are fewer."""
    return float(np.partition(scores, -k)[-k]) if len(scores) >= k else 0.0
