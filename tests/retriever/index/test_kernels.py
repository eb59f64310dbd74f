"""What is compiled gives exactly what Python and numpy give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support import chinese_text

from retriever.index import shingles, sketches
from retriever.index.codes import COUNT_BITS, MOST, MOST_ROWS, encode
from retriever.index.merging import Part, merged_by_sorting
from retriever.index.pairs import pairs_by_number, utf8_by_keys
from retriever.index.runs import row_by_row, sorted_terms
from retriever.index.termkeys import numbered_keys

NOT_BUILT = "kernels are not built here: no C compiler"
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


numbers = st.lists(st.lists(st.integers(-1, 5), max_size=12), min_size=1, max_size=6)


@without_deadline
@given(numbers, st.data())
def test_rows_are_counted_alike(rows, data):
    forms = [data.draw(st.lists(st.integers(0, 7), max_size=4)) for _ in rows]
    held = sorted({term for row in (*rows, *forms) for term in row if term >= 0})
    place = {-1: -1} | {term: at for at, term in enumerate(held)}  # each number below the count is some row's

    def ragged(some: list[list[int]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        ends = np.cumsum([*map(len, some)], dtype=np.int64)
        return np.array([place[term] for row in some for term in row], np.int32), ends

    counted = *ragged(rows), *ragged(forms), len(held)
    assert same(runs.counted_by_row(*counted), row_by_row(*counted))


@without_deadline
@given(st.lists(st.lists(st.sampled_from([0, 0x4E00, 0x4E01, 0x20000]), max_size=40), min_size=1, max_size=5))
def test_pairs_are_numbered_alike(rows):
    han = np.array([code for row in rows for code in (*row, 0)], np.uint32)
    ends = np.cumsum([len(row) + 1 for row in rows], dtype=np.int64)
    (ours, our_ends, our_keys), (theirs, their_ends, their_keys) = (
        number(han, ends) for number in (runs.numbered_pairs, pairs_by_number)
    )
    assert our_keys[ours].tolist() == their_keys[theirs].tolist() and our_ends.tolist() == their_ends.tolist()
    assert sorted(our_keys.tolist()) == their_keys.tolist()
    assert same(runs.utf8_of_pairs(their_keys), utf8_by_keys(their_keys))


def test_more_pairs_than_a_table_holds_at_first_are_numbered_alike():
    han = np.append(np.random.default_rng(5).integers(0x4E00, 0x9FFF, 200_000), 0).astype(np.uint32)
    ends = np.array([len(han)], np.int64)
    (ours, _, our_keys), (theirs, _, their_keys) = (
        number(han, ends) for number in (runs.numbered_pairs, pairs_by_number)
    )
    assert len(our_keys) == len(their_keys) > 1 << 17 and (our_keys[ours] == their_keys[theirs]).all()


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
    made = []
    for own in rows:
        ranks = sorted(draw(st.sets(st.integers(0, terms - 1))))
        held = [sorted(draw(st.sets(st.integers(0, own - 1)))) for _ in ranks]
        postings = [row << COUNT_BITS | draw(st.integers(1, MOST)) for term in held for row in term]
        places = [next(final) if draw(st.integers(0, 4)) else -1 for _ in range(own)]
        frequencies = np.array([len(term) for term in held], np.uint32)
        made.append(Part(np.array(postings, np.uint32), frequencies, np.array(ranks, np.int64), np.array(places)))
    return made, terms


@without_deadline
@given(parts())
def test_sources_are_merged_alike(given_parts):
    assert same(merging.merged(*given_parts), merged_by_sorting(*given_parts))


@without_deadline
@given(st.lists(st.sets(st.integers(0, MOST_ROWS - 1) | st.integers(0, 99)), max_size=8))
def test_postings_are_encoded_alike(terms):
    postings = np.array([row << COUNT_BITS | 1 + row % MOST for term in terms for row in sorted(term)], np.uint32)
    ends = np.cumsum([*map(len, terms)], dtype=np.int64)
    assert same(merging.encoded(postings, ends), tuple(encode(postings, ends)))


@without_deadline
@given(chinese_text() | st.text("12３中a,", max_size=300))
def test_texts_are_sketched_alike(text):
    told = shingles.spaced_letters(text), shingles._FACTORS, sketches._STARTS
    assert same(shingling.told_by_letters(*told), shingles.told_by_letters(*told))
    codes = told[0][told[0] > 0]
    assert same(shingling.hashes_of_runs(codes, told[1]), shingles.hashes_of_runs(codes, told[1]))


@given(st.lists(st.integers(0, 9) | st.integers(0, 1 << 32)))
def test_the_same_places_meet(keys):
    wanted = sketches.meetings(np.array(keys, np.uint64) & np.uint64(0xFFFFFFFF))
    found = shingling.meetings(np.array(keys, np.uint64) & np.uint64(0xFFFFFFFF))
    assert sorted(map(tuple, found.tolist())) == sorted(map(tuple, wanted.tolist()))
