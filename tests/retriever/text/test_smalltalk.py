"""What is said to the service is told from what is asked of the papers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retriever.text.smalltalk import is_small_talk

GOLD = Path(__file__).parents[2] / "quality"


@pytest.mark.parametrize(
    "said",
    [
        "你好", "您好！", "hello", "Hi~", "早上好", "在吗?", "你好呀，在吗", "谢谢", "非常感谢你", "好的，谢谢", "再见", "拜拜",
        "你是谁", "你叫什么名字？", "你是机器人吗", "你是真人还是机器人？", "你是谁开发的", "你能做什么", "你好，请问你会干什么",
        "介绍一下你自己", "讲个笑话", "给我讲个故事吧", "陪我聊聊天", "你真棒",
    ],
)  # fmt: skip
def test_greetings_and_questions_about_the_service_are_small_talk(said: str) -> None:
    assert is_small_talk(said)


@pytest.mark.parametrize(
    "asked",
    [
        "你好李焕英票房多少", "谁写的", "这是谁", "怎么用", "能做什么", "机器人大会在哪里开", "感谢信是写给谁的", "早上几点开门",
        "再见爱人讲的什么", "讲故事比赛谁拿了第一名", "故事", "谢谢他的人是谁", "", "？？",
    ],
)  # fmt: skip
def test_what_an_article_could_answer_is_not(asked: str) -> None:
    assert not is_small_talk(asked)


def test_no_hand_made_question_is_taken_for_small_talk() -> None:
    asked = [json.loads(line)["question"] for line in (GOLD / "questions.dev.jsonl").read_text("utf-8").splitlines()]
    for line in (GOLD / "dialogues.dev.jsonl").read_text("utf-8").splitlines():
        asked += [turn["question"] for turn in json.loads(line)["turns"]]
    assert [question for question in asked if is_small_talk(question)] == []
