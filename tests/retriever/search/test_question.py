from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from retriever.domain import Turn
from retriever.index.best import best_of
from retriever.index.lexical import LexicalIndex
from retriever.index.postings import LexicalWriter, words_run
from retriever.search.borrowing import ANCHOR, ITEM, Vocabulary
from retriever.search.question import Question, read
from retriever.text.lexicon import SHIPPED

PASSAGES = [
    "耕德电子二期项目总投资13.5亿元，占地254.8亩，面积不小，主要生产手机配件。",
    "耕德电子二期项目由县委书记主持开工，预计年底投产，用工1200人。",
    "图书馆每天九点开门，周末不休息，读者可以办理借书证。",
    "淇河实验室建有四大研发中心，承担国家课题。",
    "花旗预计2023年欧洲公司每股收益收缩5%，2024年持平。",
    "全市招商引资工作会议召开，市长主持会议。",
    *(f"第{n}街道的项目今年开工，面积{n}亩，人数{n}人，后来又主持投产。" for n in range(20, 60)),
]
GENGDE = Turn("耕德电子二期项目总投资多少?", "13.5亿元")


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> Vocabulary:
    folder: Path = tmp_path_factory.mktemp("index") / "words"
    writer = LexicalWriter(folder)
    writer.add(words_run(PASSAGES, SHIPPED.cutter))
    writer.finish()
    words = LexicalIndex(folder)
    return Vocabulary(words.rarity, partial(best_of, words), words.scores, lambda rows: rows)


@pytest.fixture
def ask(known):
    def asked(question: str, *history: Turn) -> Question:
        return read(question, history, known)

    return asked


@pytest.mark.parametrize(
    "question",
    [
        "图书馆几点开门，周末开吗？",
        "淇河实验室有几个研发中心?",
        "谁主持了全市招商引资工作会议",
        "火星北极的足球场有几个观众席?",
        "换个话题，谁主持的",
        "另外，面积多大？",
    ],
)
def test_another_subject_borrows_nothing(ask, question):
    after = ask(question, GENGDE)
    assert after == ask(question)
    assert after.text == question and not after.lent


@pytest.mark.parametrize(
    "question",
    [
        "它的面积多大呢?",
        "那谁主持的?",
        "多少人?",
        "该项目什么时候投产",
        "这家公司用工多少",
        "还有呢",
        "为什么",
        "具体呢",
    ],
)
def test_a_question_that_points_back_borrows_the_topic_visibly(ask, question):
    asked = ask(question, GENGDE)
    assert asked.text.endswith(question) and asked.text.startswith("耕德电子")
    assert asked.matter["耕德"] == ANCHOR and "耕德" in asked.lent


def test_what_is_printed_beside_the_topic_is_asked_about_the_topic(ask):
    assert "耕德" in ask("主要生产什么手机配件", GENGDE).text
    assert "耕德" not in ask("怎么办理借书证", GENGDE).text


def test_the_old_aspect_counts_less_than_the_topic(ask):
    weights = ask("它的面积多大呢?", GENGDE).matter
    assert weights["投资"] < weights["耕德"] < weights["面积"] == 1


def test_only_its_own_words_say_which_fact_is_asked_for(ask):
    assert "投资" not in ask("面积多大?", GENGDE).aspect


def test_a_new_case_is_asked_what_was_asked_of_the_old_one(ask):
    asked = ask("那2024年呢？", Turn("花旗觉得2023年欧洲公司每股收益多少", "收缩5%"))
    assert asked.kind == "number" and "收益" in asked.aspect
    assert "2023年" not in asked.matter and asked.matter["2024年"] == 1


def test_the_subject_is_carried_over_several_turns(ask):
    history = [Turn("图书馆几点开门？"), GENGDE, Turn("谁主持的?"), Turn("面积多大?")]
    asked = ask("用工多少人?", *history)
    assert "耕德" in asked.matter and "图书馆" not in asked.text


def test_a_new_subject_ends_the_old_one(ask):
    assert "耕德" not in ask("那周末呢?", GENGDE, Turn("另外，图书馆几点开门？")).text


def test_an_ordinal_points_into_the_list_of_the_last_answer(ask):
    listed = Turn("耕德电子的客户有谁?", "主要客户有海康威视、大华股份、中兴通讯等。")
    second, last, ninth = ask("第二个呢", listed), ask("最后一个呢", listed), ask("第九个呢", listed)
    assert "大华股份" in second.text and "海康" not in second.text and ITEM in second.matter.values()
    assert "中兴通讯" in last.text
    assert "耕德" in ninth.text and "大华" not in ninth.text


@pytest.mark.parametrize("question", ["不对，我问的是面积", "不是投资，是面积", "我是说面积"])
def test_a_correction_asks_the_same_of_something_else(ask, question):
    asked = ask(question, GENGDE)
    assert asked.matter["面积"] == 1 and "耕德" in asked.text
    assert asked.kind == "number" and "不对" not in asked.matter


def test_what_a_correction_denies_is_not_borrowed(ask):
    asked = ask("不是耕德，是凯旺", Turn("耕德占地多少亩?"))
    assert "耕德" not in asked.matter and asked.matter["凯旺"] == 1


def test_rare_words_of_the_last_answer_steer_but_are_not_shown(ask):
    asked = ask("面积多大?", Turn("耕德电子总投资多少?", "总投资13.5亿元，生产手机配件。"))
    assert 0 < asked.words["配件"] < ANCHOR and "配件" not in asked.text


def test_without_history_a_short_question_is_searched_as_typed(ask):
    assert ask("多少人?").text == "多少人?"


def test_synonyms_are_looked_up_at_less_weight_than_the_words_as_typed(ask):
    words = ask("大热天去哪儿凉快").words
    assert words["凉快"] == 1.0
    assert any(0 < weight < 1 for word, weight in words.items() if word not in "大热天去哪儿凉快")


def test_the_same_question_is_always_read_the_same(ask):
    assert ask("那面积呢?", GENGDE) == ask("那面积呢?", GENGDE)


LISTED = Turn("主要客户有哪些?", "主要客户有海康威视、大华股份、中兴通讯等国内外知名企业。")


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("第二个呢?", "大华股份"),
        ("最后一个是做什么的?", "中兴通讯"),
        ("前者在哪里?", "海康威视"),
        ("后者呢", "中兴通讯"),
    ],
)
def test_an_ordinal_means_the_item_of_the_list_that_was_answered(known, question, item):
    assert item in read(question, [LISTED], known).text


def test_an_ordinal_means_the_last_list_though_something_was_answered_since(known):
    later = Turn("第一个是做什么的?", "做安防设备。")
    assert "中兴通讯" in read("第三个呢?", [LISTED, later], known).text


def test_the_second_edition_is_no_item_of_a_list(known):
    assert "大华股份" not in read("第二届大会什么时候开?", [LISTED], known).text
