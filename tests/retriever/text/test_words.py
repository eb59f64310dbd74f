from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from support import chinese_text

from retriever.text.folding import fold, fold_with_origins
from retriever.text.questions import kind_of, matter
from retriever.text.synonyms import read_synonyms, shipped_synonyms
from retriever.text.words import pairs, search_words


@given(chinese_text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(chinese_text())
def test_every_folded_character_knows_where_it_came_from(text):
    folded, origins = fold_with_origins(text)
    assert folded == fold(text) and len(origins) == len(folded)
    assert origins == sorted(origins)
    assert "".join(fold(text[i]) for i in dict.fromkeys(origins)) == folded


@pytest.mark.parametrize(
    ("typed", "printed"), [("PPR-9087", "ＰＰＲ－９０８７"), ("圖書館", "图书馆"), ("ｉＰｈｏｎｅ", "iphone")]
)
def test_width_case_and_traditional_forms_do_not_matter(typed, printed):
    assert fold(typed) == fold(printed)
    assert set(search_words(typed)) == set(search_words(printed))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("型号PPR-9087", "ppr-9087"),
        ("传感器-温度-TH01", "th01"),
        ("24口交换机", "24"),
        ("总投资13.5亿元", "13.5"),
        ("5G网络", "5g"),
    ],
)
def test_codes_and_numbers_are_words(text, word):
    assert word in search_words(text)


@given(chinese_text())
def test_words_and_pairs_stand_in_the_text(text):
    folded = fold(text)
    assert all(word in folded for word in search_words(text))
    assert all(pair in folded for pair in pairs(text))


def test_a_lone_character_can_be_looked_up():
    assert pairs("A 药 B") == ["药"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("这篇报道是谁写的", "author"),
        ("照片由哪位通讯员拍摄", "author"),
        ("总投资多少?", "number"),
        ("会议由谁主持", "who"),
        ("什么时候开的会", "when"),
        ("图书馆在哪里", "where"),
        ("为什么关门", "why"),
        ("有哪些客户", "list"),
        ("怎么申请低保", "how"),
        ("介绍一下淇河实验室", "what"),
    ],
)
def test_a_question_asks_for_one_kind_of_thing(question, kind):
    assert kind_of(question) == kind


def test_the_matter_of_a_question_leaves_its_asking_words_out():
    assert matter("请问图书馆的投资是多少?") == ["图书馆", "投资"]
    assert matter("什么是什么") == ["什么", "是"]


def test_synonyms_are_known_both_ways():
    known = read_synonyms(["凉快\t纳凉,避暑", "# 说明\t不算", "没有制表符"])
    assert known["凉快"] == ("纳凉", "避暑") and known["避暑"] == ("凉快",)
    assert "说明" not in known


def test_the_shipped_lexicon_is_read_whole():
    assert len(shipped_synonyms()) > 15_000
    assert all(word and partners for word, partners in shipped_synonyms().items())


def test_the_dictionary_is_not_read_from_the_shared_temporary_folder(tmp_path):
    """jieba unmarshals a cache that anybody may have put there."""
    (tmp_path / "jieba.cache").write_bytes(b"not a cache")
    code = "from retriever.text.words import search_words; print(search_words('图书馆'))"
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env={"TMPDIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert "图书馆" in ran.stdout and (tmp_path / "jieba.cache").read_bytes() == b"not a cache", ran.stderr
