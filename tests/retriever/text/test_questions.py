from __future__ import annotations

import pytest

from retriever.text.questions import kind_of


@pytest.mark.parametrize(
    ("kind", "questions"),
    [
        ("number", ["多少钱", "有多大", "几个人去了", "占比多高", "第几名", "花了几块钱"]),
        ("when", ["啥时候开门", "几点关门", "几号开的会", "啥日子办的", "多会儿完工"]),
        ("where", ["在哪儿办的", "哪里人", "到哪去了", "啥地方产的", "在哪边"]),
        ("who", ["谁来主持", "是哪位", "啥人发现的"]),
        ("why", ["为啥停工", "咋会塌了", "凭啥罚款", "图啥", "啥原因"]),
        ("how", ["咋办理", "怎么治沙", "如何报名"]),
        ("list", ["有哪些企业", "哪几个县", "都有谁参加"]),
        ("author", ["这篇是谁写的", "记者叫啥"]),
        ("what", ["叫啥名", "主要做什么"]),
    ],
)
def test_everyday_forms_ask_for_the_same_as_written_ones(kind, questions):
    assert {question: kind_of(question) for question in questions} == dict.fromkeys(questions, kind)
