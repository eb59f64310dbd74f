"""The best rows of weighted terms: the same MaxScore as ``retriever.index.maxscore``, window by window and without Python.

Rows go through in windows that fit the processor's second cache. Of each window the terms that can add most are read whole;
the others are looked up in those of its rows that can still come among the best, and what the best have rises meanwhile.
"""

import numpy as np

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset

cdef extern from *:
    """
    #include <stdint.h>

    #if defined(__SSE2__) && defined(__GNUC__)
    #include <emmintrin.h>
    #define bring(address) __builtin_prefetch(address, 0, 2)
    static inline __m128i two_fours(const float *scores, __m128 least) {
        return _mm_packs_epi32(_mm_castps_si128(_mm_cmpge_ps(_mm_loadu_ps(scores), least)),
                               _mm_castps_si128(_mm_cmpge_ps(_mm_loadu_ps(scores + 4), least)));
    }
    /* The places, in ascending order, of scores that are not below least; their number is a multiple of 16. */
    static inline int64_t reaching(const float *scores, int64_t count, float least, uint16_t *places) {
        const __m128 four = _mm_set1_ps(least);
        int64_t found = 0;
        for (int64_t at = 0; at < count; at += 16) {
            unsigned bits = _mm_movemask_epi8(_mm_packs_epi16(two_fours(scores + at, four), two_fours(scores + at + 8, four)));
            for (; bits; bits &= bits - 1) places[found++] = (uint16_t)(at + __builtin_ctz(bits));
        }
        return found;
    }
    #else
    #define bring(address) ((void)(address))
    static inline int64_t reaching(const float *scores, int64_t count, float least, uint16_t *places) {
        int64_t found = 0;
        for (int64_t at = 0; at < count; at++) {
            places[found] = (uint16_t)at;
            found += scores[at] >= least;
        }
        return found;
    }
    #endif
    """
    void bring(const void *address) nogil  # into the processor's caches
    int64_t reaching(const float *scores, int64_t count, float least, uint16_t *places) nogil

cdef enum:
    STRIDE = 64  # codes of a block, as in ``retriever.index.codes``
    COUNTS = 8
    WINDOW = 16384  # rows, whose scores fit the processor's second cache: a multiple of 16, and their places fit 16 bits
    LENGTHS = 32  # that come into a cache at once
    AHEAD = 16  # codes, after the next one, that the next window will want
    WORTH_READING = 16  # postings for each row, up to which a list is sooner read whole than those rows are looked up in it
    FIRST_POSTINGS = 2048  # of the terms that can add most, read before all others
    LOOKED_AT = 2  # rows for each of the best, of which all is read then

cdef double KEPT = 1 - 1e-4  # of a score: sums of the same numbers differ by the order in which they are added


cdef struct Reader:
    const uint16_t *codes
    const uint32_t *skips
    const uint16_t *lengths  # by row + 1
    const float *shares  # by length and count
    int64_t begin
    int64_t end
    int64_t at  # the code that is read next
    int64_t up  # rows that lie up to the one before, that row among them
    float factor
    double postings
    bint opens_part  # no term before it is of its part


cdef inline void to_block(Reader *term, int64_t wanted) noexcept nogil:
    """On to the last block that can hold the posting that ends at ``wanted`` rows, if it lies ahead."""
    cdef int64_t here = term.at // STRIDE, last = (term.end - 1) // STRIDE, low, high, middle, step = 1
    if here >= last or term.skips[here + 1] >= wanted:
        return
    low = here + 1
    while low + step <= last and term.skips[low + step] < wanted:
        low += step
        step *= 2
    high = min(low + step, last + 1)  # its rows lie further on
    while high - low > 1:
        middle = (low + high) // 2
        if term.skips[middle] < wanted:
            low = middle
        else:
            high = middle
    term.at = low * STRIDE
    term.up = term.skips[low]


cdef inline int count_at(Reader *term, int64_t wanted) noexcept nogil:
    """How often the term stands in the row that ``wanted`` rows lie up to; rows are asked for in ascending order."""
    cdef int64_t up
    cdef unsigned int code
    if term.up >= wanted or term.at >= term.end:
        return 0
    to_block(term, wanted)
    while term.at < term.end:
        code = term.codes[term.at]
        if code & 7:
            up = term.up + (code >> 3) + 1
            if up > wanted:
                return 0
            term.up = up
            term.at += 1
            if up == wanted:
                return code & 7
        else:
            term.up += <int64_t>(code >> 3) << 13
            term.at += 1
    return 0


