"""Where sentences end and how they are packed into passages, character by character; see ``retriever.passages``."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport Py_UNICODE_ISSPACE

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index) noexcept nogil


cdef inline bint is_end(Py_UCS4 code) noexcept nogil:
    return code in (u"。", u"！", u"？", u"!", u"?")


cdef inline bint may_end(Py_UCS4 code) noexcept nogil:
    if 0x4E00 <= code <= 0x9FFF:
        return False  # most are
    return is_end(code) or code in (u"…", u".", u"\n")


cdef inline bint is_closer(Py_UCS4 code) noexcept nogil:
    if code < 0x80:
        return code in (u'"', u"'", u")")
    return code in (u"”", u"’", u"」", u"』", u"）", u"】", u"》", u"〉")


cdef Py_ssize_t end_of(int kind, const void* text, Py_ssize_t at, Py_ssize_t length) noexcept:
    """Where the sentence ends that may end with the character there, -1 where it does not; ``text.sentences._SENTENCE_END``."""
    cdef Py_UCS4 code = PyUnicode_READ(kind, text, at)
    cdef Py_ssize_t end = at + 1, closed
    if is_end(code):
        while end < length and is_end(PyUnicode_READ(kind, text, end)):
            end += 1
        while end < length and is_closer(PyUnicode_READ(kind, text, end)):
            end += 1
    elif code == u"…":
        while end < length and PyUnicode_READ(kind, text, end) == u"…":
            end += 1
        closed = end
        while end < length and is_closer(PyUnicode_READ(kind, text, end)):
            end += 1
        if end == closed or (end < length and PyUnicode_READ(kind, text, end) != u"\n"):
            return -1
    elif code == u".":
        while end < length and Py_UNICODE_ISSPACE(PyUnicode_READ(kind, text, end)):
            end += 1
        if end == at + 1 or end == length:
            return -1
        code = PyUnicode_READ(kind, text, end)
        return end if u"A" <= code <= u"Z" or code in (u"“", u'"') else -1
    elif code != u"\n":
        return -1
    while end < length and Py_UNICODE_ISSPACE(PyUnicode_READ(kind, text, end)):
        end += 1
    return end


def packed(str text, Py_ssize_t max_chars, Py_ssize_t longest_overlap):
    """Start, end and paragraph of each passage; None where a sentence is longer than ``max_chars``."""
    cdef Py_ssize_t length = len(text), at = 0, start = 0, end, count = 0, first = 0, last, paragraph = 1, counted = 0
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t* starts = <Py_ssize_t*>PyMem_Malloc((length + 2) * sizeof(Py_ssize_t))  # of sentences, and the end
    cdef Py_UCS4 code
    cdef list passages = []
    if starts == NULL:
        raise MemoryError
    while at < length:
        code = PyUnicode_READ(kind, data, at)
        end = end_of(kind, data, at, length) if may_end(code) else -1
        if end < 0:
            at += 1
            continue
        starts[count] = start
        count += 1
        at = start = end
    if start < length:
        starts[count] = start
        count += 1
    starts[count] = length
    for at in range(count):
        if starts[at + 1] - starts[at] > max_chars:
            PyMem_Free(starts)
            return None
    while first < count:
        last = first
        while last + 1 < count and starts[last + 2] - starts[first] <= max_chars:
            last += 1
        while counted < starts[first]:
            paragraph += PyUnicode_READ(kind, data, counted) == u"\n"
            counted += 1
        passages.append((starts[first], starts[last + 1], paragraph))
        if last + 1 == count:
            break
        # A short last sentence is repeated where something new fits beside it.
        if last > first and starts[last + 1] - starts[last] <= longest_overlap and starts[last + 2] - starts[last] <= max_chars:
            first = last
        else:
            first = last + 1
    PyMem_Free(starts)
    return passages
