from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import SEEDS, an_article, chinese_text

from retriever.passages import MAX_CHARS, packed, split
from retriever.text.sentences import sentence_spans


@given(chinese_text(), st.integers(5, 60))
def test_passages_cover_the_article_exactly(text, max_chars):
    covered = {i for p in split(an_article(text), max_chars=max_chars) for i in range(p.start, p.end)}
    assert covered == set(range(len(text)))


@given(chinese_text(), st.integers(5, 60))
def test_a_passage_is_the_slice_of_the_article_that_it_says_it_is(text, max_chars):
    for passage in split(an_article(text), max_chars=max_chars):
        assert text[passage.start : passage.end] == passage.text
        assert 0 < len(passage.text) <= max_chars
        assert passage.paragraph == text[: passage.start].count("\n") + 1


@given(chinese_text(max_size=200), st.integers(20, 80))
def test_no_sentence_is_cut_that_fits_into_a_passage(text, max_chars):
    passages = split(an_article(text), max_chars=max_chars)
    for start, end in sentence_spans(text):
        if end - start <= max_chars:
            assert any(p.start <= start and end <= p.end for p in passages)


def test_a_fact_told_over_two_sentences_stands_whole_in_one_passage():
    sentences = [f"第{i}个项目由第{i}家企业投资建设，位于第{i}个园区，占地第{i}块地。" for i in range(40)]
    passages = split(an_article("".join(sentences)))
    for first, second in pairwise(sentences):
        assert any(first + second in passage.text for passage in passages)


def test_passages_are_about_as_long_as_one_reads_at_a_glance():
    passages = split(an_article("图书馆免费提供纸巾、纯净水和防暑药品，读者借还图书次数大幅提高。" * 60))
    assert all(200 <= len(passage.text) <= MAX_CHARS for passage in passages[:-1])


def test_an_empty_article_has_no_passages():
    assert split(an_article("")) == []


@settings(max_examples=300, deadline=None)
@given(
    chinese_text(max_size=300) | st.text("甲乙。！?….\n \r\u3000”)A“b\"', 1", max_size=120) | st.text(max_size=60),
    st.integers(1, 60),
)
def test_passages_are_packed_alike_with_and_without_a_compiler(text, max_chars):
    kernel = pytest.importorskip("retriever._passages", reason="kernels are not built here: no C compiler")
    overlap = max_chars // 3
    assert kernel.packed(text, max_chars, overlap) in (None, packed(text, max_chars, overlap))
    assert kernel.packed(text, len(text) + 1, overlap) == packed(text, len(text) + 1, overlap)


@pytest.mark.parametrize("page", sorted(SEEDS.glob("*.txt")), ids=lambda page: page.name)
def test_the_seed_pages_are_packed_alike_with_and_without_a_compiler(page):
    kernel = pytest.importorskip("retriever._passages", reason="kernels are not built here: no C compiler")
    text = page.read_text(encoding="utf-8")
    for max_chars in (300, 600, len(text)):
        assert kernel.packed(text, max_chars, 100) in (None, packed(text, max_chars, 100))
