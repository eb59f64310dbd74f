from __future__ import annotations

import pytest

from retriever.domain import Turn
from retriever.search.question import BORROWED_WEIGHT, borrowed, read, stands_alone, topic


def rarity(word: str) -> float:
    """Of a collection in which these are everyday words and the others are rare."""
    return 1.5 if word in {"项目", "面积", "主持", "投产", "几点", "开门", "人", "今年", "后来", "引进"} else 5.0


@pytest.mark.parametrize(
    "question",
    [
        "图书馆几点开门，周末开吗？",
        "耕德电子二期项目总投资多少?",
        "西华县今年签约了多少个亿元以上项目",
        "谁主持了全市招商引资工作会议",
    ],
)
def test_a_whole_question_borrows_nothing(question):
    history = [Turn("淇河实验室有几个研发中心？", "四大研发中心。")]
    assert stands_alone(question, rarity)
    assert read(question, history, rarity).text == question


@pytest.mark.parametrize("question", ["它的面积多大呢?", "那谁主持的?", "还有呢", "多少人?", "该项目什么时候投产"])
def test_a_question_that_points_back_borrows_the_topic_visibly(question):
    asked = read(question, [Turn("耕德电子二期项目总投资多少?", "13.5亿元")], rarity)
    assert asked.text == f"耕德电子二期项目总投资 {question}"
    assert asked.matter["耕德"] == BORROWED_WEIGHT


def test_the_topic_comes_from_the_last_question_that_stood_alone():
    history = [Turn("卫辉市十月物资交流大会有多少个传统技艺项目?"), Turn("鸿宇化机占地多少亩?"), Turn("它几年停产的?")]
    assert "鸿宇" in read("后来引进几个?", history, rarity).text


def test_without_history_a_short_question_is_searched_as_typed():
    assert read("多少人?", (), rarity).text == "多少人?"


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("河南凯旺电子有多少项发明专利?", "河南凯旺电子"),
        ("谁主持了全市招商引资工作会议?", ""),
        ("常德卤味作坊起火，去了多少消防员？", "常德卤味作坊起火，去"),
    ],
)
def test_a_topic_is_the_question_without_its_asking_part(question, about):
    assert topic(question) == about or (not about and topic(question) in question)


def test_synonyms_are_looked_up_at_less_weight_than_the_words_as_typed():
    words = read("大热天去哪儿凉快", (), rarity).words
    assert words["凉快"] == 1.0
    assert any(0 < weight < 1 for word, weight in words.items() if word not in "大热天去哪儿凉快")


def test_the_same_question_is_always_read_the_same():
    history = [Turn("耕德电子二期项目总投资多少?", "13.5亿元")]
    assert read("那面积呢?", history, rarity) == read("那面积呢?", history, rarity)


@pytest.mark.parametrize("question", ["换个话题，谁主持的", "另外，面积多大？", "火星北极的足球场有几个观众席?"])
def test_a_change_of_subject_borrows_nothing(question):
    assert borrowed(question, [Turn("耕德电子二期项目总投资多少?", "13.5亿元")], rarity) == ""
