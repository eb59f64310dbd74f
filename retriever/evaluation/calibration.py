"""Does confidence mean what it says?  Expected calibration error, two ways to bin, and the Brier score (1950)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.evaluation.records import Bin, Calibration, Row

BINS = 10


def calibration(rows: Iterable[Row]) -> Calibration | None:
    """Over every answer whose rightness is known, an answer to an unanswerable question being wrong; None without any.

    ``ece_width``: ten bins of equal width (Naeini et al. 2015). ``ece_mass``: ten bins of as many answers each (Nixon et
    al. 2019), which says more where confidences crowd together.
    """
    judged = sorted((row.confidence, row.right) for row in rows if row.confidence is not None and row.right is not None)
    if not judged:
        return None
    sure = np.array([confidence for confidence, _ in judged], np.float64)
    right = np.array([flag for _, flag in judged], np.float64)
    by_width, by_mass = _equal_width(sure, right), _equal_mass(sure, right)
    return Calibration(
        n=len(judged),
        accuracy=float(right.mean()),
        confidence=float(sure.mean()),
        brier=float(np.mean((sure - right) ** 2)),
        ece_width=_error(by_width),
        ece_mass=_error(by_mass),
        by_width=by_width,
        by_mass=by_mass,
    )


def _error(bins: Sequence[Bin]) -> float:
    total = sum(one.n for one in bins)
    return sum(one.n * abs(one.accuracy - one.confidence) for one in bins) / total


def _equal_width(sure: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[Bin, ...]:
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    filled = (b for b in range(BINS) if np.any(place == b))
    return tuple(_bin(sure[place == b], right[place == b], b / BINS, (b + 1) / BINS) for b in filled)


def _equal_mass(sure: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[Bin, ...]:
    """Of confidences in ascending order."""
    parts = zip(np.array_split(sure, BINS), np.array_split(right, BINS), strict=True)
    return tuple(_bin(s, r, float(s[0]), float(s[-1])) for s, r in parts if len(s))


def _bin(sure: NDArray[np.float64], right: NDArray[np.float64], low: float, high: float) -> Bin:
    return Bin(low, high, len(sure), float(sure.mean()), float(right.mean()))
