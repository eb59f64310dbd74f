"""Before → after, on the articles that nothing was decided by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.training.exam import Exam, marks, sit
from embeddings.training.measure import DEPTH, Score

ALL = "all"

Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Scores by kind of question. ``standing`` are those of the model that the new one would replace, where there is one.

    ``nearer`` and ``farther`` count the questions whose article moved up, or down, against the start.
    """

    before: Mapping[str, Score]
    after: Mapping[str, Score]
    standing: Mapping[str, Score] | None
    nearer: int
    farther: int
    better: bool
    repeated: bool  # the very model that stands there already: nothing is lost by putting it there again

    @property
    def to_beat(self) -> float:
        return max(scores[ALL].mrr10 for scores in (self.before, self.standing) if scores)


def compare(exam: Exam, start: Encoder, standing: Encoder | None, candidate: Encoder) -> Outcome:
    """``better`` where the candidate beats the start, and what stands there, by more than chance explains easily."""
    before, after = sit(start, exam), sit(candidate, exam)
    stood = sit(standing, exam) if standing else None
    repeated = standing is not None and standing.fingerprint == candidate.fingerprint
    rivals = [before] if stood is None else [before, stood]
    return Outcome(
        before=marks(exam, before),
        after=marks(exam, after),
        standing=None if stood is None else marks(exam, stood),
        nearer=int((after < before).sum()),
        farther=int((after > before).sum()),
        better=repeated or all(clearly_better(after, rival) for rival in rivals),
        repeated=repeated,
    )


def clearly_better(after: Ranks, before: Ranks) -> bool:
    """Whether the mean gain in 1/rank is larger than its standard error: by luck alone that happens one time in six.

    >>> clearly_better(np.array([1, 1, 2, 1]), np.array([2, 3, 2, 4]))
    True
    >>> clearly_better(np.array([1, 2, 2, 2]), np.array([2, 1, 2, 2]))
    False
    """
    gains = reciprocal(after) - reciprocal(before)
    return bool(gains.mean() > gains.std() / np.sqrt(len(gains)))


def reciprocal(ranks: Ranks) -> NDArray[np.float64]:
    """1/rank within the first ten, as MRR@10 counts it."""
    return np.where(ranks <= DEPTH, 1 / ranks, 0.0)


def before_and_after(outcome: Outcome) -> str:
    """A Markdown table, one row a kind of question; for a model that stood there, one more with its score over all."""
    rows = [
        f"| {kind} | {b.questions:,} | {b.r1:.1%} → {a.r1:.1%} | {b.r10:.1%} → {a.r10:.1%} | {b.mrr10:.1%} → {a.mrr10:.1%} |"
        for kind, b in outcome.before.items()
        for a in [outcome.after[kind]]
    ]
    if outcome.standing and not outcome.repeated:
        s = outcome.standing[ALL]
        rows.append(f"| all, model that stood here | {s.questions:,} | {s.r1:.1%} | {s.r10:.1%} | {s.mrr10:.1%} |")
    return "\n".join(["| questions | how many | R@1 | R@10 | MRR@10 |", "|---|---|---|---|---|", *rows])
