"""Cosines to vectors that are kept in six or eight bits a dimension, read where they stand."""

import numpy as np

from libc.math cimport sqrtf
from libc.stdint cimport int64_t, uint8_t, uint64_t


def cosines(
    const uint8_t[:, ::1] codes, const int64_t[:] rows,
    const float[:, ::1] asked, const float[:, ::1] step, const float[:, ::1] middle,
    int bits, float least,
):
    """See ``retriever.index.long_codes``: the same sums in the same order, eight of them side by side."""
    found = np.empty(rows.shape[0], np.float32)
    cdef float[::1] told = found
    cdef Py_ssize_t groups = asked.shape[0], width = codes.shape[1], at, group, byte, lane, last
    cdef const uint8_t *code
    cdef uint64_t packed, most = (<uint64_t>1 << bits) - 1
    cdef float value, length
    cdef float[8] product
    cdef float[8] square
    with nogil:
        for at in range(rows.shape[0]):
            code = &codes[rows[at], 0]
            for lane in range(8):
                product[lane] = 0
                square[lane] = 0
            for group in range(groups):
                packed = 0
                last = min(<Py_ssize_t>bits, width - bits * group)
                for byte in range(last):
                    packed |= <uint64_t>code[bits * group + byte] << (8 * byte)
                for lane in range(8):
                    value = <float><int>((packed >> (bits * lane)) & most) * step[group, lane] + middle[group, lane]
                    product[lane] += asked[group, lane] * value
                    square[lane] += value * value
            value = ((product[0] + product[1]) + (product[2] + product[3])) + (
                (product[4] + product[5]) + (product[6] + product[7])
            )
            length = sqrtf(
                ((square[0] + square[1]) + (square[2] + square[3])) + ((square[4] + square[5]) + (square[6] + square[7]))
            )
            told[at] = value / length if length > least else value
    return found
