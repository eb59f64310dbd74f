"""The best cut of a word into pieces, word by word, and of whole texts; and the sums of pieces' vectors."""

import numpy as np

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from libc.math cimport INFINITY
from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index) noexcept nogil

cdef enum:
    NODE_BITS = 22
    CHARACTER_BITS = 20
    CHILD = (1 << NODE_BITS) - 1
    NUMBERED = 0xFFFD  # characters below it have a number, see ``embeddings.alphabet``
    SHARED = 4  # pieces that two texts begin with, from which on their sum is made once

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


cdef struct Slot:
    uint64_t key  # node, character, and the node that they lead to; 0 where the slot is empty
    double score  # of the piece that ends there, -INFINITY where none does


cdef struct Best:
    double sum  # of the best cut that ends here
    int32_t length  # of its last piece
    int32_t node  # where that ends, 0 where it is the unknown one


@cython.final
cdef class Tree:
    """A vocabulary with scores, see ``embeddings.unigram``. Any thread may cut with it."""

    cdef Slot* first  # where each character by itself leads
    cdef Slot* slots
    cdef int32_t* pieces  # of each node, -1 where none ends
    cdef uint64_t mask
    cdef int shift
    cdef double unknown_score
    cdef readonly int unknown

    def __cinit__(self, dict words, Py_ssize_t characters, const double[::1] scores, int unknown, double penalty):
        """Pieces by their characters, which are numbers from 1 to ``characters``."""
        cdef Py_ssize_t prefixes = 1 + len({word[: 1 + at] for word in words for at in range(len(word))})
        cdef int32_t nodes = 1, piece
        cdef Slot* slot
        cdef int bits = 4
        cdef Py_ssize_t number
        if characters >> CHARACTER_BITS or prefixes >> NODE_BITS:
            raise MemoryError("more pieces than the tree holds")
        while (1 << bits) < 2 * prefixes:
            bits += 1
        self.first = <Slot*>PyMem_Calloc(characters + 1, sizeof(Slot))
        self.slots = <Slot*>PyMem_Calloc(<size_t>1 << bits, sizeof(Slot))
        self.pieces = <int32_t*>PyMem_Malloc(prefixes * sizeof(int32_t))
        if self.first == NULL or self.slots == NULL or self.pieces == NULL:
            raise MemoryError
        self.mask, self.shift = (<uint64_t>1 << bits) - 1, 64 - bits
        for number in range(characters + 1):
            self.first[number].score = -INFINITY
        self.pieces[0] = unknown
        for word, piece in words.items():
            slot = NULL
            for character in word:
                slot = self._made(slot, character)
                if not slot.key & CHILD:
                    slot.key, slot.score, self.pieces[nodes] = slot.key | <uint64_t>nodes, -INFINITY, -1
                    nodes += 1
            if slot != NULL:
                self.pieces[slot.key & CHILD], slot.score = piece, scores[piece]
        self.unknown, self.unknown_score = unknown, INFINITY
        for number in range(scores.shape[0]):
            self.unknown_score = min(self.unknown_score, scores[number])
        self.unknown_score -= penalty

    def __dealloc__(self):
        PyMem_Free(self.first)
        PyMem_Free(self.slots)
        PyMem_Free(self.pieces)

    cdef Slot* _made(self, const Slot* before, uint32_t character) noexcept:
        """Where a character leads from where another led, from the beginning where NULL; to node 0 where nowhere yet."""
        if before == NULL:
            return &self.first[character]
        cdef uint64_t key = (before.key & CHILD) << CHARACTER_BITS | character
        cdef uint64_t at = key * GOLDEN >> self.shift
        while self.slots[at].key and self.slots[at].key >> NODE_BITS != key:
            at = (at + 1) & self.mask
        self.slots[at].key |= key << NODE_BITS
        return &self.slots[at]

    cdef inline const Slot* _below(self, const Slot* before, uint32_t character) noexcept nogil:
        """The same, to read: a slot with key 0 where it leads nowhere."""
        cdef uint64_t key = (before.key & CHILD) << CHARACTER_BITS | character
        cdef uint64_t at = key * GOLDEN >> self.shift
        while self.slots[at].key >> NODE_BITS != key and self.slots[at].key:
            at = (at + 1) & self.mask
        return &self.slots[at]

    def cut(self, const uint32_t[::1] text, const int64_t[::1] starts, const int64_t[::1] lengths):
        """Where in ``text`` the pieces of its words begin, ascending, and which they are. Words ascend too."""
        cdef Py_ssize_t words = starts.shape[0], word, total = 0, longest = 0, met = 0
        for word in range(words):
            total += lengths[word]
            longest = max(longest, lengths[word])
        found_places, found_pieces = np.empty(total, np.int64), np.empty(total, np.int32)
        cdef int64_t[::1] places = found_places
        cdef int32_t[::1] pieces = found_pieces
        cdef Best* best = <Best*>PyMem_Malloc((longest + 1) * sizeof(Best))
        if best == NULL:
            raise MemoryError
        with nogil:
            for word in range(words):
                self._solve(&text[starts[word]], lengths[word], best)
                met = write(best, self.pieces, starts[word], lengths[word], &places[0], &pieces[0], met)
        PyMem_Free(best)
        return found_places[:met], found_pieces[:met]

    def read_and_cut(
        self, list texts, const uint16_t[::1] table, uint32_t first_digit, uint32_t second, Py_ssize_t longest
    ):
        """The pieces of texts, one after the other, where each one's begin, and the texts that were passed over.

        ``table`` has the number of each character below 65,536, as ``embeddings.alphabet`` tells it. A text is passed over, and
        has no pieces, where it holds a character without a number or a word of more than ``longest`` characters.
        """
        cdef Py_ssize_t total = 0, most = 0, number, count = 0, begin, length, head = 0, head_begin = 0, head_end = 0
        cdef int kind, head_kind = 0
        cdef const char* data
        cdef const char* head_data = NULL
        cdef str text
        for text in texts:
            total += len(text)
            most = max(most, len(text))
        found, own_bounds, passed_over = np.empty(total, np.int32), np.zeros(len(texts) + 1, np.int64), []
        cdef int32_t[::1] pieces = found
        cdef int64_t[::1] bounds = own_bounds
        cdef uint32_t* word = <uint32_t*>PyMem_Malloc((most + 1) * sizeof(uint32_t))
        cdef Best* best = <Best*>PyMem_Malloc((most + 1) * sizeof(Best))
        if word == NULL or best == NULL:
            PyMem_Free(word)
            PyMem_Free(best)
            raise MemoryError
        for number, text in enumerate(texts):
            begin, length = count, len(text)
            kind, data = PyUnicode_KIND(text), <const char*>PyUnicode_DATA(text)
            if 0 < head <= length and kind == head_kind and memcmp(data, head_data, head * kind) == 0:
                # Passages of one article stand below the same line.
                memcpy(&pieces[count], &pieces[head_begin], (head_end - head_begin) * sizeof(int32_t))
                head_end, head_begin, count = count + head_end - head_begin, count, count + head_end - head_begin
            else:
                head = self._read(kind, data, 0, length, True, &table[0], first_digit, second, longest, word, best, &pieces[0], &count)
                head_begin, head_end, head_kind = begin, count, kind
            head_data = data  # of a text that its list holds
            if head < 0 or self._read(
                kind, data, head, length, False, &table[0], first_digit, second, longest, word, best, &pieces[0], &count
            ) < 0:
                passed_over.append(number)
                count = begin
                head = 0
            bounds[number + 1] = count
        PyMem_Free(word)
        PyMem_Free(best)
        return found[:count], own_bounds, passed_over

    cdef Py_ssize_t _read(
        self, int kind, const void* text, Py_ssize_t at, Py_ssize_t length, bint line, const uint16_t* table,
        uint32_t first_digit, uint32_t second, Py_ssize_t longest, uint32_t* word, Best* best, int32_t* pieces, Py_ssize_t* count
    ) noexcept nogil:
        """From ``at`` on the whole text, or one ``line`` of it; where that ends, -1 where it has to be passed over."""
        cdef Py_ssize_t size
        cdef uint32_t number, code
        while at < length:
            code = PyUnicode_READ(kind, text, at)
            at += 1
            number = number_of(table, code)
            if number == 0:
                if line and code == c"\n":
                    return at
                continue
            size = 0
            if number < first_digit:
                while 0 < number < first_digit:
                    word[size] = number
                    size += 1
                    if at == length:
                        break
                    number = number_of(table, PyUnicode_READ(kind, text, at))
                    at += 0 < number < first_digit
                if size > longest:
                    return -1
            elif number < NUMBERED:
                word[0], size = number, 1
                if at < length:
                    number = number_of(table, PyUnicode_READ(kind, text, at))
                    if first_digit <= number < NUMBERED:
                        word[1], size = number + second, 2
                        at += 1
            if number >= NUMBERED:
                return -1
            self._solve(word, size, best)
            count[0] = self._written(best, size, pieces, count[0])
        return at

    cdef Py_ssize_t _written(self, const Best* best, Py_ssize_t length, int32_t* pieces, Py_ssize_t met) noexcept nogil:
        """The best cut of a word behind what is written, unknown ones in a row as one; how many pieces there are then."""
        cdef Py_ssize_t end = length, count = 0, at
        cdef int32_t piece, later = -1
        while end > 0:
            piece = self.pieces[best[end].node]
            count += piece != self.unknown or later != self.unknown
            later = piece
            end -= best[end].length
        end, at, later = length, met + count, -1
        while end > 0:
            piece = self.pieces[best[end].node]
            if piece != self.unknown or later != self.unknown:
                at -= 1
                pieces[at] = piece
            later = piece
            end -= best[end].length
        return met + count

    cdef void _solve(self, const uint32_t* text, Py_ssize_t length, Best* best) noexcept nogil:
        cdef Py_ssize_t start, end
        cdef const Slot* slot
        cdef uint64_t key
        for start in range(length - 1):  # what lies far apart in memory is asked for ahead of time
            key = (self.first[text[start]].key & CHILD) << CHARACTER_BITS | text[start + 1]
            fetch(&self.slots[key * GOLDEN >> self.shift])
        for end in range(length + 1):
            best[end].sum = -INFINITY
        best[0].sum = 0.0
        for start in range(length):
            slot, end = &self.first[text[start]], start + 1
            if slot.score == -INFINITY:
                better(best, start, end, self.unknown_score, 0)
            while slot.key:
                better(best, start, end, slot.score, <int32_t>(slot.key & CHILD))
                if end == length:
                    break
                slot = self._below(slot, text[end])
                end += 1


