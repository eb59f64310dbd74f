"""How sure is a figure?  Bootstrap intervals (Efron 1979) and a paired randomisation test (Fisher 1935), seeded.

Resampling n questions with replacement draws how often each *distinct* value occurs from a multinomial distribution: the
same distribution as drawing the questions one by one, at a cost that does not grow with n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
SEED = 20_260_101
_TAILS = (2.5, 97.5)  # percent


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean of ``values`` (at least one)."""
    distinct, counts = np.unique(np.asarray(values, np.float64), return_counts=True)
    draws = np.random.default_rng(SEED).multinomial(len(values), counts / counts.sum(), size=RESAMPLES)
    low, high = np.percentile(draws @ distinct / len(values), _TAILS)
    return float(low), float(high)


def paired_p(differences: Sequence[float]) -> float:
    """Two-sided p of the mean difference: how often signs thrown at random give one as large. 1 where all are zero."""
    sizes, counts = np.unique(np.abs(np.asarray(differences, np.float64)), return_counts=True)
    sizes, counts = sizes[sizes > 0], counts[sizes > 0]
    if not len(sizes):
        return 1.0
    plus = np.random.default_rng(SEED).binomial(counts, 0.5, size=(RESAMPLES, len(counts)))
    sums = np.abs((2 * plus - counts) @ sizes)
    seen = abs(math.fsum(differences))
    return float((1 + np.count_nonzero(sums >= seen - 1e-9)) / (RESAMPLES + 1))


def spearman(a: Sequence[float] | NDArray[np.float64], b: Sequence[float]) -> float:
    """Spearman's rank correlation; ties share their mean rank. NaN where one side is all the same.

    >>> round(spearman([1, 2, 3, 4], [10, 20, 40, 30]), 2)
    0.8
    """
    ranks_a, ranks_b = _ranks(a), _ranks(b)
    if np.ptp(ranks_a) == 0 or np.ptp(ranks_b) == 0:
        return math.nan
    return float(np.corrcoef(ranks_a, ranks_b)[0, 1])


def spearman_interval(rho: float, n: int) -> tuple[float, float]:
    """95 % interval by Fisher's z with the variance of Bonett and Wright (2000); ``n`` at least 4."""
    z, half = math.atanh(min(max(rho, -0.999999), 0.999999)), 1.96 * math.sqrt((1 + rho**2 / 2) / (n - 3))
    return math.tanh(z - half), math.tanh(z + half)


def _ranks(values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    _, place, counts = np.unique(np.asarray(values, np.float64), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    mean_rank: NDArray[np.float64] = (ends - (counts - 1) / 2)[place]
    return mean_rank
