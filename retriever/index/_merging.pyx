"""Postings of several sources brought together term by term: copied to where they belong, and sorted only where they are not."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport qsort

cdef enum:
    COUNT_BITS = 3
    MOST = 7
    GAP_BITS = 13
    AHEAD = 16  # keys

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
      #define fetch(place) __builtin_prefetch(place)
    #else
      #define fetch(place) ((void)(place))
    #endif
    """
    void fetch(const void* place) noexcept nogil

cdef uint64_t GOLDEN = 0x9E3779B97F4A7C15


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
    cdef bint in_order = True
    for postings, own, ranks, places in sources:
        if places is None:
            count_all(own, ranks, frequencies)
        else:
            count(postings, own, ranks, places, frequencies)
            in_order = False
    for at in range(terms):
        offsets[at] = total
        total += frequencies[at]
    result = np.empty(total, np.uint32)
    cdef uint32_t[::1] into = result
    for postings, own, ranks, places in sources:
        if places is None:
            copy_all(postings, own, ranks, offsets, into)
        else:
            copy(postings, own, ranks, places, offsets, into)
    if not in_order:
        order(frequencies, into)
    return told, result


cdef void count_all(const uint32_t[::1] own, const int32_t[::1] ranks, uint32_t[::1] frequencies) noexcept:
    """The same where every row stays as it is."""
    cdef Py_ssize_t term
    with nogil:
        for term in range(own.shape[0]):
            frequencies[ranks[term]] += own[term]


cdef void copy_all(
    const uint32_t[::1] postings, const uint32_t[::1] own, const int32_t[::1] ranks, int64_t[::1] offsets, uint32_t[::1] into
) noexcept:
    cdef Py_ssize_t term, at = 0, each
    cdef int64_t offset
    with nogil:
        for term in range(own.shape[0]):
            offset = offsets[ranks[term]]
            for each in range(own[term]):  # mostly one or two
                into[offset + each] = postings[at + each]
            at += own[term]
            offsets[ranks[term]] = offset + own[term]


cdef void count(
    const uint32_t[::1] postings,
    const uint32_t[::1] own,
    const int32_t[::1] ranks,
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
    const int32_t[::1] ranks,
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


def distinct(list tables):
    """See ``retriever.index.merging``; numbers are given as keys are first met."""
    cdef Py_ssize_t total = 0, at, later, met = 0
    cdef int bits = 12
    cdef const uint64_t[::1] keys
    cdef int32_t[::1] own
    cdef uint64_t slot, mask
    for table in tables:
        total = max(total, len(table))
    while (<Py_ssize_t>1 << bits) < 2 * total:
        bits += 1
    told, slots = np.empty(total, np.uint64), np.zeros(<Py_ssize_t>1 << bits, np.uint32)
    cdef uint64_t[::1] known = told
    cdef uint32_t[::1] number = slots  # and one more
    numbers = []
    for table in tables:
        keys = table
        if 2 * (met + keys.shape[0]) > number.shape[0]:  # as if all were new
            while (<Py_ssize_t>1 << bits) < 2 * (met + keys.shape[0]):
                bits += 1
            slots = np.zeros(<Py_ssize_t>1 << bits, np.uint32)
            number = slots
            refill(known, met, number, bits)
        if met + keys.shape[0] > known.shape[0]:
            told = np.concatenate([told[:met], np.empty(max(met, keys.shape[0]), np.uint64)])
            known = told
        of_table = np.empty(keys.shape[0], np.int32)
        own, mask = of_table, (<uint64_t>1 << bits) - 1
        with nogil:
            for at in range(keys.shape[0]):
                later = at + AHEAD
                if later < keys.shape[0]:
                    fetch(&number[keys[later] * GOLDEN >> (64 - bits)])
                slot = keys[at] * GOLDEN >> (64 - bits)
                while number[slot] and known[number[slot] - 1] != keys[at]:
                    slot = (slot + 1) & mask
                if number[slot] == 0:
                    known[met] = keys[at]
                    met += 1
                    number[slot] = <uint32_t>met
                own[at] = <int32_t>(number[slot] - 1)
        numbers.append(of_table)
    return told[:met], numbers


cdef void refill(const uint64_t[::1] known, Py_ssize_t met, uint32_t[::1] number, int bits) noexcept:
    cdef uint64_t mask = (<uint64_t>1 << bits) - 1, slot
    cdef Py_ssize_t at
    with nogil:
        for at in range(met):
            slot = known[at] * GOLDEN >> (64 - bits)
            while number[slot]:
                slot = (slot + 1) & mask
            number[slot] = <uint32_t>at + 1


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
