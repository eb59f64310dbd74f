"""Cosines to vectors that are kept in six or eight bits a dimension, read where they stand."""

import numpy as np

from libc.math cimport sqrtf
from libc.stdint cimport int64_t, uint8_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>
    #if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
    #define ANY_WIDTH __attribute__((target_clones("avx2", "default")))
    #else
    #define ANY_WIDTH
    #endif
    #define bring(address) __builtin_prefetch(address)

    typedef float eight __attribute__((vector_size(32)));
    typedef uint32_t eight_numbers __attribute__((vector_size(32)));
    typedef int32_t eight_integers __attribute__((vector_size(32)));

    /* One vector's products with what is asked, and its squares; eight sums side by side, one dimension in eight to each. */
    ANY_WIDTH static void sums_of(const uint8_t *code, Py_ssize_t width, Py_ssize_t groups, int bits, const float *asked,
                                  const float *step, const float *middle, float *products, float *squares) {
        const uint32_t most = ((uint32_t)1 << bits) - 1, by = (uint32_t)bits;
        const eight_numbers shifts = {0, by, 2 * by, 3 * by, 0, by, 2 * by, 3 * by};
        eight product = {0}, square = {0}, wanted, width_of, center, value;
        for (Py_ssize_t group = 0; group < groups; group++) {
            const Py_ssize_t at = bits * group;
            uint64_t packed = 0;
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            if (at + 8 <= width) memcpy(&packed, code + at, 8);
            else
    #endif
            for (int byte = 0; byte < bits && at + byte < width; byte++) packed |= (uint64_t)code[at + byte] << (8 * byte);
            const uint32_t low = (uint32_t)packed, high = (uint32_t)(packed >> (4 * bits));
            const eight_numbers both = {low, low, low, low, high, high, high, high};
            memcpy(&wanted, asked + 8 * group, 32);
            memcpy(&width_of, step + 8 * group, 32);
            memcpy(&center, middle + 8 * group, 32);
            value = __builtin_convertvector((eight_integers)((both >> shifts) & most), eight) * width_of + center;
            product += wanted * value;
            square += value * value;
        }
        memcpy(products, &product, 32);
        memcpy(squares, &square, 32);
    }
    """
    void bring(const void *address) nogil  # into the processor's caches
    void sums_of(
        const uint8_t *code, Py_ssize_t width, Py_ssize_t groups, int bits, const float *asked,
        const float *step, const float *middle, float *products, float *squares,
    ) nogil

cdef enum:
    AHEAD = 4  # rows: they stand anywhere in a large file
    LINE = 64  # bytes that come into a cache at once


cdef inline float added(const float *sums) noexcept nogil:
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))


def cosines(
    const uint8_t[:, ::1] codes, const int64_t[:] rows,
    const float[:, ::1] asked, const float[:, ::1] step, const float[:, ::1] middle,
    int bits, float least,
):
    """See ``retriever.index.long_codes``: the same sums in the same order, eight of them side by side."""
    found = np.empty(rows.shape[0], np.float32)
    cdef float[::1] told = found
    cdef Py_ssize_t groups = asked.shape[0], width = codes.shape[1], at, byte
    cdef float value, length
    cdef float[8] products
    cdef float[8] squares
    with nogil:
        for at in range(rows.shape[0]):
            if at + AHEAD < rows.shape[0]:
                byte = 0
                while byte < width:
                    bring(&codes[rows[at + AHEAD], 0] + byte)
                    byte += LINE
            sums_of(
                &codes[rows[at], 0], width, groups, bits, &asked[0, 0], &step[0, 0], &middle[0, 0], products, squares
            )
            value = added(products)
            length = sqrtf(added(squares))
            told[at] = value / length if length > least else value
    return found
