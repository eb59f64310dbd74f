"""Vectors as codes, many numbers side by side; see ``retriever.index.dense_codes``."""

import numpy as np

from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    /* Written without a branch, so that compilers do several at once. */
    static void to_halves(const float *restrict from, uint16_t *restrict into, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) {
            uint32_t bits, small, plain, size;
            float shifted;
            memcpy(&bits, &from[at], 4);
            size = bits & 0x7FFFFFFF;
            plain = (size + 0xFFF + (size >> 13 & 1) - 0x38000000) >> 13; /* to the next, of two the even one */
            memcpy(&shifted, &size, 4);
            shifted += 0.5f; /* what is small is rounded by what it is added to */
            memcpy(&small, &shifted, 4);
            small -= 0x3F000000;
            into[at] = (uint16_t)((size < 0x38800000 ? small : plain) | (bits >> 16 & 0x8000));
        }
    }
    static void to_floats(const uint16_t *restrict from, float *restrict into, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) {
            uint32_t bits = (uint32_t)(from[at] & 0x7FFF) << 13, sign = (uint32_t)(from[at] & 0x8000) << 16;
            float size;
            memcpy(&size, &bits, 4);
            size *= 5192296858534827628530496329220096.0f; /* 2^112 */
            memcpy(&bits, &size, 4);
            bits |= sign;
            memcpy(&into[at], &bits, 4);
        }
    }
    static void to_steps(const float *restrict from, const float *restrict lowest, const float *restrict width, double most,
                         uint8_t *restrict into, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) {
            float share = (from[at] - lowest[at]) / (width[at] == 0 ? 1.0f : width[at]);
            share = share > 0.0f ? share : 0.0f;
            share = share < 1.0f ? share : 1.0f;
            into[at] = (uint8_t)(int32_t)((width[at] == 0 ? 0.0f : share) * most);
        }
    }
    #if defined(__GNUC__) || defined(__clang__)
    typedef float four __attribute__((vector_size(16)));
    typedef int32_t numbers __attribute__((vector_size(16)));
    static int nearest(const float *restrict table, uint32_t steps, int bits, Py_ssize_t together) {
        four apart[4] = {{0}};
        numbers least, own, less, found = {0, 1, 2, 3}, at = found;
        uint64_t best = ~(uint64_t)0;
        for (Py_ssize_t each = 0; each < together; each++) {
            four of_step[4];
            memcpy(of_step, table + (((uint32_t)each << bits) + (steps & ((1u << bits) - 1))) * 16, sizeof of_step);
            steps >>= bits;
            for (int lane = 0; lane < 4; lane++) apart[lane] += of_step[lane];
        }
        memcpy(&least, &apart[0], 16); /* of what is not below nothing, the bits are in order too */
        for (int lane = 1; lane < 4; lane++) {
            memcpy(&own, &apart[lane], 16);
            at += 4;
            less = own < least;
            least = (own & less) | (least & ~less);
            found = (at & less) | (found & ~less);
        }
        for (int lane = 0; lane < 4; lane++) { /* the first of equal ones */
            uint64_t of_lane = (uint64_t)(uint32_t)least[lane] << 4 | (uint32_t)found[lane];
            best = of_lane < best ? of_lane : best;
        }
        return (int)(best & 15);
    }
    #else
    static int nearest(const float *table, uint32_t steps, int bits, Py_ssize_t together) {
        float apart[16] = {0};
        int at, found = 0;
        for (Py_ssize_t each = 0; each < together; each++, steps >>= bits)
            for (at = 0; at < 16; at++) apart[at] += table[(((uint32_t)each << bits) + (steps & ((1u << bits) - 1))) * 16 + at];
        for (at = 1; at < 16; at++)
            if (apart[at] < apart[found]) found = at;
        return found;
    }
    #endif
    """
    void to_halves(const float* values, uint16_t* into, Py_ssize_t count) noexcept nogil
    void to_floats(const uint16_t* values, float* into, Py_ssize_t count) noexcept nogil
    void to_steps(
        const float* values, const float* lowest, const float* width, double most, uint8_t* into, Py_ssize_t count
    ) noexcept nogil
    int nearest(const float* table, uint32_t steps, int bits, Py_ssize_t together) noexcept nogil

cdef enum:
    BLOCK = 128  # rows that a part is looked at of
    TOGETHER = 8  # steps, in as many bytes as each has bits


def as_halves(vectors):
    """See ``retriever.index.dense_codes``."""
    cdef const float[:, ::1] given = np.ascontiguousarray(vectors, np.float32)
    told = np.empty((given.shape[0], given.shape[1]), np.float16)
    cdef uint16_t[:, ::1] into = told.view(np.uint16)
    if told.size:
        with nogil:
            to_halves(&given[0, 0], &into[0, 0], given.shape[0] * given.shape[1])
    return told


def as_floats(halves):
    """See ``retriever.index.dense_codes``."""
    cdef const uint16_t[:, ::1] given = np.ascontiguousarray(halves).view(np.uint16)
    told = np.empty((given.shape[0], given.shape[1]), np.float32)
    cdef float[:, ::1] into = told
    if told.size:
        with nogil:
            to_floats(&given[0, 0], &into[0, 0], given.shape[0] * given.shape[1])
    return told


def long_codes(const float[:, ::1] vectors, const float[::1] lowest, const float[::1] width, int bits):
    """See ``retriever.index.dense_codes``."""
    cdef Py_ssize_t rows = vectors.shape[0], count = vectors.shape[1], row, at, byte, each
    cdef Py_ssize_t width_of = (count * bits + 7) // 8
    cdef uint64_t waiting
    told = np.empty((rows, width_of), np.uint8)
    cdef uint8_t[:, ::1] codes = told
    cdef uint8_t[::1] steps = np.empty(count, np.uint8)
    with nogil:
        for row in range(rows):
            to_steps(&vectors[row, 0], &lowest[0], &width[0], (1 << bits) - 1, &steps[0], count)
            at = byte = 0
            while at < count:
                waiting = 0
                for each in range(min(<Py_ssize_t>TOGETHER, count - at)):
                    waiting |= <uint64_t>steps[at + each] << (bits * each)
                for each in range(min(<Py_ssize_t>bits, width_of - byte)):
                    codes[row, byte] = <uint8_t>(waiting >> (8 * each))
                    byte += 1
                at += TOGETHER
    return told


def short_codes(const uint8_t[:, ::1] codes, const float[:, :, ::1] distances, Py_ssize_t together):
    """See ``retriever.index.dense_codes``."""
    cdef Py_ssize_t rows = codes.shape[0], width = codes.shape[1], parts = distances.shape[0] // together
    cdef Py_ssize_t first = 0, row, part, byte, at
    cdef int found, bits = 0, before
    cdef uint32_t steps
    cdef const uint8_t* own
    while (1 << bits) < distances.shape[1]:
        bits += 1
    told = np.zeros((rows, (parts + 1) // 2), np.uint8)
    cdef uint8_t[:, ::1] into = told
    with nogil:
        while first < rows:
            for part in range(parts):  # the distances of one part stay in the first cache
                byte, before = part * together * bits >> 3, part * together * bits & 7
                for row in range(first, min(rows, first + BLOCK)):
                    own = &codes[row, byte]
                    if byte + 4 <= width:
                        steps = own[0] | <uint32_t>own[1] << 8 | <uint32_t>own[2] << 16 | <uint32_t>own[3] << 24
                    else:
                        steps = 0
                        for at in range(width - byte):
                            steps |= <uint32_t>own[at] << (8 * at)
                    found = nearest(&distances[part * together, 0, 0], steps >> before, bits, together)
                    into[row, part >> 1] |= <uint8_t>(found << (4 * (part & 1)))
            first += BLOCK
    return told
