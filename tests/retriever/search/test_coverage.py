"""How much of a question stands in a text is the same whether a kernel looks or Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.search import coverage
from retriever.search.coverage import Term, compared, matches, pairs_in

NOT_BUILT = "kernels are not built here: no C compiler"

WORDS = st.text("图书馆开门小时早上8点ab\U00020bb7", min_size=1, max_size=4)
TEXTS = st.lists(st.text("图书馆开门小时早上八8点ab \U00020bb7", max_size=30), max_size=6)
TERMS = st.lists(
    st.builds(
        lambda sought, partners, parts: Term(sought, sought, 1.0, tuple(partners), tuple(parts)),
        WORDS,
        st.lists(WORDS, max_size=3),
        st.lists(WORDS, max_size=3),
    ),
    max_size=5,
)


def term(
    word: str, *, partners: tuple[str, ...] = (), parts: tuple[str, ...] = (), forms: tuple[str, ...] = ()
) -> Term:
    return Term(word, word, 1.0, partners, parts, frozenset(forms))


@given(TERMS, TEXTS)
def test_kernel_and_python_find_the_same_words(terms: list[Term], texts: list[str]) -> None:
    kernel = pytest.importorskip("retriever.search._coverage", reason=NOT_BUILT)
    assert np.array_equal(kernel.held(terms, texts, 0.7, 0.6), coverage.held(terms, texts, 0.7, 0.6))
    words = [term.sought for term in terms]
    assert np.array_equal(kernel.printed(words, texts), coverage.printed(words, texts))


def test_a_word_counts_in_full_a_synonym_less_and_the_parts_of_a_long_word_by_how_many_stand_there() -> None:
    terms = [
        term("开门", partners=("营业",)),
        term("图书馆", parts=("图书", "书馆")),
        term("八日", forms=("8日",)),
    ]
    texts = [compared(text) for text in ("图书馆8日开门", "图书很多，照常营业", "公园")]
    assert matches(terms, texts).tolist() == [[1.0, 0.7, 0.0], [1.0, 0.3, 0.0], [1.0, 0.0, 0.0]]


def test_pairs_of_characters_count_by_their_weight() -> None:
    pairs = {"图书": 3.0, "书馆": 1.0, "门": 9.0}
    assert pairs_in(pairs, ["图书馆", "书馆", "门"], of_nothing=1.0) == [1.0, 0.25, 0.0]
    assert pairs_in({"门": 9.0}, ["图书馆"], of_nothing=1.0) == [1.0]