cdef inline float gain(const Reader *term, int64_t up, int count) noexcept nogil:
    return term.shares[<int64_t>term.lengths[up] * COUNTS + count] * term.factor


cdef void add_window(Reader *term, int64_t first, int64_t last, float *scores) noexcept nogil:
    """Add what the term gives the rows from ``first`` to before ``last``. No branch hangs on a score here."""
    cdef int64_t at, up, end = term.end
    cdef unsigned int code
    cdef float factor = term.factor
    cdef const uint16_t *codes = term.codes
    cdef const uint16_t *lengths = term.lengths
    cdef const float *shares = term.shares
    if term.up < first:
        to_block(term, first + 1)
    at = term.at
    up = term.up
    while at < end:  # what the block holds before the window
        code = codes[at]
        if code & 7:
            if up + (code >> 3) >= first:
                break
            up += (code >> 3) + 1
        else:
            up += <int64_t>(code >> 3) << 13
        at += 1
    scores -= first + 1
    while at < end:
        code = codes[at]
        if code & 7:
            if up + (code >> 3) >= last:
                break
            up += (code >> 3) + 1
            scores[up] += shares[<int64_t>lengths[up] * COUNTS + (code & 7)] * factor
        else:
            up += <int64_t>(code >> 3) << 13
        at += 1
    term.at = at
    term.up = up
    bring(codes + at + AHEAD)
    bring(codes + at + AHEAD + LENGTHS)


cdef inline bint is_worse(float score, int64_t row, float than, int64_t than_row) noexcept nogil:
    return score < than or (score == than and row > than_row)


cdef struct Heap:
    int64_t most
    int64_t size
    float *scores
    int64_t *rows


