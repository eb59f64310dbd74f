from __future__ import annotations

import numpy as np

from retriever.tuning.fitting import Lists, first_places, fit


def lists(seed: int = 0, questions: int = 200) -> Lists:
    """Ten candidates a question; the first of three features is high where the candidate is right."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(questions):
        features = chance.standard_normal((10, 3)).astype(np.float32)
        right = np.zeros(10, np.int8)
        right[int((features[:, 0] + 0.1 * chance.standard_normal(10)).argmax())] = 2
        found.append(("news", features, right, np.arange(10)))
    return Lists.of(found)


def test_the_signal_that_tells_right_from_wrong_gets_the_weight():
    weights = fit(lists(), {})
    assert weights[0] > 2
    assert np.abs(weights[1:]).max() < 0.5


def test_what_was_learnt_puts_unseen_questions_right():
    unseen = lists(seed=1)
    assert (first_places(unseen, unseen.features @ fit(lists(), {})) == 1).mean() > 0.8


def test_a_group_that_counts_nothing_teaches_nothing():
    assert np.abs(fit(lists(), {"news": 0.0})).max() == 0


def test_an_article_that_is_no_candidate_has_no_place():
    one = Lists.of([("news", np.ones((2, 1), np.float32), np.zeros(2, np.int8), np.arange(2))])
    assert first_places(one, np.zeros(2))[0] > 100
