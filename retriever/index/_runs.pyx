"""Terms put in order and counted row by row, in C."""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

cdef enum:
    WIDTH = 21  # bits a character
    SHORT = 3  # characters that a key holds
    COUNT_BITS = 3
    MOST = 7
    DIGIT_BITS = 11
    BUCKETS = 1 << DIGIT_BITS
    DIGITS = 6  # of a key of 64 bits


cdef struct Term:
    uint64_t key  # its first characters
    int64_t number


cdef int put_in_order(Term* terms, Py_ssize_t count) except -1:
    """By their keys, those with equal ones as they stand: by eleven bits after the other, the last ones first."""
    cdef Term* others = <Term*>malloc((count + 1) * sizeof(Term))
    cdef int64_t* begins = <int64_t*>malloc(DIGITS * BUCKETS * sizeof(int64_t))
    cdef Term* given = terms
    cdef Term* into = others
    cdef int64_t* own
    cdef int64_t total, here
    cdef Py_ssize_t at, digit, bucket
    if others == NULL or begins == NULL:
        free(others)
        free(begins)
        raise MemoryError
    with nogil:
        memset(begins, 0, DIGITS * BUCKETS * sizeof(int64_t))
        for at in range(count):
            for digit in range(DIGITS):
                begins[digit * BUCKETS + (terms[at].key >> (digit * DIGIT_BITS) & (BUCKETS - 1))] += 1
        for digit in range(DIGITS):
            own, total = begins + digit * BUCKETS, 0
            if count and own[given[0].key >> (digit * DIGIT_BITS) & (BUCKETS - 1)] == count:
                continue  # all are alike
            for bucket in range(BUCKETS):
                here, own[bucket] = own[bucket], total
                total += here
            for at in range(count):
                bucket = given[at].key >> (digit * DIGIT_BITS) & (BUCKETS - 1)
                into[own[bucket]] = given[at]
                own[bucket] += 1
            given, into = into, given
        if given != terms:
            memcpy(terms, given, count * sizeof(Term))
    free(others)
    free(begins)
    return 0


cdef inline bint comes_before(
    const uint32_t* codes, const int64_t* starts, const int64_t* lengths, int64_t one, int64_t other
) noexcept nogil:
    """In the order of code points, which is that of UTF-8."""
    cdef int64_t at, both = min(lengths[one], lengths[other])
    for at in range(both):
        if codes[starts[one] + at] != codes[starts[other] + at]:
            return codes[starts[one] + at] < codes[starts[other] + at]
    return lengths[one] < lengths[other]


def in_order(const uint32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] lengths, const uint8_t[::1] is_term):
    """Different terms, each ``codes[start : start + length]``, in the order of their UTF-8; those that are none are left out.

    Returns the place of each, -1 where it is none, their UTF-8 end to end, and where each ends in it.
    """
    cdef Py_ssize_t count = starts.shape[0], held = 0, at, place, written = 0, until
    cdef Term* terms = <Term*>malloc((count + 1) * sizeof(Term))
    if terms == NULL:
        raise MemoryError
    cdef Term term
    placed = np.full(count, -1, np.int32)
    cdef int32_t[::1] place_of = placed
    cdef int64_t characters = 0
    for at in range(count):
        if is_term[at]:
            term.key, term.number = 0, at
            for place in range(SHORT):
                term.key = term.key << WIDTH | (codes[starts[at] + place] if place < lengths[at] else 0)
            terms[held] = term
            held += 1
            characters += lengths[at]
    text, table = np.empty(4 * characters, np.uint8), np.empty(held, np.uint32)
    cdef uint8_t[::1] utf8 = text
    cdef uint32_t[::1] ends = table
    put_in_order(terms, held)
    with nogil:
        for at in range(1, held):  # longer ones, among those that begin alike
            term, until = terms[at], at
            while (
                until > 0
                and terms[until - 1].key == term.key
                and comes_before(&codes[0], &starts[0], &lengths[0], term.number, terms[until - 1].number)
            ):
                terms[until] = terms[until - 1]
                until -= 1
            terms[until] = term
        for at in range(held):
            place_of[terms[at].number] = <int32_t>at
            for place in range(lengths[terms[at].number]):
                written = put(&utf8[0], written, codes[starts[terms[at].number] + place])
            ends[at] = <uint32_t>written
        free(terms)
    return placed, text[:written].copy(), table


