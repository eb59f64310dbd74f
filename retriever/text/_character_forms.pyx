"""Texts read character by character along a table."""

from libc.stdint cimport int32_t

cdef extern from "Python.h":
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index)
    void PyUnicode_WRITE(int kind, void* data, Py_ssize_t index, Py_UCS4 value)


def read(str text, const int32_t[::1] table):
    """The text with each character as the table has it, less one; None where it has nothing for one of them.

    A text of which nothing changes is given back itself: what is remembered of it is found sooner.
    """
    cdef Py_ssize_t length = len(text), at
    cdef int kind = PyUnicode_KIND(text), own
    cdef const void* data = PyUnicode_DATA(text)
    cdef void* into
    cdef int32_t code, character, every = 0, changed = 0
    for at in range(length):
        character = <int32_t>PyUnicode_READ(kind, data, at)
        code = table[character]
        if code == 0:
            return None
        code -= 1
        every |= code
        changed |= character ^ code
    if changed == 0:
        return text
    cdef Py_UCS4 most = 0x10FFFF if every > 0xFFFF else 0xFFFF if every > 0xFF else 0xFF if every > 0x7F else 0x7F
    told = PyUnicode_New(length, most)
    own, into = PyUnicode_KIND(told), PyUnicode_DATA(told)
    for at in range(length):
        PyUnicode_WRITE(own, into, at, table[PyUnicode_READ(kind, data, at)] - 1)
    return told