cdef inline uint32_t number_of(const uint16_t* table, uint32_t code) noexcept nogil:
    return table[code] if code < 0x10000 else NUMBERED


cdef inline void better(Best* best, Py_ssize_t start, Py_ssize_t end, double score, int32_t node) noexcept nogil:
    """Of two equal cuts the one whose last piece begins earlier stays, which is met first."""
    cdef double sum = best[start].sum + score
    if sum > best[end].sum:
        best[end].sum, best[end].length, best[end].node = sum, <int32_t>(end - start), node


cdef Py_ssize_t write(
    const Best* best, const int32_t* piece_of, Py_ssize_t start, Py_ssize_t length, int64_t* places, int32_t* pieces, Py_ssize_t met
) noexcept nogil:
    """The best cut of a word behind what is written; how many pieces there are then."""
    cdef Py_ssize_t end = length, count = 0, at
    while end > 0:
        end -= best[end].length
        count += 1
    end, at = length, met + count
    while end > 0:
        at -= 1
        pieces[at] = piece_of[best[end].node]
        end -= best[end].length
        places[at] = start + end
    return met + count


cdef extern from *:
    """
    /* One after the other, as float addition is told by its order; four at a time, as memory is slower than that. */
    static void add_four(float *restrict sum, const float *restrict a, const float *restrict b, const float *restrict c,
                         const float *restrict d, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) sum[at] = (((sum[at] + a[at]) + b[at]) + c[at]) + d[at];
    }
    static void add_one(float *restrict sum, const float *restrict a, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) sum[at] += a[at];
    }
    """
    void add_four(float* sum, const float* a, const float* b, const float* c, const float* d, Py_ssize_t count) noexcept nogil
    void add_one(float* sum, const float* a, Py_ssize_t count) noexcept nogil


