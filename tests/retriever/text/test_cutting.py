"""The compiled tree cuts as rjieba does, word for word."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import rjieba
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support import SEEDS, chinese_text

from retriever.text import folding, numbers, words
from retriever.text.dictionary import jiebas_lines
from retriever.text.folding import fold, fold_all
from retriever.text.words import Cutter, UserWord, exact_forms, exact_forms_at_once

NOT_BUILT = "kernels are not built here: no C compiler"
cutting = pytest.importorskip("retriever.text._cutting", reason=NOT_BUILT)
folded_by = pytest.importorskip("retriever.text._folding", reason=NOT_BUILT)

OWN = (
    UserWord("涵崧"), UserWord("ppr-9087", 50), UserWord("a.b_c-12.x9中"), UserWord("c++啊", 10**6), UserWord("中国人", 1),
    UserWord("--", 10**9), UserWord("区 块", 10**6), UserWord("一二三四五六七八九十一二三四五六七八九十"), UserWord("国", 10**7),
    UserWord("零", 0), UserWord("生产规划"),
)  # fmt: skip
Codes = NDArray[np.uint32]
PRINTED = [fold(file.read_text(encoding="utf-8")) for file in sorted(SEEDS.glob("*.txt"))]
PARTS = [page[at : at + 30] for page in PRINTED for at in range(0, len(page), 30)]
some_text = (
    chinese_text()
    | st.text("中国人民生产规划一二三四五六七八九十ab.-_c+x9 \r\n涵崧区块\u3000é", max_size=60)
    | st.lists(st.sampled_from(PARTS), max_size=6).map("".join)
)


@cache
def both(own: tuple[UserWord, ...] = ()) -> tuple[Any, Any]:
    """The tree and rjieba, with the same words."""
    tree, jieba = cutting.Tree(jiebas_lines()), rjieba.Jieba()
    for word, frequency in own:
        tree.add(word, jieba.add_word(word, frequency, None))
    return tree, jieba


@settings(max_examples=300, deadline=None)
@given(some_text, st.sampled_from([(), OWN]))
@example("ppr-9087 a.b_c-12.x9中 c++啊-- 一二三四五六七八九十一二三四五六七八九十", OWN)
def test_texts_are_cut_as_rjieba_cuts_them(text, own):
    tree, jieba = both(own)
    assert tree.cut(text, False) == jieba.cut(text, False)
    assert tree.cut_for_search(text, False) == jieba.cut_for_search(text, False)


def test_the_seed_pages_are_cut_as_rjieba_cuts_them():
    for tree, jieba in (both(), both(OWN)):
        for page in PRINTED:
            assert tree.cut_for_search(page, False) == jieba.cut_for_search(page, False)


@pytest.mark.parametrize("own", [(), (UserWord("㐀㐀", 10),), (UserWord("零", 0), UserWord("国", 10**7))])
def test_of_cuts_that_are_as_good_the_same_one_is_taken(own):
    """用足 and 足用 are as frequent: 用足用 is cut as the last bit of a sum of logarithms falls out."""
    frequency = dict(line.split(" ")[:2] for line in jiebas_lines().splitlines())
    twos = [word for word in frequency if len(word) == 2 and frequency.get(word[::-1]) == frequency[word]]
    behind = [word for word in list(frequency)[:: len(frequency) // 40] if word.isalpha()]
    tree, jieba = both(own)
    for number, word in enumerate(twos):
        text = word + word[0] + behind[number % len(behind)]
        assert tree.cut(text, False) == jieba.cut(text, False)


def test_so_many_words_may_be_added_that_the_tree_grows():
    own = tuple(UserWord(chr(0x4E00 + number % 5000) + chr(0x9000 + number // 5000), 3) for number in range(60_000))
    tree, jieba = both(own)
    text = "".join(word for word, _ in own[::1000])
    assert tree.cut(text, False) == jieba.cut(text, False)
    assert all(tree.has_word(word) for word, _ in own) and tree.has_word("中国") and not tree.has_word("国中之国")


@settings(max_examples=150, deadline=None)
@given(some_text, st.lists(st.text("中国a9-.", min_size=1, max_size=4), max_size=5))
def test_pieces_are_numbered_alike(text, forms):
    rows = text.split("\n")
    folded, ends = fold_all(rows)
    ours = own_cutter().numbered(folded, ends, forms)
    theirs = words._numbered(both_cutters_pieces(folded), 1 + np.arange(len(rows)), forms)

    def spelt(numbered: words.Numbered, of: Any) -> list[str]:
        spans = zip(numbered.starts[of].tolist(), numbered.lengths[of].tolist(), strict=True)
        return [numbered.codes[start : start + size].tobytes().decode("utf-32-le") for start, size in spans]

    assert ours.pieces.tolist() == theirs.pieces.tolist() and ours.forms.tolist() == theirs.forms.tolist()
    assert spelt(ours, ours.pieces) == spelt(theirs, theirs.pieces) and spelt(ours, ours.forms) == forms
    assert ours.ends.tolist() == theirs.ends.tolist()


@cache
def own_cutter() -> Cutter:
    return Cutter(OWN)


def both_cutters_pieces(folded: Codes) -> list[str]:
    own = tuple(sorted((UserWord(fold(word), often) for word, often in OWN), key=lambda word: word.frequency is None))
    text: str = folded.tobytes().decode("utf-32-le").replace("\r", " ")
    return both(own)[1].cut_for_search(text, False)


@settings(max_examples=300, deadline=None)
@given(some_text | st.text(words._OF_CODES + words._OF_NUMBERS + "，中\n\r", max_size=60))
def test_exact_forms_are_the_same_read_in_runs(text):
    codes, _ = fold_all([text])
    folded = codes.tobytes().decode("utf-32-le")
    forms, places = exact_forms_at_once(codes)
    assert cutting.exact_runs(codes, words._exactness()) == words.exact_runs(codes, words._exactness())
    line_of = np.cumsum(codes == ord("\n"))
    assert sorted(zip(forms, line_of[places].tolist(), strict=True)) == sorted(
        (form, int(line_of[at])) for form, at in exact_forms(folded)
    )


def test_every_character_that_a_number_is_read_by_is_known():
    read_by = numbers._NUMBER.pattern + numbers._BEGINS.pattern
    assert {character for character in read_by if not character.isascii()} <= set(words._OF_NUMBERS)


@settings(deadline=None)
@given(st.text() | chinese_text())
def test_texts_are_looked_up_alike(text):
    table = folding._table()
    assert folded_by.looked_up(text, table) == folding.looked_up(text, table)
    fold(text + "中" * folding.LONG_TEXT)  # now each of them is known
    assert folded_by.looked_up(text, table) == folding.looked_up(text, table)


@settings(deadline=None)
@given(st.lists(st.text() | chinese_text() | st.text("圖書館㍿℃ Ａ\n", max_size=9), max_size=8))
def test_many_texts_are_folded_as_each_is(texts):
    codes, ends = fold_all(texts)
    text = codes.tobytes().decode("utf-32-le", "surrogatepass")
    starts = [0, *ends.tolist()]
    assert [text[start:end] for start, end in pairwise(starts)] == [fold(each) + "\n" for each in texts]
    table = folding._table()
    (ours, our_ends, our_unknown), (theirs, their_ends, their_unknown) = (
        look_up(texts, table) for look_up in (folded_by.all_looked_up, folding.all_looked_up)
    )
    assert np.array_equal(ours, theirs) and np.array_equal(our_ends, their_ends) and our_unknown == their_unknown


@given(st.lists(st.text() | st.text("圖書館图书", max_size=20), max_size=8))
def test_many_texts_are_simplified_as_each_is(texts):
    table = folding._is_traditional()
    assert folded_by.marked(texts, table) == folding.marked(texts, table)
    assert folding.simplify_all(texts) == [folding.simplify(text) for text in texts]
    assert folded_by.marked(texts, table) == folding.marked(texts, table)
