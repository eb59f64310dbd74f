from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import chinese_text

from retriever.index import postings as writing
from retriever.index.codes import COUNT_BITS, MOST, MOST_ROWS, decode, encode, passed_in_blocks
from retriever.index.lexical import LexicalIndex
from retriever.index.posting_checks import wrong_postings
from retriever.index.postings import LexicalWriter, Run, pairs_run, run_of, words_run
from retriever.text.words import Cutter, UserWord, pairs

cutter = Cutter((UserWord("涵崧"),))
words = st.text(alphabet="甲乙丙丁𠀀ab1\0é", min_size=1, max_size=5)
passages = st.lists(st.lists(words, max_size=12), max_size=10)


def written(folder: Path, rows: list[list[str]]) -> Path:
    """An index of these rows, made in one piece."""
    writer = LexicalWriter(folder)
    writer.add(run_of(rows))
    writer.finish()
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@st.composite
def cut_and_kept(draw: st.DrawFn) -> tuple[list[list[str]], list[int], list[int | None], list[int]]:
    """Final rows; those that are kept of an index before, with where each stood there; where the added ones are cut."""
    rows = draw(passages)
    order = draw(st.permutations(range(len(rows))))
    kept = draw(st.integers(0, len(rows)))
    before: list[int | None] = draw(st.permutations([*order[:kept], *[None] * draw(st.integers(0, 3))]))
    return rows, list(order[kept:]), list(before), draw(st.lists(st.integers(0, len(rows)), max_size=3))


@settings(max_examples=150, deadline=None)
@given(drawn=cut_and_kept(), gone=passages, limit=st.integers(1, 30))
def test_however_an_index_is_put_together_its_bytes_are_the_same(tmp_path_factory, drawn, gone, limit):
    rows, added, before, cuts = drawn
    folder = tmp_path_factory.mktemp("postings")
    others = iter(gone)
    kept = written(folder / "kept", [next(others, ["旧"]) if row is None else rows[row] for row in before])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "SPILLED", limit)
        patch.setattr(writing, "AT_ONCE", limit)
        writer = LexicalWriter(folder / "grown")
        edges = [0, *sorted(min(cut, len(added)) for cut in cuts), len(added)]
        for first, last in pairwise(edges):
            writer.add(Run.from_bytes(run_of([rows[row] for row in added[first:last]]).to_bytes()))
        places = np.array([-1 if row is None else row for row in before], np.int64)
        writer.finish(np.array(added, np.int64), (LexicalIndex(kept), places))
    assert contents(folder / "grown") == contents(written(folder / "whole", rows))
    assert list(wrong_postings(folder / "grown", len(rows))) == []


a_posting = st.tuples(st.integers(0, MOST_ROWS - 1), st.integers(1, MOST))


@given(st.lists(st.lists(a_posting, unique_by=lambda posting: posting[0])))
def test_postings_are_what_their_codes_say_however_far_apart_they_are(terms):
    postings = [row << COUNT_BITS | count for term in terms for row, count in sorted(term)]
    ends = np.cumsum([len(term) for term in terms], dtype=np.int64)
    encoded = encode(np.array(postings, np.uint32), ends)
    decoded, its_ends = decode(encoded.codes, encoded.ends)
    assert decoded.tolist() == postings and its_ends.tolist() == ends.tolist()
    for at, before in enumerate(encoded.before):  # from any place on
        ups, counts = passed_in_blocks(encoded.codes[None, at : at + 1], before[None])
        if counts[0, 0]:
            assert (int(ups[0, 0]) - 1) << COUNT_BITS | int(counts[0, 0]) in postings and ups[0, 0] > before


@settings(deadline=None)
@given(st.lists(chinese_text(), max_size=6))
def test_pairs_of_many_texts_at_once_are_those_of_each(texts):
    texts = [*texts, "㍿淇河㎡ 己巳", ""]
    assert pairs_run(texts).to_bytes() == run_of([pairs(text) for text in texts]).to_bytes()


def test_what_a_writer_spilled_is_gone_when_it_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "SPILLED", 2)
    writer = LexicalWriter(tmp_path / "words")
    for row in (["甲", "乙"], ["乙", "丙"]):
        writer.add(run_of([row]))
    assert list((tmp_path / "words").glob("*.tmp"))
    writer.finish()
    assert {file.suffix for file in (tmp_path / "words").iterdir()} == {".npy"}


@settings(deadline=None)
@given(st.lists(chinese_text(), max_size=6))
def test_words_of_many_texts_at_once_are_those_of_each(texts):
    texts = [*texts, "型号PPR-9O87 co 2\r\n二〇二三年\n2023年\r三成", "", "涵崧A5\x85A5"]
    assert words_run(texts, cutter).to_bytes() == run_of([cutter.search_words(text) for text in texts]).to_bytes()
