"""Runs of letters as numbers, one multiplication after the other."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index)

cdef enum:
    SHINGLE = 5  # letters
    ODD = 0xFFFE  # what counts as more than one letter, or was never met


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


def told_by_texts(list texts, const uint16_t[::1] counts_as, const uint64_t[::1] factors, const uint32_t[::1] starts):
    """See ``retriever.index.shingles.told_by_texts``."""
    cdef Py_ssize_t number, most = 0, ranges = starts.shape[0], size = 16
    cdef str text
    for text in texts:
        most = max(most, len(text))
    while size < 2 * most:
        size *= 2
    lowest, all_told = np.full((len(texts), ranges), 0xFFFFFFFF, np.uint32), []
    cdef uint32_t[:, ::1] least = lowest
    cdef uint16_t* codes = <uint16_t*>malloc((most + 1) * sizeof(uint16_t))
    cdef uint32_t* seen = <uint32_t*>malloc(size * sizeof(uint32_t))
    cdef Py_ssize_t count, different
    cdef set numbers
    if codes == NULL or seen == NULL:
        free(codes)
        free(seen)
        raise MemoryError
    for number, text in enumerate(texts):
        numbers = set()
        count = read(text, &counts_as[0], codes, numbers)
        if count < 0:
            all_told.append(None)
            continue
        with nogil:
            different = look_at_runs(codes, count, &factors[0], &starts[0], ranges, seen, &least[number, 0])
        all_told.append(((<const char*>codes)[: count * sizeof(uint16_t)], different, lowest[number], numbers))
    free(codes)
    free(seen)
    return all_told


cdef Py_ssize_t read(str text, const uint16_t* counts_as, uint16_t* codes, set numbers):
    """How many letters a text has, these and its numbers; -1 where a character of it does not count as one letter or as none."""
    cdef Py_ssize_t length = len(text), count = 0, at, begin = -1
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef uint32_t code
    cdef uint16_t letter
    for at in range(length + 1):
        code = PyUnicode_READ(kind, data, at) if at < length else 0x20
        letter = counts_as[code] if code < 0x10000 else ODD
        if letter >= ODD:
            return -1
        if letter:
            codes[count] = letter
            count += 1
        if c"0" <= letter <= c"9":
            begin = count - 1 if begin < 0 else begin
        elif begin >= 0:  # figures stand side by side here, as nothing was between them
            numbers.add(digits(codes + begin, count - begin - (letter > 0)))
            begin = -1
    return count


cdef Py_ssize_t look_at_runs(
    const uint16_t* codes, Py_ssize_t count, const uint64_t* factors, const uint32_t* starts, Py_ssize_t ranges,
    uint32_t* seen, uint32_t* least
) noexcept nogil:
    """How many different hashes the runs of letters have, and the least of each range. ``seen`` is room to work in."""
    cdef Py_ssize_t runs = max(0, count - SHINGLE + 1), at, own, different = 0
    cdef uint32_t hashed, slot, size = 16
    cdef bint has_zero = False
    while size < 2 * runs:
        size *= 2
    memset(seen, 0, size * sizeof(uint32_t))
    for at in range(runs):
        hashed = hash_at(&codes[at], factors)
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
    return different


cdef bytes digits(const uint16_t* codes, Py_ssize_t length):
    cdef bytes written = PyBytes_FromStringAndSize(NULL, length)
    cdef char* into = written
    cdef Py_ssize_t at
    for at in range(length):
        into[at] = <char>codes[at]
    return written


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
