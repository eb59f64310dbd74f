"""Texts folded character by character along a table."""

from libc.stdint cimport int32_t

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
