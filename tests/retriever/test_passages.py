from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from support import an_article, chinese_text

from retriever.passages import MAX_CHARS, split
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
