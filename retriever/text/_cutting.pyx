"""jieba's dictionary as one tree of characters, and the likeliest cut of a text along it: what rjieba gives, without its strings.

Source: jieba's cut without the hidden Markov model (Sun Junyi, "jieba", 2013), as jieba-rs does it: of all ways to cut a run of
characters into words of the dictionary the one whose frequencies' logarithms sum highest, found from the run's end (Viterbi,
1967); of two equal ones the longer word is taken.
"""

import numpy as np

cimport cython

from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.math cimport INFINITY, NAN, log
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

cdef enum:
    CODES = 0x30000  # no word holds a character beyond
    NODE_BITS = 22
    CODE_BITS = 20
    CHILD = (1 << NODE_BITS) - 1
    AHEAD = 32  # characters
    WINDOW = 2048  # characters
    ALONE = 2  # see ``retriever.text.words``

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


cdef inline bint is_ascii_alnum(uint32_t code) noexcept nogil:
    return (c"0" <= code <= c"9") or (c"a" <= code <= c"z") or (c"A" <= code <= c"Z")


cdef inline bint is_joined(uint32_t code) noexcept nogil:
    """Whether it can stand in a word of the dictionary."""
    if 0x4E00 <= code <= 0x9FFF:
        return True
    if code < 0x80:
        return is_ascii_alnum(code) or code in (c"+", c"#", c"&", c".", c"_", c"%", c"-")
    return (
        0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x2A6DF or 0x2A700 <= code <= 0x2EBEF
        or 0x2F800 <= code <= 0x2FA1F
    )


cdef inline bint is_connector(uint32_t code) noexcept nogil:
    return code in (c"-", c".", c"_")


cdef inline Py_ssize_t put(int32_t* found, Py_ssize_t count, Py_ssize_t start, Py_ssize_t end, int32_t node) noexcept nogil:
    found[count], found[count + 1], found[count + 2] = <int32_t>start, <int32_t>(end - start), node
    return count + 3


cdef struct Slot:
    uint64_t key  # node, character, and the node that they lead to; 0 where the slot is empty
    double logarithm  # of the frequency of the word that ends there, NaN where none does


cdef struct Step:
    double sum  # of the best cut from here to the end of the run
    int32_t end  # of its first word
    int32_t node  # of that word, -1 where it is none of the dictionary


cdef inline bint is_whole(const Slot* slot) noexcept nogil:
    """Whether a word ends there."""
    return slot != NULL and slot.logarithm == slot.logarithm


cdef struct Place:
    int64_t start, length
    int32_t* number  # where it is noted


