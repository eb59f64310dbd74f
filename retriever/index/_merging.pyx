"""Postings of several sources brought together term by term: copied to where they belong, and sorted only where they are not."""

import numpy as np

from libc.stdint cimport int64_t, uint16_t, uint32_t
from libc.stdlib cimport qsort

cdef enum:
    COUNT_BITS = 3
    MOST = 7
    GAP_BITS = 13


cdef int compared(const void* one, const void* other) noexcept nogil:
    cdef uint32_t a = (<const uint32_t*>one)[0], b = (<const uint32_t*>other)[0]
    return (a > b) - (a < b)


def merged(list sources, Py_ssize_t terms):
    """See ``retriever.index.merging``."""
    told = np.zeros(terms, np.uint32)
    cdef uint32_t[::1] frequencies = told
    cdef int64_t[::1] offsets = np.empty(terms, np.int64)
    cdef int64_t total = 0
    cdef Py_ssize_t at
    for postings, own, ranks, places in sources:
        count(postings, own, ranks, places, frequencies)
    for at in range(terms):
        offsets[at] = total
        total += frequencies[at]
    result = np.empty(total, np.uint32)
    cdef uint32_t[::1] into = result
    for postings, own, ranks, places in sources:
        copy(postings, own, ranks, places, offsets, into)
    order(frequencies, into)
    return told, result


cdef void count(
    const uint32_t[::1] postings,
    const uint32_t[::1] own,
    const int64_t[::1] ranks,
    const int64_t[::1] places,
    uint32_t[::1] frequencies,
) noexcept:
    """How many postings of each term have a final row."""
    cdef Py_ssize_t term, at = 0
    cdef int64_t end = 0
    with nogil:
        for term in range(own.shape[0]):
            end += own[term]
            while at < end:
                frequencies[ranks[term]] += places[postings[at] >> COUNT_BITS] >= 0
                at += 1


cdef void copy(
    const uint32_t[::1] postings,
    const uint32_t[::1] own,
    const int64_t[::1] ranks,
    const int64_t[::1] places,
    int64_t[::1] offsets,
    uint32_t[::1] into,
) noexcept:
    cdef Py_ssize_t term, at = 0
    cdef int64_t end = 0, place, offset
    with nogil:
        for term in range(own.shape[0]):
            end += own[term]
            offset = offsets[ranks[term]]
            while at < end:
                place = places[postings[at] >> COUNT_BITS]
                if place >= 0:
                    into[offset] = <uint32_t>place << COUNT_BITS | (postings[at] & MOST)
                    offset += 1
                at += 1
            offsets[ranks[term]] = offset


cdef void order(const uint32_t[::1] frequencies, uint32_t[::1] postings) noexcept:
    """The postings of each term in the order of their rows."""
    cdef Py_ssize_t term, at, begin = 0, end
    with nogil:
        for term in range(frequencies.shape[0]):
            end = begin + frequencies[term]
            for at in range(begin + 1, end):
                if postings[at] < postings[at - 1]:
                    qsort(&postings[begin], end - begin, sizeof(uint32_t), compared)
                    break
            begin = end


def encoded(const uint32_t[::1] postings, const int64_t[::1] ends):
    """See ``retriever.index.codes.encode``: codes, where each term's end, and the rows that lie up to before each code."""
    cdef Py_ssize_t at = 0, term, written = 0
    cdef uint32_t row, before, passed
    codes, behind, own_ends = (
        np.empty(2 * postings.shape[0], np.uint16),
        np.empty(2 * postings.shape[0], np.uint32),
        np.empty(ends.shape[0], np.int64),
    )
    cdef uint16_t[::1] code = codes
    cdef uint32_t[::1] up_to = behind
    cdef int64_t[::1] code_ends = own_ends
    with nogil:
        for term in range(ends.shape[0]):
            before = 0
            while at < ends[term]:
                row = postings[at] >> COUNT_BITS
                passed = row - before
                if passed >> GAP_BITS:
                    code[written], up_to[written] = <uint16_t>(passed >> GAP_BITS << COUNT_BITS), before
                    before += passed >> GAP_BITS << GAP_BITS
                    passed &= (1 << GAP_BITS) - 1
                    written += 1
                code[written], up_to[written] = <uint16_t>(passed << COUNT_BITS | (postings[at] & MOST)), before
                written += 1
                before = row + 1
                at += 1
            code_ends[term] = written
    return codes[:written].copy(), own_ends, behind[:written].copy()
