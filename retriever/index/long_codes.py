"""Vectors in six or eight bits a dimension, as FAISS's scalar quantiser packs them: eight dimensions in as many bytes.

Six bits change a vector's length by a hundredth, which would count among the nearest: cosines are divided by the length of
what the code tells. Sums go eight side by side, one dimension in eight to each, so that ``_long_codes.pyx`` comes to the very
same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster

TOGETHER = 8  # dimensions, in as many bytes as each has bits
NO_VECTOR = 0.5  # a shorter one is nothing but rounding: a passage without a letter has zeros

Rows = NDArray[np.int64]
Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]


class LongCodes:
    """The codes of an IndexScalarQuantizer with a range for each dimension; shape (rows, bytes)."""

    def __init__(self, index: Any, codes: Codes) -> None:
        import faiss

        self._codes, self._dimensions, self._bits = codes, int(index.d), int(index.sq.bits)
        trained: Floats = faiss.vector_to_array(index.sq.trained)
        lowest, width = trained.reshape(2, -1)
        step = width / np.float32((1 << self._bits) - 1)  # a code stands for the middle of its step
        self._step, self._middle = _in_groups(step), _in_groups(lowest + step / np.float32(2))

    def vectors(self, rows: Rows) -> Floats:
        """As the codes tell them; shape (len(rows), dimensions)."""
        told = _told(self._codes, rows, self._step, self._middle, self._bits)
        return np.ascontiguousarray(told.reshape(len(rows), -1)[:, : self._dimensions])

    def cosines(self, vector: Floats, rows: Rows) -> Floats:
        """To one vector, shape (dimensions,); shape (len(rows),)."""
        return fast_cosines(self._codes, rows, _in_groups(vector), self._step, self._middle, self._bits, NO_VECTOR)


def cosines(codes: Codes, rows: Rows, asked: Floats, step: Floats, middle: Floats, bits: int, least: float) -> Floats:
    """``asked``, ``step`` and ``middle`` are of each dimension, eight a row, filled up with nothing."""
    told = _told(codes, rows, step, middle, bits)
    products, squares = np.zeros((2, len(rows), TOGETHER), np.float32)
    for group, wanted in enumerate(asked):
        products += wanted * told[:, group]
        squares += told[:, group] * told[:, group]
    product, length = _added(products), np.sqrt(_added(squares))
    np.divide(product, length, out=product, where=length > least)
    return product


fast_cosines = faster("retriever.index._long_codes", "cosines", cosines)


def _told(codes: Codes, rows: Rows, step: Floats, middle: Floats, bits: int) -> Floats:
    """What each code stands for, shape (rows, groups, TOGETHER)."""
    packed = np.zeros((len(rows), len(step) * bits), np.uint8)
    packed[:, : codes.shape[1]] = codes[rows]
    each = packed.reshape(len(rows), len(step), bits).astype(np.uint64)
    groups = np.bitwise_or.reduce(each << np.arange(0, 8 * bits, 8, dtype=np.uint64), axis=2)
    numbers = groups[:, :, None] >> np.arange(0, TOGETHER * bits, bits, dtype=np.uint64) & np.uint64((1 << bits) - 1)
    told: Floats = numbers.astype(np.float32) * step + middle
    return told


def _added(sums: Floats) -> Floats:
    one, two, three, four = sums[:, 0::2].T + sums[:, 1::2].T
    total: Floats = (one + two) + (three + four)
    return total


def _in_groups(values: Floats) -> Floats:
    filled = np.zeros(-(-len(values) // TOGETHER) * TOGETHER, np.float32)
    filled[: len(values)] = values
    return filled.reshape(-1, TOGETHER)