@cython.final
cdef class _Numbers:
    """Pieces by the order in which they were first met, each with the place where it was. Its memory is used again."""

    cdef int32_t* of_node
    cdef int32_t* of_code
    cdef int32_t* met  # the number of each piece, one after the other
    cdef Place* places
    cdef dict of_other
    cdef Py_ssize_t nodes, count, room, pieces

    def __cinit__(self, Py_ssize_t nodes):
        self.room, self.nodes = 1 << 15, nodes
        self.of_node = <int32_t*>PyMem_Calloc(nodes, sizeof(int32_t))
        self.of_code = <int32_t*>PyMem_Calloc(0x110000, sizeof(int32_t))
        self.places = <Place*>PyMem_Malloc(self.room * sizeof(Place))
        if self.of_node == NULL or self.of_code == NULL or self.places == NULL:
            raise MemoryError
        self.of_other = {}

    def __dealloc__(self):
        PyMem_Free(self.of_node)
        PyMem_Free(self.of_code)
        PyMem_Free(self.met)
        PyMem_Free(self.places)

    cdef int begin(self, Py_ssize_t pieces) except -1:
        """With room for so many pieces."""
        cdef Py_ssize_t at
        for at in range(self.count):
            self.places[at].number[0] = 0
        self.count = 0
        self.of_other.clear()
        if pieces > self.pieces:
            self.pieces = pieces
            self.met = <int32_t*>PyMem_Realloc(self.met, pieces * sizeof(int32_t))
            if self.met == NULL:
                raise MemoryError
        return 0

    cdef inline int32_t of(self, const uint32_t* codes, Py_ssize_t start, Py_ssize_t length, int32_t node) except -1:
        """The number of what stands there; ``node`` is its word, -1 where it is none."""
        cdef int32_t* place
        if node >= 0:
            place = &self.of_node[node]
        elif length == 1:
            place = &self.of_code[codes[start]]
        else:
            return self._other(codes, start, length)
        if place[0] == 0:
            place[0] = self._new(start, length, place) + 1
        return place[0] - 1

    cdef int32_t _other(self, const uint32_t* codes, Py_ssize_t start, Py_ssize_t length) except -1:
        """Of several characters that no dictionary has: Latin letters and figures, few."""
        cdef bytes name = (<const char*>&codes[start])[: length * sizeof(uint32_t)]
        found = self.of_other.get(name)
        if found is None:
            found = self.of_other[name] = self._new(start, length, &self.of_node[0])
        return found

    cdef int32_t _new(self, Py_ssize_t start, Py_ssize_t length, int32_t* number) except -1:
        if self.count == self.room:
            self.room *= 2
            self.places = <Place*>PyMem_Realloc(self.places, self.room * sizeof(Place))
            if self.places == NULL:
                raise MemoryError
        self.places[self.count] = Place(start, length, number)
        self.count += 1
        return <int32_t>self.count - 1

    cdef told(self, Py_ssize_t met):
        """The number of each piece, and where each number stands: starts, lengths."""
        pieces = np.empty(met, np.int32)
        starts, lengths = np.empty(self.count, np.int64), np.empty(self.count, np.int64)
        cdef int32_t[::1] of_piece = pieces
        cdef int64_t[::1] start = starts, length = lengths
        cdef Py_ssize_t at
        for at in range(met):
            of_piece[at] = self.met[at]
        for at in range(self.count):
            start[at], length[at] = self.places[at].start, self.places[at].length
        return pieces, starts, lengths


