"""Weights that put the right candidate first: a softmax over each question's candidates, fitted by Newton's method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIDGE, STEPS, LONGEST_STEP = 3.0, 15, 6.0


@dataclass(frozen=True, slots=True)
class Lists:
    """The candidates of many questions, end to end."""

    groups: NDArray[np.str_]  # (questions,)
    ends: NDArray[np.int64]  # (questions,) where each one's candidates end
    features: NDArray[np.float32]  # (candidates, features)
    right: NDArray[np.int8]  # (candidates,) 2 holds the evidence, 1 is of the right article, 0 neither
    articles: NDArray[np.int64]  # (candidates,)

    @classmethod
    def of(cls, found: Iterable[tuple[str, NDArray[np.float32], NDArray[np.int8], NDArray[np.int64]]]) -> Lists:
        """From group, features, right and articles of each question."""
        groups, values, right, articles = zip(*found, strict=True)
        ends = np.cumsum([len(part) for part in right])
        return cls(np.array(groups), ends, np.concatenate(values), np.concatenate(right), np.concatenate(articles))

    @property
    def starts(self) -> NDArray[np.int64]:
        return np.concatenate([np.zeros(1, np.int64), self.ends[:-1]])

    @property
    def question_of(self) -> NDArray[np.int64]:
        """The question of each candidate."""
        return np.repeat(np.arange(len(self.ends)), self.ends - self.starts)

    def part(self, questions: NDArray[np.bool_]) -> Lists:
        """Those questions alone."""
        kept = questions[self.question_of]
        ends = np.cumsum((self.ends - self.starts)[questions])
        return Lists(self.groups[questions], ends, self.features[kept], self.right[kept], self.articles[kept])


def fit(lists: Lists, counts: Mapping[str, float]) -> Floats:
    """The weights under which the rightest candidates together are likeliest; shape (features,).

    ``counts`` says how much a question of each group counts, 1 where it says nothing. Questions whose article is not
    among their candidates teach nothing.
    """
    values, starts, of = lists.features.astype(np.float64), lists.starts, lists.question_of
    best = np.maximum.reduceat(lists.right, starts)
    right = (lists.right == best[of]) & (best[of] > 0)
    count = np.array([counts.get(group, 1.0) for group in lists.groups.tolist()]) * (best > 0)
    weights = np.zeros(values.shape[1])
    for _ in range(STEPS):
        chance = _softmax(values @ weights, starts, of)
        among_right = np.where(right, chance, 0)
        wanted = among_right / np.maximum(np.add.reduceat(among_right, starts), 1e-300)[of]
        slope = values.T @ ((chance - wanted) * count[of]) + RIDGE * weights
        means = np.add.reduceat(values * chance[:, None], starts, axis=0)
        bend = (values * (chance * count[of])[:, None]).T @ values - (means * count[:, None]).T @ means
        step = np.linalg.solve(bend + RIDGE * np.eye(len(weights)), slope)
        weights = weights - step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-9))
        if np.abs(step).max() < 1e-3:
            break
    return weights


def _softmax(scores: Floats, starts: NDArray[np.int64], of: NDArray[np.int64]) -> Floats:
    odds = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
    result: Floats = odds / np.add.reduceat(odds, starts)[of]
    return result


def first_places(lists: Lists, scores: Floats) -> NDArray[np.int64]:
    """The place of each question's article among the articles of its candidates; a large number where it is not there."""
    places = np.full(len(lists.ends), 1 << 20, np.int64)
    for at, (start, end) in enumerate(zip(lists.starts, lists.ends, strict=True)):
        order = np.argsort(-scores[start:end], kind="stable")
        right, articles = lists.right[start:end][order], lists.articles[start:end][order]
        if right.any():
            places[at] = len(np.unique(articles[: int(right.argmax()) + 1]))
    return places
