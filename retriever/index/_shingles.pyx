"""Runs of letters as numbers, one multiplication after the other."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

cdef enum:
    SHINGLE = 5  # letters


cdef inline uint32_t hash_at(const uint16_t* codes, const uint64_t* factors) noexcept nogil:
    cdef uint64_t mixed = (<uint64_t>codes[1] << 16 | codes[0]) * factors[0]
    mixed += (<uint64_t>codes[3] << 16 | codes[2]) * factors[1]
    mixed += <uint64_t>codes[4] * factors[2]
    return <uint32_t>(mixed >> 32)


def hashes_of_runs(const uint16_t[::1] codes, const uint64_t[::1] factors):
    """The hash of each run of five letters, as they stand."""
    cdef Py_ssize_t count = max(0, codes.shape[0] - SHINGLE + 1), at
    found = np.empty(count, np.uint32)
    cdef uint32_t[::1] hashed = found
    with nogil:
        for at in range(count):
            hashed[at] = hash_at(&codes[at], &factors[0])
    return found


def told_by_letters(const uint16_t[::1] spaced, const uint64_t[::1] factors, const uint32_t[::1] starts):
    """See ``retriever.index.shingles.told_by_letters``."""
    cdef Py_ssize_t length = spaced.shape[0], count = 0, runs, at, ranges = starts.shape[0], own, different = 0, begin = -1
    cdef uint32_t hashed, slot, size = 16
    cdef bint has_zero = False
    cdef set numbers = set()
    told, letters = np.full(ranges, 0xFFFFFFFF, np.uint32), np.empty(length, np.uint16)
    cdef uint32_t[::1] least = told
    cdef uint16_t[::1] codes = letters
    for at in range(length):
        if spaced[at]:
            codes[count] = spaced[at]
            count += 1
        if c"0" <= spaced[at] <= c"9":
            begin = at if begin < 0 else begin
        elif begin >= 0:
            numbers.add(digits(&spaced[begin], at - begin))
            begin = -1
    if begin >= 0:
        numbers.add(digits(&spaced[begin], length - begin))
    runs = max(0, count - SHINGLE + 1)
    while size < 2 * runs:
        size *= 2
    cdef uint32_t* seen = <uint32_t*>calloc(size, sizeof(uint32_t))
    if seen == NULL:
        raise MemoryError
    with nogil:
        for at in range(runs):
            hashed = hash_at(&codes[at], &factors[0])
            own = <Py_ssize_t>(<uint64_t>hashed * <uint64_t>ranges >> 32)  # this one or, as starts are rounded down, the next
            if own + 1 < ranges and hashed >= starts[own + 1]:
                own += 1
            if hashed < least[own]:
                least[own] = hashed
            if hashed == 0:
                different += not has_zero
                has_zero = True
                continue
            slot = hashed & (size - 1)
            while seen[slot] and seen[slot] != hashed:
                slot = (slot + 1) & (size - 1)
            if seen[slot] == 0:
                seen[slot] = hashed
                different += 1
        free(seen)
    return letters[:count], different, told, numbers


cdef str digits(const uint16_t* codes, Py_ssize_t length):
    cdef bytearray written = bytearray(length)
    cdef Py_ssize_t at
    for at in range(length):
        written[at] = <unsigned char>codes[at]
    return written.decode("ascii")


def meetings(const uint64_t[::1] keys):
    """See ``retriever.index.sketches.meetings``."""
    cdef Py_ssize_t count = keys.shape[0], at, met = 0
    cdef int bits = 4
    while (1 << bits) < 2 * count:
        bits += 1
    cdef uint64_t mask = (<uint64_t>1 << bits) - 1, slot
    cdef int32_t* first = <int32_t*>calloc(mask + 1, sizeof(int32_t))  # place + 1
    cdef int32_t* last = <int32_t*>calloc(mask + 1, sizeof(int32_t))
    found = np.empty((2 * count, 2), np.int64)
    cdef int64_t[:, ::1] into = found
    if first == NULL or last == NULL:
        free(first)
        free(last)
        raise MemoryError
    with nogil:
        for at in range(count):
            slot = keys[at] * <uint64_t>0x9E3779B97F4A7C15 >> (64 - bits)
            while first[slot] and keys[first[slot] - 1] != keys[at]:
                slot = (slot + 1) & mask
            if first[slot] == 0:
                first[slot] = last[slot] = <int32_t>at + 1
                continue
            into[met, 0], into[met, 1] = first[slot] - 1, at
            into[met + 1, 0], into[met + 1, 1] = last[slot] - 1, at
            last[slot] = <int32_t>at + 1
            met += 2
        free(first)
        free(last)
    return found[:met].copy()