@cython.final
cdef class Tree:
    """Words with frequencies. Whatever reads it may do so from several threads at once."""

    cdef Slot* first  # where each character by itself leads
    cdef Slot* slots
    cdef uint64_t* may_lead  # four bits a slot: of those searches that would begin there, which quarter may find anything
    cdef uint64_t mask
    cdef int shift
    cdef int32_t nodes, room
    cdef int64_t* frequencies  # of the word that ends at a node, -1 where none does
    cdef int64_t total
    cdef double log_total
    cdef bint is_joining  # whether a word holds what joins parts that are pieces too
    cdef _Numbers _spare

    def __cinit__(self, str lines):
        """From lines of word, frequency and anything else, with a space between."""
        self.room, self.nodes = 1 << 19, 1
        self.first = <Slot*>PyMem_Calloc(CODES, sizeof(Slot))
        self.frequencies = <int64_t*>PyMem_Malloc(self.room * sizeof(int64_t))
        self._new_slots(20)
        if self.first == NULL or self.frequencies == NULL:
            raise MemoryError
        cdef Py_ssize_t at = 0, end = len(lines)
        cdef int64_t frequency, twice = 0
        cdef int32_t node
        cdef Slot* slot
        while at < end:
            node, slot = 0, NULL
            while at < end and lines[at] != u" ":
                slot = self._made(node, lines[at])
                node = <int32_t>(slot.key & CHILD)
                at += 1
            at += 1
            frequency = 0
            while at < end and u"0" <= lines[at] <= u"9":
                frequency = 10 * frequency + (<int64_t>(<Py_UCS4>lines[at]) - 48)
                at += 1
            while at < end and lines[at] != u"\n":
                at += 1
            at += 1
            if slot != NULL:
                twice += max(0, self.frequencies[node])  # of a word that is there again, the later one is its own
                self._set(slot, frequency)
        self.log_total = log(<double>(self.total + twice))  # as rjieba reckons until another word is added

    def __dealloc__(self):
        PyMem_Free(self.first)
        PyMem_Free(self.slots)
        PyMem_Free(self.may_lead)
        PyMem_Free(self.frequencies)

    cdef void _set(self, Slot* slot, int64_t frequency) noexcept:
        cdef int64_t* own = &self.frequencies[slot.key & CHILD]
        self.total += frequency - max(0, own[0])
        own[0], slot.logarithm = frequency, log(<double>frequency)

    cdef int _new_slots(self, int bits) except -1:
        self.slots = <Slot*>PyMem_Calloc(<size_t>1 << bits, sizeof(Slot))
        self.may_lead = <uint64_t*>PyMem_Calloc(<size_t>1 << (bits - 4), sizeof(uint64_t))
        if self.slots == NULL or self.may_lead == NULL:
            raise MemoryError
        self.mask, self.shift = (<uint64_t>1 << bits) - 1, 64 - bits
        return 0

    cdef inline bint _may_lead(self, uint64_t hashed) noexcept nogil:
        """Whether the character below a node that is ``hashed`` may lead anywhere: mostly not, and then no slot is looked at."""
        cdef uint64_t quarter = hashed >> (self.shift - 2)
        return self.may_lead[quarter >> 6] >> (quarter & 63) & 1

    cdef inline const Slot* _found(self, uint64_t key, uint64_t hashed) noexcept nogil:
        """Where a key leads, NULL where nowhere."""
        cdef uint64_t at = hashed >> self.shift
        while self.slots[at].key:
            if self.slots[at].key >> NODE_BITS == key:
                return &self.slots[at]
            at = (at + 1) & self.mask
        return NULL

    cdef inline const Slot* _below(self, int32_t node, uint32_t code) noexcept nogil:
        """Where a character leads from a node, NULL where nowhere."""
        if code >= CODES:
            return NULL
        if node == 0:
            return &self.first[code] if self.first[code].key else NULL
        cdef uint64_t key = <uint64_t>node << CODE_BITS | code
        return self._found(key, key * GOLDEN) if self._may_lead(key * GOLDEN) else NULL

    cdef Slot* _made(self, int32_t node, uint32_t code) except NULL:
        """The same, made where there is none. Raises MemoryError for a character that no run holds, too."""
        cdef const Slot* found = self._below(node, code)
        if found != NULL:
            return <Slot*>found
        if code >= CODES or self.nodes >> NODE_BITS:
            raise MemoryError("more words than the tree holds")
        if self.nodes == self.room:
            self._grow()
        cdef Slot slot = Slot((<uint64_t>node << CODE_BITS | code) << NODE_BITS | <uint64_t>self.nodes, NAN)
        self.frequencies[self.nodes] = -1
        self.nodes += 1
        self.is_joining = self.is_joining or is_connector(code)
        if node:
            return self._put(slot)
        self.first[code] = slot
        return &self.first[code]

    cdef Slot* _put(self, Slot slot) noexcept:
        cdef uint64_t hashed = (slot.key >> NODE_BITS) * GOLDEN
        cdef uint64_t at = hashed >> self.shift, quarter = hashed >> (self.shift - 2)
        self.may_lead[quarter >> 6] |= <uint64_t>1 << (quarter & 63)
        while self.slots[at].key:
            at = (at + 1) & self.mask
        self.slots[at] = slot
        return &self.slots[at]

    cdef int _grow(self) except -1:
        cdef Slot* before = self.slots
        cdef uint64_t size = self.mask + 1, at
        PyMem_Free(self.may_lead)
        self.room *= 2
        self.frequencies = <int64_t*>PyMem_Realloc(self.frequencies, self.room * sizeof(int64_t))
        if self.frequencies == NULL:
            raise MemoryError
        self._new_slots(65 - self.shift)
        for at in range(size):
            if before[at].key:
                self._put(before[at])
        PyMem_Free(before)
        return 0

    def add(self, str word, int64_t frequency):
        """One word more, or another frequency for one that is there."""
        cdef int32_t node = 0
        cdef Slot* slot = NULL
        cdef Py_UCS4 character
        for character in word:
            if character >= CODES:
                return  # such a character stands in no run
            slot = self._made(node, character)
            node = <int32_t>(slot.key & CHILD)
        if slot != NULL:
            self._set(slot, frequency)
            self.log_total = log(<double>self.total)

    cdef int32_t _node(self, const uint32_t* codes, Py_ssize_t length) noexcept nogil:
        """The node of the word that this is, -1 where it is none."""
        cdef int32_t node = 0
        cdef const Slot* slot
        cdef Py_ssize_t at
        for at in range(length):
            slot = self._below(node, codes[at])
            if slot == NULL:
                return -1
            node = <int32_t>(slot.key & CHILD)
        return node if node and self.frequencies[node] >= 0 else -1

    def has_word(self, str word):
        """Whether the word is there."""
        cdef int32_t node = 0
        cdef const Slot* slot
        cdef Py_UCS4 character
        for character in word:
            slot = self._below(node, character)
            if slot == NULL:
                return False
            node = <int32_t>(slot.key & CHILD)
        return node != 0 and self.frequencies[node] >= 0

    cdef void _look(
        self, const uint32_t* codes, Py_ssize_t length, const Slot** two, const Slot** three, uint64_t* keys
    ) noexcept nogil:
        """Where two and where three characters lead, from each one on; NULL where nowhere. ``keys`` is room to work in.

        Looked up in passes: what the tree says of so many neighbours is far apart in memory, and is asked for ahead of time.
        """
        cdef Py_ssize_t at
        cdef uint64_t key
        for at in range(length):
            keys[at], two[at], three[at] = 0, NULL, NULL
            if at + 1 < length and codes[at] < CODES and codes[at + 1] < CODES:
                key = (self.first[codes[at]].key & CHILD) << CODE_BITS | codes[at + 1]
                keys[at] = key if self._may_lead(key * GOLDEN) else 0
        self._find(keys, length, two)
        for at in range(length):
            keys[at] = 0
            if at + 2 < length and two[at] != NULL and codes[at + 2] < CODES:
                key = (two[at].key & CHILD) << CODE_BITS | codes[at + 2]
                keys[at] = key if self._may_lead(key * GOLDEN) else 0
        self._find(keys, length, three)

    cdef inline void _find(self, const uint64_t* keys, Py_ssize_t length, const Slot** found) noexcept nogil:
        """Where each key leads that is not 0."""
        cdef Py_ssize_t at
        for at in range(min(length, AHEAD)):
            fetch(&self.slots[keys[at] * GOLDEN >> self.shift])
        for at in range(length):
            if at + AHEAD < length and keys[at + AHEAD]:
                fetch(&self.slots[keys[at + AHEAD] * GOLDEN >> self.shift])
            if keys[at]:
                found[at] = self._found(keys[at], keys[at] * GOLDEN)

    cdef void _solve(
        self, const uint32_t* codes, Py_ssize_t length, const Slot** two, const Slot** three, Step* steps
    ) noexcept nogil:
        """The best cut of a run from each of its characters on."""
        cdef Py_ssize_t at, end
        cdef const Slot* slot
        cdef double sum
        cdef Step* step
        steps[length].sum = 0.0
        for at in range(length - 1, -1, -1):
            step = &steps[at]
            step.sum, step.node = -INFINITY, -1
            slot, end = self._below(0, codes[at]), at + 1
            while slot != NULL:
                sum = slot.logarithm - self.log_total + steps[end].sum
                if sum >= step.sum:  # of equal ones the longer word, which is met later; none where no word ends
                    step.sum, step.end, step.node = sum, <int32_t>end, <int32_t>(slot.key & CHILD)
                if end == length:
                    break
                if end == at + 1:
                    slot = two[at]
                elif end == at + 2:
                    slot = three[at]
                else:
                    slot = self._below(<int32_t>(slot.key & CHILD), codes[end])
                end += 1
            if step.node < 0:
                step.sum, step.end = 0.0 - self.log_total + steps[at + 1].sum, <int32_t>at + 1

    cdef Py_ssize_t _cut(
        self, const uint32_t* codes, Py_ssize_t length, bint search, const Slot** two, const Slot** three, Step* steps, int32_t* found
    ) noexcept nogil:
        """A run's pieces: start, length and node of each in ``found``, which has room for four of them a character."""
        cdef Py_ssize_t at = 0, end, count = 0, inside
        cdef int32_t node
        self._solve(codes, length, two, three, steps)
        while at < length:
            end, node = steps[at].end, steps[at].node
            if end == at + 1 and is_ascii_alnum(codes[at]):  # such ones in a row are one piece
                while end < length and steps[end].end == end + 1 and is_ascii_alnum(codes[end]):
                    end += 1
                if end > at + 1:
                    node = self._node(codes + at, end - at)
            if search and end - at > 2:
                if self.is_joining:
                    count = self._parts(codes, at, end, found, count)
                for inside in range(at, end - 1):
                    if is_whole(two[inside]):
                        count = put(found, count, inside, inside + 2, <int32_t>(two[inside].key & CHILD))
                if end - at > 3:
                    for inside in range(at, end - 2):
                        if is_whole(three[inside]):
                            count = put(found, count, inside, inside + 3, <int32_t>(three[inside].key & CHILD))
            count = put(found, count, at, end, node)
            at = end
        return count

    cdef Py_ssize_t _parts(
        self, const uint32_t* codes, Py_ssize_t start, Py_ssize_t end, int32_t* found, Py_ssize_t count
    ) noexcept nogil:
        """What stands between the connectors of a word, where it is more than a figure or a character."""
        cdef Py_ssize_t at, begin = start
        cdef bint is_joined_word = False, has_letter = False
        for at in range(start, end):
            is_joined_word = is_joined_word or is_connector(codes[at])
        if not is_joined_word:
            return count
        for at in range(start, end + 1):
            if at == end or is_connector(codes[at]):
                if has_letter and at - begin > 1:
                    count = put(found, count, begin, at, self._node(codes + begin, at - begin))
                begin, has_letter = at + 1, False
            else:
                has_letter = has_letter or (is_ascii_alnum(codes[at]) and codes[at] > c"9")
        return count

    def cut(self, str text, bint hmm):
        """The words that together make up the text; ``hmm`` must be false."""
        return self._strings(text, False, hmm)

    def cut_for_search(self, str text, bint hmm):
        """The same, and before each word those of two and three characters that are parts of it."""
        return self._strings(text, True, hmm)

    def _strings(self, str text, bint search, bint hmm):
        if hmm:
            raise ValueError("there is no hidden Markov model here")
        cdef const uint32_t[::1] codes = np.frombuffer(text.encode("utf-32-le") or b"\0\0\0\0", np.uint32)
        cdef list pieces = []
        cdef Py_ssize_t at = 0, end, length = len(text), count, each, start
        cdef _Window window = _Window(self).of(&codes[0], length)
        while at < length:
            if not is_joined(codes[at]):
                end = at + 2 if codes[at] == c"\r" and at + 1 < length and codes[at + 1] == c"\n" else at + 1
                pieces.append(text[at:end])
                at = end
                continue
            end, count = at, window.cut(&at, search)
            for each in range(0, count, 3):
                start = end + window.found[each]
                pieces.append(text[start : start + window.found[each + 1]])
        return pieces

    def numbered(
        self, const uint32_t[::1] text, Py_ssize_t length, const int64_t[::1] form_starts, const int64_t[::1] form_ends,
        const int64_t[::1] row_ends
    ):
        """The pieces for searching of a text, which is the first ``length`` of ``text``, by numbers as they are first met.

        Each character that stands in no run is a piece. Forms stand behind the text and are numbered likewise, each whole.
        Returns the number of each piece and of each form, from 0; where in ``text`` each number stands: starts, lengths; and
        where rows that end at ``row_ends``, behind characters of no run, end among the pieces.
        """
        cdef _Numbers numbers = self._spare  # whoever comes meanwhile makes its own
        self._spare = None
        if numbers is None or numbers.nodes < self.nodes:
            numbers = _Numbers(self.nodes)
        numbers.begin(4 * length)
        cdef const uint32_t* codes = &text[0]
        cdef Py_ssize_t at = 0, end, count, each, met = 0, row = 0
        cdef _Window window = _Window(self).of(codes, length)
        own_ends = np.empty(row_ends.shape[0], np.int64)
        cdef int64_t[::1] piece_ends = own_ends
        of_forms = np.empty(form_starts.shape[0], np.int32)
        cdef int32_t[::1] of_form = of_forms
        while at < length:
            if not is_joined(codes[at]):
                numbers.met[met] = numbers.of(codes, at, 1, -1)
                met += 1
                at += 1
                while row < row_ends.shape[0] and row_ends[row] == at:
                    piece_ends[row] = met
                    row += 1
                continue
            end, count = at, window.cut(&at, True)
            for each in range(0, count, 3):
                numbers.met[met] = numbers.of(codes, end + window.found[each], window.found[each + 1], window.found[each + 2])
                met += 1
        for each in range(form_starts.shape[0]):
            at, end = form_starts[each], form_ends[each]
            of_form[each] = numbers.of(codes, at, end - at, self._node(codes + at, end - at))
        pieces, starts, lengths = numbers.told(met)
        self._spare = numbers
        return pieces, of_forms, starts, lengths, own_ends


