"""What is compiled gives exactly what Python and numpy give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support import chinese_text

from retriever.index import dense_codes, shingles, sketches
from retriever.index.codes import COUNT_BITS, MOST, MOST_ROWS, encode
from retriever.index.merging import Part, merged_by_sorting, number_keys
from retriever.index.pairs import pairs_by_keys, pairs_by_number
from retriever.index.runs import row_by_row, sorted_terms
from retriever.index.termkeys import numbered_keys

NOT_BUILT = "kernels are not built here: no C compiler"
coding = pytest.importorskip("retriever.index._dense_codes", reason=NOT_BUILT)
merging = pytest.importorskip("retriever.index._merging", reason=NOT_BUILT)
runs = pytest.importorskip("retriever.index._runs", reason=NOT_BUILT)
shingling = pytest.importorskip("retriever.index._shingles", reason=NOT_BUILT)

terms = st.lists(st.text("甲乙丙𠀀ab\0é", min_size=1, max_size=6), max_size=30, unique=True)
without_deadline = settings(deadline=None)


def same(one: object, other: object) -> bool:
    """Whether two results are alike, arrays by their values."""
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other


def table_of(terms: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    encoded = [term.encode() for term in terms]
    return np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([*map(len, encoded)], dtype=np.int64)


@without_deadline
@given(terms, st.data())
def test_terms_are_put_in_the_order_of_their_characters(terms, data):
    codes = np.frombuffer("".join(terms).encode("utf-32-le"), np.uint32)
    lengths = np.array([len(term) for term in terms], np.int64)
    is_term = np.array([data.draw(st.booleans()) for _ in terms], np.uint8)
    given_terms = codes, np.cumsum(lengths, dtype=np.int64) - lengths, lengths, is_term
    assert same(runs.in_order(*given_terms), sorted_terms(*given_terms))


def test_terms_that_begin_alike_are_put_in_the_order_of_the_rest():
    terms = [chr(0x4E00 + at % 3) * 3 + chr(0x5000 + (at * 7919) % 997) * (at % 4) + str(at) for at in range(3000)]
    codes = np.frombuffer("".join(terms).encode("utf-32-le"), np.uint32)
    lengths = np.array([*map(len, terms)], np.int64)
    given_terms = codes, np.cumsum(lengths, dtype=np.int64) - lengths, lengths, np.ones(len(terms), np.uint8)
    assert same(runs.in_order(*given_terms), sorted_terms(*given_terms))


@without_deadline
@given(st.lists(st.lists(st.integers(0, 6), max_size=12), min_size=1, max_size=6), st.permutations(range(9)), st.data())
def test_rows_are_counted_alike(rows, order, data):
    """0 and 1 are no terms, the others are, in any order, as far as a row holds them."""
    forms = [data.draw(st.lists(st.integers(2, 8), max_size=4)) for _ in rows]
    held = [term for term in order if term > 1 and any(term in row for row in (*rows, *forms))]
    placed = np.array([held.index(term) if term in held else -1 for term in range(9)], np.int32)

    def ragged(some: list[list[int]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        ends = np.cumsum([*map(len, some)], dtype=np.int64)
        return np.array([term for row in some for term in row], np.int32), ends

    counted = *ragged(rows), *ragged(forms), placed, len(held)
    assert same(runs.counted_by_row(*counted), row_by_row(*counted))


def compared(codes: NDArray[np.uint32]) -> NDArray[np.int32]:
    """A table by which all characters from 一 on count as they are."""
    table = np.zeros(0x110000, np.int32)
    table[codes] = np.where(codes < 0x4E00, 0, codes)
    return table


@without_deadline
@given(st.lists(st.lists(st.sampled_from([0x20, 0x4E00, 0x4E01, 0x20000]), max_size=40), min_size=1, max_size=5))
def test_pairs_are_numbered_alike(rows):
    codes = np.array([code for row in rows for code in (*row, 0x0A)], np.uint32)
    ends = np.cumsum([len(row) + 1 for row in rows], dtype=np.int64)
    (ours, our_ends, our_keys), (theirs, their_ends, their_keys) = (
        number(codes, ends, compared(codes)) for number in (runs.numbered_pairs, pairs_by_number)
    )
    assert our_keys[ours].tolist() == their_keys[theirs].tolist() and our_ends.tolist() == their_ends.tolist()
    assert sorted(our_keys.tolist()) == their_keys.tolist()
    assert same(runs.pairs_in_order(our_keys), pairs_by_keys(our_keys))


def test_more_pairs_than_a_table_holds_at_first_are_numbered_alike():
    codes = np.append(np.random.default_rng(5).integers(0x4E00, 0x9FFF, 200_000), 0x0A).astype(np.uint32)
    ends = np.array([len(codes)], np.int64)
    (ours, _, our_keys), (theirs, _, their_keys) = (
        number(codes, ends, compared(codes)) for number in (runs.numbered_pairs, pairs_by_number)
    )
    assert len(our_keys) == len(their_keys) > 1 << 17 and (our_keys[ours] == their_keys[theirs]).all()


def test_a_character_that_was_never_met_is_told():
    codes, ends = np.array([0x4E00, 0x4E01, 0x0A], np.uint32), np.array([3])
    table = compared(codes)
    table[0x4E01] = -1
    assert runs.numbered_pairs(codes, ends, table) is pairs_by_number(codes, ends, table) is None


@without_deadline
@given(terms, terms)
def test_terms_have_the_same_keys(first, second):
    ours, theirs = ({}, []), ({}, [])
    for some in (first, second):
        assert same(runs.keys_of(*table_of(some), *ours), numbered_keys(*table_of(some), *theirs))
    assert ours == theirs


@st.composite
def parts(draw: st.DrawFn) -> tuple[list[Part], int]:
    """Sources whose rows go to different final rows, or nowhere."""
    count, terms = draw(st.integers(0, 3)), draw(st.integers(1, 5))
    rows = [draw(st.integers(1, 6)) for _ in range(count)]
    final = iter(draw(st.permutations(range(sum(rows)))))
    made, all_stay, before = list[Part](), draw(st.booleans()), 0
    for own in rows:
        ranks = sorted(draw(st.sets(st.integers(0, terms - 1))))
        held = [sorted(draw(st.sets(st.integers(0, own - 1)))) for _ in ranks]
        postings = [before + row << COUNT_BITS | draw(st.integers(1, MOST)) for term in held for row in term]
        places = np.array([next(final) if draw(st.integers(0, 4)) else -1 for _ in range(own)])
        frequencies = np.array([len(term) for term in held], np.uint32)
        told = np.array(postings, np.uint32), frequencies, np.array(ranks, np.int32)
        made.append(Part(*told, None if all_stay else places))
        before += own * all_stay
    return made, terms


@without_deadline
@given(parts())
def test_sources_are_merged_alike(given_parts):
    assert same(merging.merged(*given_parts), merged_by_sorting(*given_parts))


@without_deadline
@given(st.lists(st.lists(st.integers(0, 9) | st.integers(0, (1 << 64) - 1), unique=True), max_size=5))
def test_keys_are_numbered_alike(tables):
    tables = [np.array(table, np.uint64) for table in tables]
    keys, numbers = merging.distinct(tables)
    assert sorted(keys.tolist()) == number_keys(tables)[0].tolist()
    for found in ((keys, numbers), number_keys(tables)):
        assert all(same(found[0][own], table) for own, table in zip(found[1], tables, strict=True))


def test_more_keys_than_the_first_table_holds_are_numbered():
    random = np.random.default_rng(2)
    tables = [random.integers(0, 1 << 20, size, dtype=np.uint64) for size in (10, 3_000, 50_000, 20, 200_000)]
    keys, numbers = merging.distinct(tables)
    assert len(np.unique(keys)) == len(keys)
    assert all(same(keys[own], table) for own, table in zip(numbers, tables, strict=True))


@without_deadline
@given(st.lists(st.sets(st.integers(0, MOST_ROWS - 1) | st.integers(0, 99)), max_size=8))
def test_postings_are_encoded_alike(terms):
    postings = np.array([row << COUNT_BITS | 1 + row % MOST for term in terms for row in sorted(term)], np.uint32)
    ends = np.cumsum([*map(len, terms)], dtype=np.int64)
    assert same(merging.encoded(postings, ends), tuple(encode(postings, ends)))


@without_deadline
@given(st.lists(chinese_text() | st.text("12３中a,㎡𠀀", max_size=300) | st.text("12３中a,", max_size=300), max_size=3))
def test_texts_are_sketched_alike(texts):
    starts, factors = sketches._STARTS, shingles._FACTORS
    for text, told in zip(texts, shingles.told_by(texts, starts), strict=True):
        spaced = shingles.spaced_letters(text)
        assert same(tuple(told), tuple(shingles.told_by_letters(spaced, factors, starts)))
        codes = spaced[spaced > 0]
        assert same(shingling.hashes_of_runs(codes, factors), shingles.hashes_of_runs(codes, factors))


@given(st.lists(st.integers(0, 9) | st.integers(0, 1 << 32)))
def test_the_same_places_meet(keys):
    wanted = sketches.meetings(np.array(keys, np.uint64) & np.uint64(0xFFFFFFFF))
    found = shingling.meetings(np.array(keys, np.uint64) & np.uint64(0xFFFFFFFF))
    assert sorted(map(tuple, found.tolist())) == sorted(map(tuple, wanted.tolist()))


vectors = st.tuples(
    st.integers(0, 5), st.sampled_from([1, 2, 3, 8, 12, 30]), st.integers(0, 99), st.sampled_from([1e-6, 0.05, 1, 300])
)


@without_deadline
@given(vectors, st.sampled_from([6, 8]), st.sampled_from([1, 2, 3, 4]))
def test_vectors_get_the_same_codes(shape, bits, together):
    rows, dimensions, seed, scale = shape
    dimensions *= together
    random = np.random.default_rng(seed)
    values = (random.standard_normal((rows, dimensions)) * scale).astype(np.float32)
    halves = dense_codes.as_halves(values)
    assert same(coding.as_halves(values).view(np.uint16), halves.view(np.uint16))
    assert same(coding.as_floats(halves), dense_codes.as_floats(halves))
    lowest, width = -np.abs(random.standard_normal(dimensions)), 2 * np.abs(random.standard_normal(dimensions))
    width[random.integers(0, dimensions)] = 0
    ranges = dense_codes.Ranges(lowest.astype(np.float32), width.astype(np.float32), bits)
    codes = coding.long_codes(values, *ranges)
    assert same(codes, dense_codes.long_codes(values, *ranges))
    centres = random.integers(-2, 3, (dimensions // together, 16, together)).astype(np.float32)  # many as near
    apart = dense_codes.distances(ranges, centres)
    assert same(coding.short_codes(codes, apart, together), dense_codes.short_codes(codes, apart, together))


def test_every_half_float_and_what_lies_between_them_is_rounded_alike():
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    halves = np.ascontiguousarray(halves[np.isfinite(halves)][None])
    assert same(coding.as_floats(halves).view(np.uint32), dense_codes.as_floats(halves).view(np.uint32))
    exact = np.sort(halves.astype(np.float64))
    between = ((exact[:, 1:] + exact[:, :-1]) / 2).astype(np.float32)
    for some in (between, np.nextafter(between, np.float32(9e9)), np.nextafter(between, np.float32(-9e9))):
        assert same(coding.as_halves(some).view(np.uint16), dense_codes.as_halves(some).view(np.uint16))


@pytest.mark.parametrize("dimensions", [512, 384])
def test_long_codes_are_those_of_faiss(dimensions):
    import faiss

    values = np.random.default_rng(1).standard_normal((2000, dimensions)).astype(np.float32)
    kind = faiss.ScalarQuantizer.QT_6bit if dimensions == 512 else faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexScalarQuantizer(dimensions, kind, faiss.METRIC_INNER_PRODUCT)
    index.train(values[:1000])
    ranges = dense_codes.Ranges.of(index)
    assert same(dense_codes.long_codes(values, *ranges), index.sa_encode(values))
    told = ranges.values()[
        np.arange(dimensions)[None],
        dense_codes.steps_of(dense_codes.long_codes(values, *ranges), dimensions, ranges.bits),
    ]
    assert np.allclose(told, index.sa_decode(index.sa_encode(values)), atol=1e-5)