cdef inline Py_ssize_t put(uint8_t* utf8, Py_ssize_t at, uint32_t code) noexcept nogil:
    if code < 0x80:
        utf8[at] = <uint8_t>code
        return at + 1
    if code < 0x800:
        utf8[at] = <uint8_t>(0xC0 | code >> 6)
        utf8[at + 1] = <uint8_t>(0x80 | (code & 0x3F))
        return at + 2
    if code < 0x10000:
        utf8[at] = <uint8_t>(0xE0 | code >> 12)
        utf8[at + 1] = <uint8_t>(0x80 | (code >> 6 & 0x3F))
        utf8[at + 2] = <uint8_t>(0x80 | (code & 0x3F))
        return at + 3
    utf8[at] = <uint8_t>(0xF0 | code >> 18)
    utf8[at + 1] = <uint8_t>(0x80 | (code >> 12 & 0x3F))
    utf8[at + 2] = <uint8_t>(0x80 | (code >> 6 & 0x3F))
    utf8[at + 3] = <uint8_t>(0x80 | (code & 0x3F))
    return at + 4


def counted_by_row(
    const int32_t[::1] numbers, const int64_t[::1] ends, const int32_t[::1] forms, const int64_t[::1] form_ends,
    const int32_t[::1] placed, Py_ssize_t count
):
    """See ``retriever.index.runs.row_by_row``."""
    cdef Py_ssize_t rows = ends.shape[0], row, at, first = 0, first_form = 0, met = 0, total = 0
    cdef int32_t term, times
    own_frequencies, own_lengths = np.zeros(count, np.uint32), np.zeros(rows, np.uint32)
    cdef uint32_t[::1] frequencies = own_frequencies, lengths = own_lengths
    # What each row holds, row by row: terms as they are met, and how often.
    cdef int32_t[::1] held = np.empty(numbers.shape[0] + forms.shape[0], np.int32)
    cdef int32_t[::1] often = np.zeros(numbers.shape[0] + forms.shape[0], np.int32)
    cdef int64_t[::1] place = np.full(count, -1, np.int64)  # of a term in ``held``, where it was met last
    cdef int64_t[::1] row_ends = np.empty(rows, np.int64)
    cdef int64_t begin, words_end
    cdef int64_t[::1] offsets
    cdef uint32_t[::1] postings
    for row in range(rows):
        begin = met
        for at in range(first, ends[row]):
            term = placed[numbers[at]]
            if term < 0:
                continue
            lengths[row] += 1
            if place[term] < begin:
                place[term] = met
                held[met] = term
                met += 1
                frequencies[term] += 1
            often[place[term]] += 1
        first = ends[row]
        words_end = met
        for at in range(first_form, form_ends[row]):
            term = placed[forms[at]]
            if term < 0:
                continue
            if place[term] >= begin and place[term] < words_end:
                continue
            lengths[row] += 1
            if place[term] < begin:
                place[term] = met
                held[met] = term
                met += 1
                frequencies[term] += 1
            often[place[term]] += 1
        first_form = form_ends[row]
        row_ends[row] = met
    own_postings = np.empty(met, np.uint32)
    postings, offsets = own_postings, np.empty(count, np.int64)
    for at in range(count):
        offsets[at] = total
        total += frequencies[at]
    begin = 0
    for row in range(rows):
        for at in range(begin, row_ends[row]):
            term, times = held[at], often[at]
            postings[offsets[term]] = <uint32_t>row << COUNT_BITS | <uint32_t>(times if times < MOST else MOST)
            offsets[term] += 1
        begin = row_ends[row]
    return own_frequencies, own_postings, own_lengths


