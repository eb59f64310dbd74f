"""The arithmetic: intervals, tests, calibration and ranking, each against another way to the same number."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from retriever.evaluation.calibration import calibration
from retriever.evaluation.intervals import RESAMPLES, interval, paired_p, spearman, spearman_interval
from retriever.evaluation.ranking import article_values
from retriever.evaluation.records import Row

values = st.lists(st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 1.0]), min_size=1, max_size=60)


def an_answer(confidence: float | None, right: bool | None) -> Row:
    return Row("q", "问", "", True, {}, 0, 0, "答", confidence, right, (), 1.0)


@given(values)
def test_the_interval_lies_around_the_mean_and_within_the_values(told: list[float]) -> None:
    low, high = interval(told)
    assert min(told) - 1e-9 <= low <= sum(told) / len(told) + 1e-9
    assert sum(told) / len(told) - 1e-9 <= high <= max(told) + 1e-9


def test_the_interval_is_that_of_drawing_the_questions_one_by_one() -> None:
    told = [0.0] * 20 + [1 / 3] * 15 + [0.5] * 10 + [1.0] * 55
    rng = np.random.default_rng(7)
    means = rng.choice(told, size=(RESAMPLES, len(told))).mean(axis=1)
    assert interval(told) == pytest.approx(np.percentile(means, (2.5, 97.5)), abs=0.01)


def test_the_same_values_give_the_same_interval_every_time() -> None:
    assert interval([0, 1, 1, 0, 1]) == interval([0, 1, 1, 0, 1])


@given(values)
def test_a_difference_and_its_opposite_are_as_likely(told: list[float]) -> None:
    assert paired_p(told) == pytest.approx(paired_p([-value for value in told]))
    assert 0 < paired_p(told) <= 1


def test_no_difference_is_no_evidence_and_many_alike_are_much() -> None:
    assert paired_p([0.0] * 30) == 1
    assert paired_p([1.0] * 20) < 0.001
    # Exact: of the 2^5 ways to throw five signs, two give a sum as large.
    assert paired_p([1.0] * 5 + [0.0] * 100) == pytest.approx(2 / 32, abs=0.01)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=40))
def test_spearman_is_scipys(pairs: list[tuple[int, int]]) -> None:
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    if len(set(a)) == 1 or len(set(b)) == 1:
        assert math.isnan(spearman(a, b))
        return
    rho = spearman(a, b)
    assert rho == pytest.approx(spearmanr(a, b).statistic, abs=1e-9)
    if len(pairs) > 3:
        low, high = spearman_interval(rho, len(pairs))
        assert low <= rho + 1e-5
        assert rho - 1e-5 <= high


def test_confidence_that_means_what_it_says_has_no_error() -> None:
    told = calibration([an_answer(0.75, right) for right in (True, True, True, False)])
    assert told is not None
    assert (told.ece_width, told.accuracy) == (0, 0.75)
    assert told.brier == pytest.approx(0.75 * 0.25)


def test_answers_to_the_unanswerable_count_as_wrong_and_unknown_ones_not_at_all() -> None:
    told = calibration([an_answer(0.9, True), an_answer(0.9, False), an_answer(0.9, None), an_answer(None, None)])
    assert told is not None
    assert told.n == 2
    assert told.ece_width == pytest.approx(0.4)


def test_without_answers_there_is_nothing_to_say() -> None:
    assert calibration([an_answer(None, None)]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_every_answer_stands_in_one_bin_of_either_kind(answers: list[tuple[float, bool]]) -> None:
    told = calibration([an_answer(*each) for each in answers])
    assert told is not None
    for bins in (told.by_width, told.by_mass):
        assert sum(one.n for one in bins) == len(answers)
        assert all(one.low - 1e-9 <= one.confidence <= one.high + 1e-9 for one in bins)
    # The error of any binning is at least that of a single bin.
    overall = abs(told.accuracy - told.confidence) - 1e-9
    assert overall <= told.ece_width <= 1
    assert overall <= told.ece_mass <= 1


def by_hand(found: Sequence[str], right: set[str]) -> dict[str, float]:
    ranks = [rank for rank, article in enumerate(found, start=1) if article in right]
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(right), 10) + 1))
    return {
        "article.R@5": sum(rank <= 5 for rank in ranks) / len(right),
        "article.Success@1": float(1 in ranks),
        "article.RR@10": 1 / ranks[0] if ranks else 0.0,
        "article.nDCG@10": sum(1 / math.log2(rank + 1) for rank in ranks) / best,
    }


@settings(max_examples=50)
@given(found=st.permutations(list("abcdefgh")), right=st.sets(st.sampled_from(list("abcdxyz")), min_size=1))
def test_articles_are_ranked_by_the_known_formulas(found: list[str], right: set[str]) -> None:
    values = article_values({"q": found}, {"q": dict.fromkeys(right, 1)})["q"]
    assert {name: values[name] for name in by_hand(found, right)} == pytest.approx(by_hand(found, right))


def test_a_question_that_found_nothing_counts_as_nothing_found() -> None:
    values = article_values({"q1": ["a"], "q2": []}, {"q1": {"a": 1}, "q2": {"b": 1}})
    assert values["q1"]["article.R@1"] == 1
    assert set(values["q2"].values()) == {0}