def summed(const float[:, ::1] weights, const int32_t[::1] pieces, const int64_t[::1] bounds):
    """The sum of the vectors of each text's pieces, one after the other; shape (texts, dimensions)."""
    cdef Py_ssize_t texts = bounds.shape[0] - 1, count = weights.shape[1], text, at, end
    sums = np.zeros((texts, count), np.float32)
    cdef float[:, ::1] into = sums
    cdef float* own
    cdef const float* first = &weights[0, 0]
    with nogil:
        for text in range(texts):
            own, at, end = &into[text, 0], bounds[text], bounds[text + 1]
            while at + 4 <= end:
                add_four(
                    own,
                    first + count * pieces[at],
                    first + count * pieces[at + 1],
                    first + count * pieces[at + 2],
                    first + count * pieces[at + 3],
                    count,
                )
                at += 4
            while at < end:
                add_one(own, first + count * pieces[at], count)
                at += 1
    return sums


cdef extern from *:
    """
    #include <stdint.h>
    #if defined(__GNUC__) || defined(__clang__)
      #define fetch_row(row, count) for (Py_ssize_t line = 0; line < (count); line += 32) __builtin_prefetch((row) + line)
    #else
      #define fetch_row(row, count) ((void)(row))
    #endif
    static void add_four_whole(int16_t *restrict sum, const int16_t *restrict a, const int16_t *restrict b,
                               const int16_t *restrict c, const int16_t *restrict d, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) sum[at] = (int16_t)(sum[at] + a[at] + b[at] + c[at] + d[at]);
    }
    static void add_one_whole(int16_t *restrict sum, const int16_t *restrict a, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) sum[at] = (int16_t)(sum[at] + a[at]);
    }
    static void carry(int32_t *restrict total, int16_t *restrict sum, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) { total[at] += sum[at]; sum[at] = 0; }
    }
    static void tell(float *restrict into, const int32_t *restrict total, float unit, Py_ssize_t count) {
        for (Py_ssize_t at = 0; at < count; at++) into[at] = (float)total[at] * unit;
    }
    """
    void fetch_row(const int16_t* row, Py_ssize_t count) noexcept nogil
    void add_four_whole(
        int16_t* sum, const int16_t* a, const int16_t* b, const int16_t* c, const int16_t* d, Py_ssize_t count
    ) noexcept nogil
    void add_one_whole(int16_t* sum, const int16_t* a, Py_ssize_t count) noexcept nogil
    void carry(int32_t* total, int16_t* sum, Py_ssize_t count) noexcept nogil
    void tell(float* into, const int32_t* total, float unit, Py_ssize_t count) noexcept nogil


