"""The likest piece of each text to each word, read from where the vectors stand."""

import numpy as np

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

cdef extern from *:
    """
    #include <string.h>
    #if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
    #define ANY_WIDTH __attribute__((target_clones("avx512f", "avx2", "default")))
    #else
    #define ANY_WIDTH
    #endif
    typedef float lanes __attribute__((vector_size(64)));

    typedef float half_of_them __attribute__((vector_size(32)));
    typedef float quarter_of_them __attribute__((vector_size(16)));

    /* The first half and the second, and so on until one is left. */
    #define ADDED(sums, into) { \
        half_of_them half, other_half; \
        quarter_of_them few, other_few; \
        memcpy(&half, &sums, 32); \
        memcpy(&other_half, (const char *)&sums + 32, 32); \
        half += other_half; \
        memcpy(&few, &half, 16); \
        memcpy(&other_few, (const char *)&half + 16, 16); \
        few += other_few; \
        into = (few[0] + few[2]) + (few[1] + few[3]); \
    }

    /* The products of one row with each of some words, sixteen dimensions side by side; four words
       at a time, so that no sum waits for the one before. However wide the processor is, sums are made in the same order. */
    ANY_WIDTH static void products(const float *restrict row, const float *restrict words, Py_ssize_t count,
                                   Py_ssize_t length, float *restrict into) {
        Py_ssize_t word = 0, at;
        for (; word + 4 <= count; word += 4) {
            const float *first = words + word * length;
            lanes a = {0}, b = {0}, c = {0}, d = {0}, own, one, two, three, four;
            for (at = 0; at + 16 <= length; at += 16) {
                memcpy(&own, row + at, 64);
                memcpy(&one, first + at, 64);
                memcpy(&two, first + length + at, 64);
                memcpy(&three, first + 2 * length + at, 64);
                memcpy(&four, first + 3 * length + at, 64);
                a += own * one;
                b += own * two;
                c += own * three;
                d += own * four;
            }
            for (; at < length; at++) {
                a[at % 16] += row[at] * first[at];
                b[at % 16] += row[at] * first[length + at];
                c[at % 16] += row[at] * first[2 * length + at];
                d[at % 16] += row[at] * first[3 * length + at];
            }
            ADDED(a, into[word])
            ADDED(b, into[word + 1])
            ADDED(c, into[word + 2])
            ADDED(d, into[word + 3])
        }
        for (; word < count; word++) {
            lanes a = {0}, own, one;
            for (at = 0; at + 16 <= length; at += 16) {
                memcpy(&own, row + at, 64);
                memcpy(&one, words + word * length + at, 64);
                a += own * one;
            }
            for (; at < length; at++) a[at % 16] += row[at] * words[word * length + at];
            ADDED(a, into[word])
        }
    }
    """
    void products(const float* row, const float* words, Py_ssize_t count, Py_ssize_t length, float* into) noexcept nogil


def likest(
    const float[:, ::1] weights,
    const float[::1] lengths,
    const float[:, ::1] words,
    const int32_t[::1] pieces,
    const int64_t[::1] bounds,
):
    """The best cosine of each word with a piece of each text, none below nothing; shape (words, texts)."""
    cdef Py_ssize_t count = words.shape[0], length = words.shape[1], texts = bounds.shape[0] - 1
    cdef Py_ssize_t met = pieces.shape[0], text, at, word
    found = np.zeros((count, texts), np.float32)
    if count == 0 or met == 0:
        return found
    every_piece, number_of_piece = np.empty(met, np.int32), np.empty(met, np.int32)
    cdef float[:, ::1] best = found
    cdef int32_t[::1] every = every_piece, number = number_of_piece
    cdef Py_ssize_t different = each_once(pieces, every, number)
    every_cosine = np.empty((different, count), np.float32)
    cdef float[:, ::1] cosines = every_cosine
    with nogil:
        for at in range(different):
            products(&weights[every[at], 0], &words[0, 0], count, length, &cosines[at, 0])
            for word in range(count):
                cosines[at, word] = cosines[at, word] / lengths[every[at]]
        for text in range(texts):
            for at in range(bounds[text], bounds[text + 1]):
                for word in range(count):
                    if cosines[number[at], word] > best[word, text]:
                        best[word, text] = cosines[number[at], word]
    return found


cdef Py_ssize_t each_once(const int32_t[::1] pieces, int32_t[::1] every, int32_t[::1] number) except -1:
    """How many different pieces there are; ``every`` of them as they are met, and the ``number`` among these of each piece."""
    cdef Py_ssize_t met = pieces.shape[0], at
    cdef uint64_t slot, mask = 1
    cdef int32_t different = 0
    while mask < 2 * <uint64_t>met:
        mask <<= 1
    cdef int32_t* places = <int32_t*>PyMem_Calloc(mask, sizeof(int32_t))  # 1 and more: of a piece among ``every``
    if places == NULL:
        raise MemoryError
    mask -= 1
    for at in range(met):
        slot = <uint32_t>pieces[at] * <uint64_t>0x9E3779B1 >> 7 & mask
        while places[slot] and every[places[slot] - 1] != pieces[at]:
            slot = (slot + 1) & mask
        if places[slot] == 0:
            every[different] = pieces[at]
            different += 1
            places[slot] = different
        number[at] = places[slot] - 1
    PyMem_Free(places)
    return different