def numbered_pairs(const uint32_t[::1] folded, const int64_t[::1] ends, const int32_t[::1] compared):
    """See ``retriever.index.pairs.pairs_by_number``; pairs are numbered as they are first met."""
    cdef Py_ssize_t row, at, begin = 0, met = 0, count = 0, room = 1 << 16
    cdef int bits = 17
    cdef uint64_t mask = (<uint64_t>1 << bits) - 1, key, slot
    cdef int32_t before, han, after, unmet = 0
    for at in range(folded.shape[0]):
        unmet |= compared[folded[at]]
    if unmet < 0:
        return None
    numbers, own_ends = np.empty(folded.shape[0], np.int32), np.empty(ends.shape[0], np.int64)
    cdef int32_t[::1] of_pair = numbers
    cdef int64_t[::1] row_ends = own_ends
    told = np.empty(room, np.uint64)
    cdef uint64_t[::1] keys = told
    table = np.zeros(mask + 1, np.int32)
    cdef int32_t[::1] slots = table  # number + 1
    for row in range(ends.shape[0]):
        before, after = 0, compared[folded[begin]]
        for at in range(begin, ends[row]):
            han, after = after, compared[folded[at + 1]] if at + 1 < ends[row] else 0
            if han == 0 or (after == 0 and before):
                before = han
                continue
            before = han
            key = <uint64_t>han << WIDTH | <uint64_t>after
            slot = key * <uint64_t>0x9E3779B97F4A7C15 >> (64 - bits)
            while slots[slot] and keys[slots[slot] - 1] != key:
                slot = (slot + 1) & mask
            if slots[slot] == 0:
                if count == room:
                    room, bits = 2 * room, bits + 1
                    mask = (<uint64_t>1 << bits) - 1
                    told = np.concatenate([told, np.empty(count, np.uint64)])
                    table = np.zeros(mask + 1, np.int32)
                    keys, slots = told, table
                    refill(keys, count, slots, bits)
                    slot = key * <uint64_t>0x9E3779B97F4A7C15 >> (64 - bits)
                    while slots[slot]:
                        slot = (slot + 1) & mask
                keys[count] = key
                count += 1
                slots[slot] = <int32_t>count
            of_pair[met] = slots[slot] - 1
            met += 1
        begin = ends[row]
        row_ends[row] = met
    return numbers[:met], own_ends, told[:count]


def pairs_in_order(const uint64_t[::1] keys):
    """See ``retriever.index.pairs.pairs_by_keys``."""
    cdef Py_ssize_t count = keys.shape[0], at, written = 0
    cdef uint32_t second
    cdef Term* terms = <Term*>malloc((count + 1) * sizeof(Term))
    if terms == NULL:
        raise MemoryError
    for at in range(count):
        terms[at] = Term(keys[at], at)
    put_in_order(terms, count)
    placed, text, table = np.empty(count, np.int32), np.empty(8 * count, np.uint8), np.empty(count, np.uint32)
    cdef int32_t[::1] place_of = placed
    cdef uint8_t[::1] utf8 = text
    cdef uint32_t[::1] ends = table
    with nogil:
        for at in range(count):
            place_of[terms[at].number] = <int32_t>at
            written = put(&utf8[0], written, <uint32_t>(terms[at].key >> WIDTH))
            second = terms[at].key & ((<uint64_t>1 << WIDTH) - 1)
            if second:
                written = put(&utf8[0], written, second)
            ends[at] = <uint32_t>written
        free(terms)
    return placed, text[:written].copy(), table


def keys_of(const uint8_t[::1] terms, const int64_t[::1] ends, dict numbers, list names):
    """The key of each term, see ``retriever.index.termkeys``: UTF-8 end to end, and where each ends; longer ones are numbered."""
    cdef Py_ssize_t count = ends.shape[0], at, place, start = 0, held
    cdef uint64_t key
    cdef uint32_t code
    cdef bint is_long
    found = np.empty(count, np.uint64)
    cdef uint64_t[::1] keys = found
    cdef bytes name
    for at in range(count):
        key, held, place, is_long = 0, 0, start, False
        while place < ends[at]:
            code = terms[place]
            if held == SHORT or code == 0:  # NUL is how a key is filled up
                is_long = True
                break
            if code < 0x80:
                place += 1
            elif code < 0xE0:
                code = (code & 0x1F) << 6 | (terms[place + 1] & 0x3F)
                place += 2
            elif code < 0xF0:
                code = (code & 0x0F) << 12 | (terms[place + 1] & 0x3F) << 6 | (terms[place + 2] & 0x3F)
                place += 3
            else:
                code = (
                    (code & 0x07) << 18 | (terms[place + 1] & 0x3F) << 12 | (terms[place + 2] & 0x3F) << 6
                    | (terms[place + 3] & 0x3F)
                )
                place += 4
            key = key << WIDTH | code
            held += 1
        if is_long:
            name = (<const char*>&terms[start])[: ends[at] - start]
            number = numbers.get(name)
            if number is None:
                number = numbers[name] = len(names)
                names.append(name)
            key = <uint64_t>1 << 63 | <uint64_t>number
        else:
            key <<= WIDTH * (SHORT - held)
        keys[at] = key
        start = ends[at]
    return found


cdef void refill(const uint64_t[::1] keys, Py_ssize_t count, int32_t[::1] slots, int bits) noexcept:
    cdef uint64_t mask = (<uint64_t>1 << bits) - 1, slot
    cdef Py_ssize_t at
    for at in range(count):
        slot = keys[at] * <uint64_t>0x9E3779B97F4A7C15 >> (64 - bits)
        while slots[slot]:
            slot = (slot + 1) & mask
        slots[slot] = <int32_t>at + 1