@cython.final
cdef class _Window:
    """Cuts a text run by run, and looks words up for many runs at once."""

    cdef Tree tree
    cdef const uint32_t* codes
    cdef Py_ssize_t length, first, last, size
    cdef const Slot** two  # from ``first`` to before ``last``
    cdef const Slot** three
    cdef uint64_t* keys
    cdef Step* steps
    cdef int32_t* found

    def __cinit__(self, Tree tree):
        self.tree = tree

    cdef _Window of(self, const uint32_t* codes, Py_ssize_t length):
        self.codes, self.length = codes, length
        return self

    cdef Py_ssize_t cut(self, Py_ssize_t* at, bint search) except -1:
        """The run that begins there: how many numbers stand in ``found``; ``at`` is moved behind it."""
        cdef Py_ssize_t begin = at[0], end = begin + 1, count
        while end < self.length and is_joined(self.codes[end]):
            end += 1
        if end > self.last:
            self.first, self.last = begin, max(end, min(self.length, begin + WINDOW))
            self._take(self.last - self.first)
            self.tree._look(self.codes + self.first, self.last - self.first, self.two, self.three, self.keys)
        count = self.tree._cut(
            self.codes + begin,
            end - begin,
            search,
            self.two + (begin - self.first),
            self.three + (begin - self.first),
            self.steps,
            self.found,
        )
        at[0] = end
        return count

    cdef int _take(self, Py_ssize_t length) except -1:
        if length <= self.size:
            return 0
        self.size = length
        self.two = <const Slot**>PyMem_Realloc(self.two, length * sizeof(Slot*))
        self.three = <const Slot**>PyMem_Realloc(self.three, length * sizeof(Slot*))
        self.keys = <uint64_t*>PyMem_Realloc(self.keys, length * sizeof(uint64_t))
        self.steps = <Step*>PyMem_Realloc(self.steps, (length + 1) * sizeof(Step))
        # Where a character stands begin at most one piece of two, one of three, a part of a word, and the word: three numbers each.
        self.found = <int32_t*>PyMem_Realloc(self.found, 12 * length * sizeof(int32_t))
        if self.two == NULL or self.three == NULL or self.keys == NULL or self.steps == NULL or self.found == NULL:
            raise MemoryError
        return 0

    def __dealloc__(self):
        PyMem_Free(self.two)
        PyMem_Free(self.three)
        PyMem_Free(self.keys)
        PyMem_Free(self.steps)
        PyMem_Free(self.found)


cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* buffer, Py_ssize_t size)


def exact_runs(const uint32_t[::1] folded, const uint8_t[::1] exactness):
    """See ``retriever.text.words.exact_runs``."""
    cdef Py_ssize_t at = 0, start, end, length = folded.shape[0]
    cdef list runs = [], starts = []
    while at < length:
        if exactness[folded[at]] == 0:
            at += 1
            continue
        start = at
        while at < length and exactness[folded[at]]:
            at += 1
        if at - start == 1 and exactness[folded[start]] != ALONE:
            continue
        starts.append(start)
        end = at
        while start < end and folded[start] in (c" ", c","):
            start += 1
        while start < end and folded[end - 1] in (c" ", c","):
            end -= 1
        runs.append(PyUnicode_FromKindAndData(sizeof(uint32_t), &folded[0] + start, end - start))
    return runs, starts
