"""The sums of pieces' vectors, text by text: the same to the last bit, whichever of three ways makes them.

Numbers of 8 bits on disk (E4M3) are whole multiples of 1/512, and few of them. A sum of such ones is exact, in any order and in whole
numbers of 16 bits as well, of which a piece has half as many bytes to be fetched: memory is what adding waits for.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.kernels import faster

Weights = NDArray[np.float32]
Numbers = NDArray[np.int32]
Bounds = NDArray[np.int64]

UNIT = 2.0**-9  # the least step of an E4M3 float
_MOST = (1 << 15) - 1  # of 16 bits
_AT_ONCE = 8  # rows at least that a sum of 16 bits holds: beyond, carrying over costs more than is saved
_EXACT = 1 << 24  # whole numbers that a float32 tells apart
_ROWS = 1 << 11  # looked through at a time: a few MiB


class Whole(NamedTuple):
    """Weights as whole numbers: times ``UNIT`` they are what they were."""

    rows: NDArray[np.int16]
    largest: int


def whole_numbers(weights: Weights) -> Whole | None:
    """None where they are no multiples of ``UNIT``, or too large."""
    rows, largest = np.empty(weights.shape, np.int16), 0
    for first in range(0, len(weights), _ROWS):
        multiples = weights[first : first + _ROWS] * np.float32(1 / UNIT)
        largest = (
            max(largest, int(np.ceil(np.abs(multiples).max(initial=0)))) if np.isfinite(multiples).all() else _MOST
        )
        if largest * _AT_ONCE > _MOST or (multiples != np.rint(multiples)).any():
            return None
        rows[first : first + _ROWS] = multiples
    return Whole(rows, largest)


def sparse_product(weights: Weights, pieces: Numbers, bounds: Bounds) -> Vectors:
    """The sum of each text's vectors, shape (texts, dimensions): as a sparse product, for which no rows are copied."""
    from scipy.sparse import csr_matrix  # slow to import, and no question needs it

    shape = len(bounds) - 1, len(weights)
    summed: Vectors = (
        csr_matrix((np.ones(len(pieces), np.float32), pieces, bounds.astype(np.int32)), shape=shape) @ weights
    )
    return summed


def _by_floats(rows: NDArray[np.int16], unit: float, at_once: int, pieces: Numbers, bounds: Bounds) -> Vectors:
    """The same from whole multiples of ``unit``; without a kernel the weights themselves are summed sooner."""
    return sparse_product(rows * np.float32(unit), pieces, bounds)


_summed = faster("embeddings._unigram", "summed", sparse_product)
_summed_whole = faster("embeddings._unigram", "summed_whole", _by_floats)


def sum_pieces(weights: Weights, pieces: Numbers, bounds: Bounds) -> Vectors:
    """The sum of each text's vectors, shape (texts, dimensions); ``bounds`` says where the pieces of each begin."""
    return _summed(weights, pieces, bounds)


class Sums:
    """Adds up the vectors of pieces, shape (pieces, dimensions)."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def of(self, pieces: Numbers, bounds: Bounds) -> Vectors:
        """As ``sum_pieces``."""
        whole = self._whole
        if whole is None or int(np.diff(bounds).max(initial=0)) * whole.largest >= _EXACT:
            return sum_pieces(self._weights, pieces, bounds)
        return _summed_whole(whole.rows, UNIT, _MOST // max(1, whole.largest), pieces, bounds)

    @cached_property
    def _whole(self) -> Whole | None:
        return None if _summed_whole is _by_floats else whole_numbers(self._weights)