def summed_whole(
    const int16_t[:, ::1] rows, float unit, Py_ssize_t at_once, const int32_t[::1] pieces, const int64_t[::1] bounds
):
    """The same where a vector's numbers are ``rows`` times ``unit``; of so many rows a sum fits into 16 bits.

    What texts that follow each other have in common at their beginning is summed once.
    """
    cdef Py_ssize_t texts = bounds.shape[0] - 1, count = rows.shape[1], text, at, end, until, kept = 0, common
    sums = np.empty((texts, count), np.float32)
    cdef float[:, ::1] into = sums
    cdef int32_t[:, ::1] totals = np.zeros((2, count), np.int32)  # of this text, and of what it shares with the next
    cdef int16_t[::1] own = np.zeros(count, np.int16)
    cdef int32_t* total = &totals[0, 0]
    cdef int32_t* shared = &totals[1, 0]
    cdef const int32_t* piece = NULL
    if pieces.shape[0]:
        piece = &pieces[0]
    with nogil:
        for text in range(texts):
            at, end = bounds[text], bounds[text + 1]
            if kept:
                memcpy(total, shared, count * sizeof(int32_t))
            else:
                memset(total, 0, count * sizeof(int32_t))
            common = 0
            if text + 1 < texts:
                while at + common < end and end + common < bounds[text + 2] and piece[at + common] == piece[end + common]:
                    common += 1
            if common < SHARED:
                common = 0
            at += kept
            if common and kept != common:
                if kept > common:  # less than the one before had in common with this one
                    at = bounds[text]
                    memset(total, 0, count * sizeof(int32_t))
                add(rows, piece, at, bounds[text] + common, at_once, &own[0], total)
                at = bounds[text] + common
                memcpy(shared, total, count * sizeof(int32_t))
            kept = common
            add(rows, piece, at, end, at_once, &own[0], total)
            tell(&into[text, 0], total, unit, count)
    return sums


cdef void add(
    const int16_t[:, ::1] rows, const int32_t* piece, Py_ssize_t at, Py_ssize_t end, Py_ssize_t at_once, int16_t* own, int32_t* total
) noexcept nogil:
    """The rows of pieces from ``at`` to before ``end`` to a total, by way of ``own``, which is nothing before and after."""
    cdef Py_ssize_t count = rows.shape[1], until, later
    cdef const int16_t* first = &rows[0, 0]
    while at < end:
        until = min(end, at + at_once)
        while at + 4 <= until:
            for later in range(at + 4, min(end, at + 8)):
                fetch_row(first + count * piece[later], count)
            add_four_whole(
                own,
                first + count * piece[at],
                first + count * piece[at + 1],
                first + count * piece[at + 2],
                first + count * piece[at + 3],
                count,
            )
            at += 4
        while at < until:
            add_one_whole(own, first + count * piece[at], count)
            at += 1
        carry(total, own, count)
