"""A logistic sum fitted to weighted rows, each weight held to the side that it can only speak for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
STEPS = 1500
RIDGE = 0.01  # on weights of features brought to one spread


@dataclass(frozen=True, slots=True)
class Fitted:
    """``chance(x) = 1 / (1 + exp(-(bias + x @ weights)))``; weights have shape (features,)."""

    bias: float
    weights: Numbers

    def chances(self, x: Numbers) -> Numbers:
        """Of rows of shape (n, features): shape (n,)."""
        result: Numbers = _chance(x @ self.weights + self.bias)
        return result

    def as_json(self, names: Sequence[str]) -> dict[str, object]:
        told = {name: round(float(weight), 3) for name, weight in zip(names, self.weights, strict=True)}
        return {"bias": round(self.bias, 3), "weights": {name: weight for name, weight in told.items() if weight}}


def fit(x: Numbers, y: Numbers, importance: Numbers, signs: Numbers) -> Fitted:
    """Accelerated projected gradient descent (Beck & Teboulle 2009) on the mean log loss plus a small ridge.

    ``x`` (n, features), ``y`` 0 or 1, ``importance`` above 0, shape (n,); ``signs`` (features,): 1 a weight that may not be
    negative, -1 one that may not be positive, 0 a free one.
    """
    share = importance / importance.sum()
    middle, spread = share @ x, np.maximum(x.std(axis=0), 1e-3)
    z = np.hstack([(x - middle) / spread, np.ones((len(x), 1))])
    bound = np.append(signs, 0.0)
    ridge = np.append(np.full(x.shape[1], RIDGE), 0.0)
    step = 1 / (0.25 * np.linalg.eigvalsh((z * share[:, None]).T @ z)[-1] + RIDGE)
    at = looked = np.zeros(z.shape[1])
    pace = 1.0
    for _ in range(STEPS):
        gradient = z.T @ (share * (_chance(z @ looked) - y)) + ridge * looked
        moved = looked - step * gradient
        moved = np.where(bound > 0, np.maximum(moved, 0), np.where(bound < 0, np.minimum(moved, 0), moved))
        next_pace = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        looked = moved + (pace - 1) / next_pace * (moved - at)
        at, pace = moved, next_pace
    weights = at[:-1] / spread
    return Fitted(float(at[-1] - weights @ middle), weights)


def unseen_chances(make: Callable[[NDArray[np.bool_]], Fitted], x: Numbers, folds: NDArray[np.int64]) -> Numbers:
    """The chance of every row by a fit that saw none of its fold; ``make`` is given the rows to learn from. Shape (n,)."""
    chances = np.zeros(len(x))
    for fold in np.unique(folds):
        held = folds == fold
        chances[held] = make(~held).chances(x[held])
    return chances


def area_under_curve(good: Numbers, bad: Numbers) -> float:
    """The share of pairs that are told apart; ties count half (Mann & Whitney 1947).

    >>> area_under_curve(np.array([0.9, 0.4]), np.array([0.5, 0.1]))
    0.75
    """
    order = np.sort(bad)
    below, up_to = np.searchsorted(order, good, "left"), np.searchsorted(order, good, "right")
    return float((below + up_to).mean() / 2 / len(bad))


def signs_of(names: Sequence[str], sides: Mapping[str, int]) -> Numbers:
    return np.array([float(sides.get(name, 0)) for name in names])


def _chance(log_odds: Numbers) -> Numbers:
    result: Numbers = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    return result
