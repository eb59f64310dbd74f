"""When a passage holds the evidence and when an answer is right."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from support import chinese_text

from retriever.evaluation.matching import bare, holds_evidence, is_right, pieces, share_of_pairs, stands_in
from retriever.evaluation.questions import Gold

GOLD = Gold("q", "几点开门？", answers=("九点",), evidence="图书馆每天上午九点开门，晚上十点关门。")


@given(chinese_text())
def test_white_space_and_width_make_no_difference(text: str) -> None:
    spread = " ".join(unicodedata.normalize("NFKC", text))
    assert bare(spread) == bare(bare(text))


@given(chinese_text(min_size=1), chinese_text(), chinese_text())
def test_a_text_holds_what_stands_in_it(wanted: str, before: str, after: str) -> None:
    assert share_of_pairs(wanted, before + wanted + after) == 1


@given(chinese_text(), chinese_text(max_size=40))
def test_evidence_stands_in_its_article_wherever_the_pieces_are_cut(evidence: str, before: str) -> None:
    assert "".join(pieces(evidence)) == bare(evidence)
    assert stands_in(pieces(evidence), bare(before) + bare(evidence))


def test_a_passage_that_begins_within_the_sentence_holds_the_evidence() -> None:
    assert holds_evidence("每天上午九点开门，晚上十点关门。欢迎读者。", GOLD)


def test_a_passage_with_the_answer_alone_does_not() -> None:
    assert not holds_evidence("今天上午九点，会议召开。", GOLD)


def test_a_passage_with_the_sentence_but_not_its_answer_does_not() -> None:
    assert not holds_evidence("开门，晚上十点关门。图书馆每天", GOLD)


def test_an_answer_is_right_when_it_holds_a_right_one() -> None:
    assert is_right("图书馆每天上午 九点 开门。", GOLD)
    assert not is_right("图书馆每天上午八点开门。", GOLD)
    assert not is_right("", GOLD)


@given(st.integers(0, 400))
def test_a_whole_page_is_no_answer(filler: int) -> None:
    assert is_right("九点" + "长" * filler, GOLD) == (filler + 2 <= 160)


def test_one_misread_character_in_a_long_name_is_forgiven() -> None:
    gold = Gold("q", "哪里？", answers=("河南凯旺电子安防设备生产基地一期工程项目指挥部",))
    assert is_right("地点是河南凯旺电子安防设备生产基地一期工程项目指挥邵。", gold)
