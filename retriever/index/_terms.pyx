"""Looking a term up among its neighbours, where they stand."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport memcmp


def not_below(
    const uint8_t[::1] terms, const uint16_t[::1] sizes, Py_ssize_t begin, Py_ssize_t first, Py_ssize_t last, bytes wanted
):
    """See ``retriever.index.terms``."""
    cdef const char *sought = wanted
    cdef Py_ssize_t length = len(wanted), size, number
    cdef int order
    for number in range(first, last):
        size = sizes[number]
        order = memcmp(&terms[begin], sought, min(size, length))
        if order > 0 or (order == 0 and size >= length):
            return number, bytes(terms[begin : begin + size])
        begin += size
    return last, b""


def listed(
    const uint8_t[::1] terms, const uint16_t[::1] sizes, const uint32_t[::1] frequencies, const uint16_t[::1] far,
    Py_ssize_t byte, Py_ssize_t code, Py_ssize_t first, Py_ssize_t last, bytes wanted,
):
    """See ``retriever.index.terms``."""
    cdef const char *sought = wanted
    cdef Py_ssize_t length = len(wanted), number, codes
    for number in range(first, last):
        codes = <Py_ssize_t>frequencies[number] + far[number]
        if sizes[number] == length and memcmp(&terms[byte], sought, length) == 0:
            return code, code + codes, frequencies[number]
        byte += sizes[number]
        code += codes
    return 0, 0, 0
