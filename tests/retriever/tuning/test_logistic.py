"""What is learnt from questions is what a fit should find."""

from __future__ import annotations

import numpy as np

from retriever.tuning.logistic import area_under_curve, fit, unseen_chances


def some_rows(n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(3)
    x = chance.random((n, 3))
    y = chance.random(n) < 1 / (1 + np.exp(-(4 * x[:, 0] - 3 * x[:, 1] - 0.5)))
    return x, y.astype(float)


def test_chances_mean_what_they_say() -> None:
    x, y = some_rows()
    chances = fit(x, y, np.ones(len(x)), np.zeros(3)).chances(x)
    sure = chances > 0.8
    assert abs(chances[sure].mean() - y[sure].mean()) < 0.03
    assert abs(chances.mean() - y.mean()) < 0.01


def test_a_weight_stays_on_its_side() -> None:
    x, y = some_rows()
    held = fit(x, y, np.ones(len(x)), np.array([-1.0, 1.0, 0.0]))
    assert held.weights[0] <= 0 <= held.weights[1]


def test_no_row_is_judged_by_a_fit_that_saw_its_fold() -> None:
    x, y = some_rows(200)
    folds = np.arange(200) % 4
    learnt: list[np.ndarray] = []

    def make(rows):
        learnt.append(rows)
        return fit(x[rows], y[rows], np.ones(int(rows.sum())), np.zeros(3))

    chances = unseen_chances(make, x, folds)
    assert np.all((chances > 0) & (chances < 1))
    assert [set(folds[~rows]) for rows in learnt] == [{0}, {1}, {2}, {3}]


def test_the_area_counts_pairs_in_the_right_order() -> None:
    assert area_under_curve(np.array([0.9, 0.8]), np.array([0.1, 0.2, 0.3])) == 1
    assert area_under_curve(np.array([0.5]), np.array([0.5])) == 0.5
