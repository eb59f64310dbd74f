"""Names are told from the words that people use for things."""

from __future__ import annotations

import pytest

from retriever.text.lexicon import Lexicon
from retriever.text.names import is_name, is_place, names_in
from retriever.text.synonyms import SynonymRule


@pytest.mark.parametrize("word", ["上海", "河南省", "周杰伦", "特斯拉", "北京", "马云", "刘强东"])
def test_who_or_what_is_meant_is_a_name(word: str) -> None:
    assert is_name(word)


@pytest.mark.parametrize(
    "word", ["娃娃", "老太太", "师傅", "城市", "工厂", "村里", "种田人", "钱打", "2023年", "ppr-9087", ""]
)
def test_everyday_words_are_no_names(word: str) -> None:
    assert not is_name(word)


def test_a_place_stays_one_though_papers_call_it_something_else_too() -> None:
    called = Lexicon(rules=(SynonymRule(("郑州",), ("省会",)), SynonymRule(("周杰伦",), ("周董",))))
    assert is_name("郑州", called)
    assert is_place("郑州")
    assert not is_name("周杰伦", called)


def test_the_names_in_a_sentence_are_found() -> None:
    assert {"周杰伦", "上海"} <= names_in("昨天，周杰伦在上海开演唱会。")
    assert names_in("图书馆九点开门。") == set()
