"""Which texts hold which words: asked hundreds of times a question, each time of a few characters.

Most words stand in none of the texts. Of each text is marked which characters it has, by their last ten bits: a word of which one
is not marked is not looked for.
"""

import numpy as np

from libc.stdint cimport uint64_t

cdef extern from "Python.h":
    int PyUnicode_Contains(object text, object part) except -1
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index)

cdef enum:
    MARKS = 16  # times 64 bits


def held(list terms, list texts, double synonym, double parts_share):
    """How well each compared text holds each term, itself, its partners and its parts; shape (terms, texts)."""
    cdef Py_ssize_t n, at, inside
    cdef tuple partners, parts
    cdef str sought
    found = np.zeros((len(terms), len(texts)), np.float64)
    cdef double[:, ::1] told = found
    cdef uint64_t[:, ::1] marks = marks_of(texts)
    for n in range(len(terms)):
        term = terms[n]
        sought, partners, parts = term.sought, term.partners, term.parts
        for at in range(len(texts)):
            if holds(texts[at], &marks[at, 0], sought):
                told[n, at] = 1.0
            elif holds_any(texts[at], &marks[at, 0], partners):
                told[n, at] = synonym
            elif parts:
                inside = 0
                for part in parts:
                    inside += holds(texts[at], &marks[at, 0], part)
                told[n, at] = parts_share * inside / len(parts)
    return found


def printed(list words, list texts):
    """Whether each text holds each word; shape (words, texts)."""
    cdef Py_ssize_t n, at
    found = np.zeros((len(words), len(texts)), np.bool_)
    cdef unsigned char[:, ::1] told = found.view(np.uint8)
    cdef uint64_t[:, ::1] marks = marks_of(texts)
    for n in range(len(words)):
        for at in range(len(texts)):
            told[n, at] = holds(texts[at], &marks[at, 0], words[n])
    return found


cdef uint64_t[:, ::1] marks_of(list texts):
    """The characters of each text."""
    cdef uint64_t[:, ::1] marks = np.zeros((len(texts), MARKS), np.uint64)
    cdef Py_ssize_t n, at, length
    cdef int kind
    cdef const void* data
    cdef uint64_t character
    cdef str text
    for n in range(len(texts)):
        text = texts[n]
        kind, data, length = PyUnicode_KIND(text), PyUnicode_DATA(text), len(text)
        for at in range(length):
            character = <uint64_t>PyUnicode_READ(kind, data, at)
            marks[n, character >> 6 & (MARKS - 1)] |= <uint64_t>1 << (character & 63)
    return marks


cdef bint holds(text, const uint64_t* marks, str word) except -1:
    cdef int kind = PyUnicode_KIND(word)
    cdef const void* data = PyUnicode_DATA(word)
    cdef Py_ssize_t at, length = len(word)
    cdef uint64_t character
    for at in range(length):
        character = <uint64_t>PyUnicode_READ(kind, data, at)
        if not marks[character >> 6 & (MARKS - 1)] >> (character & 63) & 1:
            return False
    return PyUnicode_Contains(text, word)


cdef bint holds_any(text, const uint64_t* marks, tuple words) except -1:
    for word in words:
        if holds(text, marks, word):
            return True
    return False
