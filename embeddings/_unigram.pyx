"""The best cut of a word into pieces, word by word; and the sums of pieces' vectors."""

import numpy as np

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from libc.math cimport INFINITY
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

cdef enum:
    NODE_BITS = 22
    CHARACTER_BITS = 20
    CHILD = (1 << NODE_BITS) - 1

cdef uint64_t GOLDEN = 0x9E3779B97F4A7C15


cdef struct Ending:
    double score  # of the piece that ends at a node
    int32_t piece  # -1 where none does


cdef struct Best:
    double sum  # of the best cut that ends here
    int32_t length  # of its last piece
    int32_t piece


@cython.final
cdef class Tree:
    """A vocabulary with scores, see ``embeddings.unigram``. Any thread may cut with it."""

    cdef int32_t* first  # where each character by itself leads, 0 where nowhere
    cdef uint64_t* slots  # node, character, and the node that they lead to; 0 where the slot is empty
    cdef Ending* endings  # of each node
    cdef uint64_t mask
    cdef int shift
    cdef double unknown_score
    cdef readonly int unknown

    def __cinit__(self, dict words, Py_ssize_t characters, const double[::1] scores, int unknown, double penalty):
        """Pieces by their characters, which are numbers from 1 to ``characters``."""
        cdef Py_ssize_t prefixes = 1 + len({word[: 1 + at] for word in words for at in range(len(word))})
        cdef int32_t node, nodes = 1, piece
        cdef int bits = 4
        cdef Py_ssize_t number
        if characters >> CHARACTER_BITS or prefixes >> NODE_BITS:
            raise MemoryError("more pieces than the tree holds")
        while (1 << bits) < 2 * prefixes:
            bits += 1
        self.first = <int32_t*>PyMem_Calloc(characters + 1, sizeof(int32_t))
        self.slots = <uint64_t*>PyMem_Calloc(<size_t>1 << bits, sizeof(uint64_t))
        self.endings = <Ending*>PyMem_Malloc(prefixes * sizeof(Ending))
        if self.first == NULL or self.slots == NULL or self.endings == NULL:
            raise MemoryError
        self.mask, self.shift = (<uint64_t>1 << bits) - 1, 64 - bits
        for number in range(prefixes):
            self.endings[number].piece = -1
        for word, piece in words.items():
            node = 0
            for character in word:
                node = self._made(node, character, &nodes)
            if node:
                self.endings[node].piece, self.endings[node].score = piece, scores[piece]
        self.unknown, self.unknown_score = unknown, INFINITY
        for number in range(scores.shape[0]):
            self.unknown_score = min(self.unknown_score, scores[number])
        self.unknown_score -= penalty

    def __dealloc__(self):
        PyMem_Free(self.first)
        PyMem_Free(self.slots)
        PyMem_Free(self.endings)

    cdef int32_t _made(self, int32_t node, uint32_t character, int32_t* nodes) noexcept:
        """The node that a character leads to, made where there is none."""
        cdef int32_t found = self._below(node, character)
        if found:
            return found
        found = nodes[0]
        nodes[0] += 1
        if node == 0:
            self.first[character] = found
            return found
        cdef uint64_t key = <uint64_t>node << CHARACTER_BITS | character
        cdef uint64_t at = key * GOLDEN >> self.shift
        while self.slots[at]:
            at = (at + 1) & self.mask
        self.slots[at] = key << NODE_BITS | <uint64_t>found
        return found

    cdef inline int32_t _below(self, int32_t node, uint32_t character) noexcept nogil:
        """Where a character leads from a node, 0 where nowhere."""
        if node == 0:
            return self.first[character]
        cdef uint64_t key = <uint64_t>node << CHARACTER_BITS | character
        cdef uint64_t at = key * GOLDEN >> self.shift
        while self.slots[at]:
            if self.slots[at] >> NODE_BITS == key:
                return <int32_t>(self.slots[at] & CHILD)
            at = (at + 1) & self.mask
        return 0

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
                met = write(best, starts[word], lengths[word], &places[0], &pieces[0], met)
        PyMem_Free(best)
        return found_places[:met], found_pieces[:met]

    cdef void _solve(self, const uint32_t* text, Py_ssize_t length, Best* best) noexcept nogil:
        cdef Py_ssize_t start, end
        cdef int32_t node
        for end in range(length + 1):
            best[end].sum = -INFINITY
        best[0].sum = 0.0
        for start in range(length):
            node, end = self.first[text[start]], start
            if node == 0 or self.endings[node].piece < 0:
                better(best, start, start + 1, self.unknown_score, self.unknown)
            while node:
                end += 1
                if self.endings[node].piece >= 0:
                    better(best, start, end, self.endings[node].score, self.endings[node].piece)
                if end == length:
                    break
                node = self._below(node, text[end])


cdef inline void better(Best* best, Py_ssize_t start, Py_ssize_t end, double score, int32_t piece) noexcept nogil:
    """Of two equal cuts the one whose last piece begins earlier stays, which is met first."""
    cdef double sum = best[start].sum + score
    if sum > best[end].sum:
        best[end].sum, best[end].length, best[end].piece = sum, <int32_t>(end - start), piece


cdef Py_ssize_t write(
    const Best* best, Py_ssize_t start, Py_ssize_t length, int64_t* places, int32_t* pieces, Py_ssize_t met
) noexcept nogil:
    """The best cut of a word behind what is written; how many pieces there are then."""
    cdef Py_ssize_t end = length, count = 0, at
    while end > 0:
        end -= best[end].length
        count += 1
    end, at = length, met + count
    while end > 0:
        at -= 1
        pieces[at] = best[end].piece
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
