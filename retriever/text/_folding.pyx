"""Texts folded character by character along a table."""

import numpy as np

from libc.stdint cimport int8_t, int32_t, int64_t, uint32_t

cdef extern from "Python.h":
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index)
    void PyUnicode_WRITE(int kind, void* data, Py_ssize_t index, Py_UCS4 value)


def looked_up(str text, const int32_t[::1] table):
    """The text with each character as the table has it; None where it has less than 0 for one."""
    cdef Py_ssize_t length = len(text), at
    cdef int kind = PyUnicode_KIND(text), own
    cdef const void* data = PyUnicode_DATA(text)
    cdef void* into
    cdef int32_t code, every = 0
    for at in range(length):
        code = table[PyUnicode_READ(kind, data, at)]
        if code < 0:
            return None
        every |= code
    cdef Py_UCS4 most = 0x10FFFF if every > 0xFFFF else 0xFFFF if every > 0xFF else 0xFF if every > 0x7F else 0x7F
    folded = PyUnicode_New(length, most)
    own, into = PyUnicode_KIND(folded), PyUnicode_DATA(folded)
    for at in range(length):
        PyUnicode_WRITE(own, into, at, table[PyUnicode_READ(kind, data, at)])
    return folded


def all_looked_up(list texts, const int32_t[::1] table):
    """See ``retriever.text.folding.all_looked_up``."""
    cdef Py_ssize_t length, at, number, place = 0
    cdef int kind
    cdef const void* data
    cdef int32_t code
    cdef bint known
    cdef str text
    for text in texts:
        place += len(text) + 1
    codes, own_ends, unknown = np.empty(place, np.uint32), np.empty(len(texts), np.int64), []
    cdef uint32_t[::1] into = codes
    cdef int64_t[::1] ends = own_ends
    place = 0
    for number, text in enumerate(texts):
        length, kind, data, known = len(text), PyUnicode_KIND(text), PyUnicode_DATA(text), True
        for at in range(length):
            code = table[PyUnicode_READ(kind, data, at)]
            known &= code >= 0
            into[place + at] = <uint32_t>code
        place += length + 1
        into[place - 1] = c"\n"
        ends[number] = place
        if not known:
            unknown.append(number)
    return codes, own_ends, unknown


def marked(list texts, const int8_t[::1] table):
    """See ``retriever.text.folding.marked``."""
    cdef Py_ssize_t at, number
    cdef int kind
    cdef const void* data
    cdef int8_t any_mark
    cdef str text
    found = []
    for number, text in enumerate(texts):
        kind, data, any_mark = PyUnicode_KIND(text), PyUnicode_DATA(text), 0
        for at in range(len(text)):
            any_mark |= table[PyUnicode_READ(kind, data, at)]
        if any_mark:
            found.append(number)
    return found