cdef void keep(Heap *heap, float score, int64_t row) noexcept nogil:
    """Take one row in, and let the worst go where there are too many; the worst stands first."""
    cdef int64_t at, child
    if heap.size < heap.most:
        at = heap.size
        heap.size += 1
        while at and is_worse(score, row, heap.scores[(at - 1) // 2], heap.rows[(at - 1) // 2]):
            heap.scores[at] = heap.scores[(at - 1) // 2]
            heap.rows[at] = heap.rows[(at - 1) // 2]
            at = (at - 1) // 2
    else:
        if is_worse(score, row, heap.scores[0], heap.rows[0]):
            return
        at = 0
        while True:
            child = 2 * at + 1
            if child >= heap.size:
                break
            if child + 1 < heap.size and is_worse(
                heap.scores[child + 1], heap.rows[child + 1], heap.scores[child], heap.rows[child]
            ):
                child += 1
            if not is_worse(heap.scores[child], heap.rows[child], score, row):
                break
            heap.scores[at] = heap.scores[child]
            heap.rows[at] = heap.rows[child]
            at = child
    heap.scores[at] = score
    heap.rows[at] = row


cdef inline bint holds(const int64_t *ascending, int64_t count, int64_t row) noexcept nogil:
    cdef int64_t low = 0, high = count, middle
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low < count and ascending[low] == row


cdef void rewind(Reader *terms, int64_t count) noexcept nogil:
    cdef int64_t t
    for t in range(count):
        terms[t].at = terms[t].begin
        terms[t].up = 0


cdef void sort_rows(int64_t *rows, int64_t count) noexcept nogil:
    """A few hundred at most."""
    cdef int64_t at, to, row
    for at in range(1, count):
        row = rows[at]
        to = at
        while to and rows[to - 1] > row:
            rows[to] = rows[to - 1]
            to -= 1
        rows[to] = row


cdef double what_some_have(
    Reader *terms, int64_t count, float *scores, uint32_t *touched, Heap *some, Heap *heap,
    const int64_t *allowed, int64_t allowed_count,
) noexcept nogil:
    """What a row among the best has at least, from rows that have most by the first terms. ``scores`` is left full of 0."""
    cdef int64_t t, read = 0, met = 0, at, up, row
    cdef unsigned int code
    cdef float score
    for t in range(count):
        if t and read + terms[t].postings > FIRST_POSTINGS:
            break
        read += <int64_t>terms[t].postings
        up = 0
        for at in range(terms[t].begin, terms[t].end):
            code = terms[t].codes[at]
            if code & 7:
                row = up + (code >> 3)
                up = row + 1
                if scores[row] == 0:
                    touched[met] = <uint32_t>row
                    met += 1
                scores[row] += gain(&terms[t], up, code & 7)
            else:
                up += <int64_t>(code >> 3) << 13
    some.size = 0
    for at in range(met):
        row = touched[at]
        score = scores[row]
        scores[row] = 0
        if some.size == some.most and is_worse(score, row, some.scores[0], some.rows[0]):
            continue
        if allowed == NULL or holds(allowed, allowed_count, row):
            keep(some, score, row)
    if some.size < heap.most:
        return 0.0
    sort_rows(some.rows, some.size)
    heap.size = 0
    for at in range(some.size):
        score = 0
        for t in range(count):
            code = count_at(&terms[t], some.rows[at] + 1)
            if code:
                score += gain(&terms[t], some.rows[at] + 1, code)
        keep(heap, score, some.rows[at])
    rewind(terms, count)
    return heap.scores[0] * KEPT


cdef inline int64_t only(uint16_t *still, int64_t count, const int64_t *allowed, int64_t allowed_count, int64_t first) noexcept nogil:
    """Keep those of the rows, told from ``first`` on, that are allowed."""
    cdef int64_t at, place = 0, kept = 0
    for at in range(count):
        while place < allowed_count and allowed[place] < first + still[at]:
            place += 1
        still[kept] = still[at]
        kept += place < allowed_count and allowed[place] == first + still[at]
    return kept


cdef inline int64_t only_from(uint16_t *still, int64_t count, const float *scores, float least) noexcept nogil:
    """Keep those of the rows whose score is not below ``least``."""
    cdef int64_t at, kept = 0
    for at in range(count):
        still[kept] = still[at]
        kept += scores[still[at]] >= least
    return kept


cdef void bring_lengths(const Reader *terms, int64_t count, int64_t first, int64_t last) noexcept nogil:
    """The lengths of the next window's passages: nearly all of them are looked up, in no order that is foreseen."""
    cdef int64_t t, up
    for t in range(count):
        if terms[t].opens_part:
            up = first
            while up < last:
                bring(terms[t].lengths + up)
                up += LENGTHS


cdef void search(
    Reader *terms, int64_t count, const double *left, int64_t rows, Heap *heap,
    const int64_t *allowed, int64_t allowed_count, double enough,
) noexcept nogil:
    """The best rows into ``heap``. ``left``: what the terms from each on add at most; ``enough``: what the best have at least."""
    cdef float[WINDOW] scores
    cdef uint16_t[WINDOW] still
    cdef int64_t window, first, last, t, done, n, at, whole = 0, segment = 0, segment_end = 0
    cdef int hits
    cdef double share, read
    heap.size = 0
    memset(scores, 0, sizeof(scores))
    for window in range((rows + WINDOW - 1) // WINDOW):
        first = window * WINDOW
        last = min(first + WINDOW, rows)
        share = <double>(last - first) / rows
        done = 0
        read = 0
        # What was worth reading whole in the window before is so in this one, and then fewer rows can still win.
        while done < count and (left[done] >= enough or done < whole):
            read += terms[done].postings * share
            done += 1
        segment = segment_end
        while segment_end < allowed_count and allowed[segment_end] < last:
            segment_end += 1
        if allowed != NULL and segment == segment_end:
            continue
        if allowed != NULL and (segment_end - segment) * WORTH_READING < read:
            n = segment_end - segment
            for at in range(n):
                still[at] = <uint16_t>(allowed[segment + at] - first)
            t = whole = 0
        else:
            bring_lengths(terms, count, last, min(last + WINDOW, rows))
            for t in range(done):
                add_window(&terms[t], first, last, scores)
            n = reaching(scores, WINDOW, max(<float>(enough - left[done]), <float>1e-30), still)
            if allowed != NULL:
                n = only(still, n, allowed + segment, segment_end - segment, first)
            t = whole = done
            while whole and WORTH_READING * n < terms[whole - 1].postings * share:
                whole -= 1
        while t < count and n:
            # Where the list is short, it is sooner read than rows are left out.
            if left[t] < enough and 2 * terms[t].postings * share > n:
                n = only_from(still, n, scores, <float>((enough - left[t]) * (1 - 1e-6)))
            if terms[t].postings * share < WORTH_READING * n:
                add_window(&terms[t], first, last, scores)
                whole += whole == t
            else:
                for at in range(n):
                    hits = count_at(&terms[t], first + still[at] + 1)
                    if hits:
                        scores[still[at]] += gain(&terms[t], first + still[at] + 1, hits)
            t += 1
        for at in range(n):
            if scores[still[at]] > 0 and scores[still[at]] >= enough:
                keep(heap, scores[still[at]], first + still[at])
        if heap.size == heap.most and heap.scores[0] * KEPT > enough:
            enough = heap.scores[0] * KEPT
        memset(scores, 0, sizeof(scores))


def best(
    list parts, const int64_t[::1] part_of, const int64_t[::1] begins, const int64_t[::1] ends,
    const int64_t[::1] frequencies, const float[::1] factors, const double[::1] left, int64_t k,
    const int64_t[::1] allowed, float[::1] spare,
):
    """See ``retriever.index.maxscore``: the ``k`` best rows, in no order, and their scores.

    Terms are those first that can add most; ``left`` says what they add from each on, and nothing at its end. Each of ``parts`` is
    codes, skips, lengths by row + 1, and shares by length and count. ``allowed`` is None where all rows are. ``spare`` is full
    of 0, one for each row and one more, and so it is left.
    """
    cdef int64_t count = part_of.shape[0], rows = spare.shape[0] - 1, t, met = 0
    cdef Reader *terms = <Reader *>calloc(count + len(parts), sizeof(Reader))
    cdef Reader *of_part = terms + count
    cdef Heap heap, some
    cdef int part
    cdef uint32_t *touched
    cdef double enough
    cdef const int64_t *among = NULL
    cdef int64_t among_count = 0
    cdef const uint16_t[::1] codes, lengths
    cdef const uint32_t[::1] skips
    cdef const float[:, ::1] shares
    if terms == NULL:
        raise MemoryError
    if allowed is not None and allowed.shape[0] == 0:
        free(terms)
        return np.empty(0, np.int64), np.empty(0, np.float32)
    heap.most, heap.size = k, 0
    some.most, some.size = LOOKED_AT * k, 0
    best_scores, best_rows = np.empty(k, np.float32), np.empty(k, np.int64)
    some_scores, some_rows = np.empty(some.most, np.float32), np.empty(some.most, np.int64)
    cdef float[::1] scores_of = best_scores, scores_of_some = some_scores
    cdef int64_t[::1] rows_of = best_rows, rows_of_some = some_rows
    heap.scores, heap.rows = &scores_of[0], &rows_of[0]
    some.scores, some.rows = &scores_of_some[0], &rows_of_some[0]
    for part, (codes, skips, lengths, shares) in enumerate(parts):
        of_part[part].codes, of_part[part].skips = &codes[0], &skips[0]
        of_part[part].lengths, of_part[part].shares = &lengths[0], &shares[0, 0]
        of_part[part].opens_part = True
    for t in range(count):
        terms[t] = of_part[part_of[t]]
        of_part[part_of[t]].opens_part = False
        terms[t].begin, terms[t].end, terms[t].at, terms[t].up = begins[t], ends[t], begins[t], 0
        terms[t].factor, terms[t].postings = factors[t], <double>frequencies[t]
        if t == 0 or met + frequencies[t] <= FIRST_POSTINGS:
            met += frequencies[t]
    if allowed is not None:
        among, among_count = &allowed[0], allowed.shape[0]
    touched = <uint32_t *>malloc(max(met, 1) * sizeof(uint32_t))
    if touched == NULL:
        free(terms)
        raise MemoryError
    try:
        with nogil:
            enough = what_some_have(terms, count, &spare[0], touched, &some, &heap, among, among_count)
            search(terms, count, &left[0], rows, &heap, among, among_count, enough)
    finally:
        free(touched)
        free(terms)
    return best_rows[: heap.size], best_scores[: heap.size]


def counts(
    const uint16_t[::1] codes, const uint32_t[::1] skips,
    const int64_t[::1] begins, const int64_t[::1] ends, const int64_t[:] rows,
):
    """See ``PostingLists.counts``: how often each term stands in each of ``rows``, which ascend; uint8, (lists, rows)."""
    found = np.zeros((begins.shape[0], rows.shape[0]), np.uint8)
    cdef uint8_t[:, ::1] told = found
    cdef Reader term
    cdef int64_t t, at
    with nogil:
        for t in range(begins.shape[0]):
            if begins[t] == ends[t]:
                continue
            term.codes, term.skips = &codes[0], &skips[0]
            term.begin, term.end, term.at, term.up = begins[t], ends[t], begins[t], 0
            for at in range(rows.shape[0]):
                told[t, at] = count_at(&term, rows[at] + 1)
    return found
