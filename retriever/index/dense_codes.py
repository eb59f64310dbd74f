"""Vectors as codes: half floats while they wait, long codes for good, and short ones made from the long.

Everything here is plain arithmetic of 32 and 64 bits, so that kernels, numpy and every machine give the same codes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Codes = NDArray[np.uint8]

CENTRES = 16  # of a short code of 4 bits


class Ranges(NamedTuple):
    """What each dimension's numbers are told in: ``2 ** bits`` steps from ``lowest`` on, ``width`` together."""

    lowest: Floats
    width: Floats
    bits: int

    @classmethod
    def of(cls, index: Any) -> Ranges:
        """Those of a FAISS IndexScalarQuantizer that is trained."""
        import faiss

        trained: Floats = faiss.vector_to_array(index.sq.trained)
        lowest, width = trained.reshape(2, -1).copy()
        return cls(lowest, width, int(index.sq.bits))

    def values(self) -> Floats:
        """What each code of each dimension stands for, the middle of its step; shape (dimensions, 2 ** bits)."""
        step = self.width / np.float32((1 << self.bits) - 1)
        codes = np.arange(1 << self.bits, dtype=np.float32)
        told: Floats = codes * step[:, None] + (self.lowest + step / np.float32(2))[:, None]
        return told


def distances(ranges: Ranges, centres: Floats) -> Floats:
    """How far each code of each dimension is from the centres of the part that it belongs to.

    ``centres``, shape (parts, CENTRES, dimensions of a part). Shape (dimensions, 2 ** bits, CENTRES).
    """
    of_dimension = centres.transpose(0, 2, 1).reshape(-1, 1, CENTRES)
    apart = ranges.values()[:, :, None] - of_dimension
    return np.ascontiguousarray(apart * apart)


def as_halves(vectors: Floats) -> Halves:
    """Half as many bytes: numbers below 65,520, rounded to the next."""
    return vectors.astype(np.float16)


def as_floats(halves: Halves) -> Floats:
    return halves.astype(np.float32)


def long_codes(vectors: Floats, lowest: Floats, width: Floats, bits: int) -> Codes:
    """Of each number its step in the range of its dimension, ``bits`` one after the other from the lowest on.

    Shape (rows, bytes): as FAISS's QT_6bit and QT_8bit are.
    """
    share = np.divide(vectors - lowest, width, out=np.zeros_like(vectors), where=width != 0)
    steps = (np.clip(share, 0, 1).astype(np.float64) * ((1 << bits) - 1)).astype(np.uint8)
    each = np.unpackbits(steps[:, :, None], axis=2, bitorder="little")[:, :, :bits]
    return np.packbits(each.reshape(len(vectors), vectors.shape[1] * bits), axis=1, bitorder="little")


def short_codes(codes: Codes, distances: Floats, together: int) -> Codes:
    """Of each ``together`` dimensions the number of the centre next to what long ``codes`` tell, the first of several.

    ``distances`` as the function of that name gives them. Shape (rows, bytes), the first part in the lower half of the first byte.
    """
    dimensions, count, _ = distances.shape
    steps = steps_of(codes, dimensions, count.bit_length() - 1)
    nearest = np.zeros((len(codes), dimensions // together + 1), np.uint8)
    for part in range(dimensions // together):
        apart = np.zeros((len(codes), CENTRES), np.float32)
        for dimension in range(part * together, (part + 1) * together):
            apart += distances[dimension, steps[:, dimension]]
        nearest[:, part] = apart.argmin(axis=1)
    pairs = (dimensions // together + 1) // 2
    packed: Codes = nearest[:, : 2 * pairs : 2] | nearest[:, 1 : 2 * pairs : 2] << 4
    return packed


def steps_of(codes: Codes, dimensions: int, bits: int) -> Codes:
    """What long codes were packed from, shape (rows, dimensions)."""
    each = np.unpackbits(codes, axis=1, bitorder="little", count=dimensions * bits)
    each = each.reshape(len(codes), dimensions, bits)
    steps: Codes = np.packbits(each, axis=2, bitorder="little")[:, :, 0]
    return steps


fast_as_halves = faster("retriever.index._dense_codes", "as_halves", as_halves)
fast_as_floats = faster("retriever.index._dense_codes", "as_floats", as_floats)
fast_long_codes = faster("retriever.index._dense_codes", "long_codes", long_codes)
fast_short_codes = faster("retriever.index._dense_codes", "short_codes", short_codes)
