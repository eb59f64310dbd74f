"""The first passages read again by a cross-encoder, which sees question and passage together."""

from __future__ import annotations

from collections.abc import Sequence

from retriever.search.ranking import Ranked

READ_AGAIN = 20  # passages; each costs a run of the network


def in_order_of(scores: Sequence[float], near: Sequence[Ranked]) -> list[Ranked]:
    """The first ``len(scores)`` rows ordered anew, highest first, and the others behind them.

    Places keep the score they had: what it says of how near the best passage is was learnt from questions, while scores of a
    cross-encoder mean something beside each other only.
    """
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], n))
    moved = [near[n]._replace(score=near[place].score) for place, n in enumerate(order)]
    return [*moved, *near[len(scores) :]]
