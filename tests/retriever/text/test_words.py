from __future__ import annotations

import subprocess
import sys
import time
from functools import cache
from typing import Any

import jieba
import pytest
from hypothesis import given, settings
from support import chinese_text

from retriever.text.folding import confused, fold, fold_with_origins
from retriever.text.lexicon import Lexicon
from retriever.text.numbers import numbers
from retriever.text.questions import kind_of, matter
from retriever.text.synonyms import read_synonyms, shipped_synonyms
from retriever.text.words import UserWord, exact_forms, pairs, shipped_cutter

search_words = shipped_cutter().search_words


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
    exact = {form for number in numbers(folded) for form in number.forms}
    assert all(word in folded or word in exact or is_bare_code(word) for word in search_words(text))
    assert all(pair in confused(folded) for pair in pairs(text))


def is_bare_code(word: str) -> bool:
    return word.isascii() and word.isalnum() and any(map(str.isdigit, word))


@given(chinese_text())
def test_characters_that_are_mixed_up_stay_in_their_places(text):
    assert len(confused(text)) == len(text) and confused(confused(text)) == confused(text)


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        ("二〇二三年", "2023年"),
        ("二○二三年", "二零二三年"),
        ("十三点五亿元", "13.5亿元"),
        ("两万人", "2万人"),
        ("20000人", "两万人"),
        ("1,234元", "1234元"),
        ("三成", "30%"),
        ("百分之五", "5%"),
        ("第十二届", "第12届"),
        ("八月二日", "8月2日"),
        ("6月4号", "六月四日"),
        ("二十四口", "24口"),
        ("七号电池", "7号电池"),
        ("PPR9087", "PPR-9087"),
        ("ppr 9087", "PPR-9087"),
        ("PPR-9O87", "PPR-9087"),
        ("THO1", "TH01"),
    ],
)
def test_one_number_or_code_written_two_ways_shares_an_exact_word(asked, printed):
    shared = set(search_words(asked)) & set(search_words(printed))
    assert any(any(map(str.isdigit, word)) for word in shared)


def test_what_a_recogniser_mixes_up_is_found_by_its_pairs():
    assert pairs("自己") == pairs("自已") and pairs("期末") == pairs("期未")


def test_a_word_of_the_users_is_kept_whole_and_found_by_its_parts():
    lexicon = Lexicon((UserWord("传感器-温度-TH01"), UserWord("涵崧")))
    assert "传感器-温度-th01" in lexicon.search_words("型号传感器-温度-TH01") and "温度" in lexicon.search_words("温度")
    assert "涵崧" in lexicon.search_words("珠海涵崧科技") and "涵崧" not in search_words("珠海涵崧科技")


def test_words_without_a_frequency_stay_whole_whatever_else_is_added():
    """jieba reckons a frequency that just suffices; more words make each likelier or less."""
    own = [UserWord(word) for word in ("生产规划", "铁路部门", "步道", "三码合一")]
    others = [UserWord("规划", 900_000), UserWord("的", 3), UserWord("道", 10**8)]
    lexicon = Lexicon((*own, *others))
    assert all(word in lexicon.search_words(f"的{word}，") for word, _ in own)


@settings(max_examples=200, deadline=None)
@given(chinese_text())
def test_texts_are_cut_as_jieba_cuts_them(text):
    folded = fold(text)
    assert shipped_cutter().pieces(folded) == list(jiebas().cut_for_search(folded.replace("\r", " "), HMM=False))


@cache
def jiebas() -> Any:
    tokenizer = jieba.Tokenizer()  # its own cache in the shared temporary folder is not read
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def test_the_dictionary_is_jiebas():
    cutter, frequencies = shipped_cutter(), jiebas().FREQ
    words = [word for word, frequency in frequencies.items() if frequency]
    assert len(words) > 300_000 and all(cutter.knows(word) for word in words)
    beginnings = [*list(frequencies)[::997], "图", "龘龘", "一一一一", ""]
    assert [cutter.begins(letters) for letters in beginnings] == [
        letters in frequencies or not letters for letters in beginnings
    ]


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
    code = "from retriever.text.words import shipped_cutter; print(shipped_cutter().search_words('图书馆'))"
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env={"TMPDIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert "图书馆" in ran.stdout and (tmp_path / "jieba.cache").read_bytes() == b"not a cache", ran.stderr


@pytest.mark.parametrize("text", ["a" * 30_000, "a" * 30_000 + " 1", "1" * 3_000 + "a", "1" * 3_000, "ab-" * 10_000])
def test_a_long_run_of_one_letter_or_figure_holds_nobody_up(text):
    began = time.perf_counter()
    list(exact_forms(text))
    assert time.perf_counter() - began < 2  # tried again from each of its characters, 30,000 letters take half a minute
