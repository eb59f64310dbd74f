"""What was a fact is a near miss once the sentence that states it is cut out, or once it is asked of somebody else."""

from __future__ import annotations

import json
import random
from pathlib import Path

from retriever.tuning.apart import kept
from retriever.tuning.posing import Asked, cut_out, renamed, without
from retriever.tuning.questions import DIALOGUES, QUESTIONS, UNANSWERABLE, set_apart

STATES = "新馆总投资3.2亿元，其中省里补助八千万元，其余由县财政分三年拨付。"
TEXT = "图书馆八月二日开馆，读者凭身份证入馆。" * 4 + STATES + "馆长李文出席了仪式。" * 4


def a_question(answer: str) -> Asked:
    return Asked("question", "natural", "总投资多少", "a", (answer,), STATES)


def test_the_sentence_that_answers_is_gone_and_the_others_stay() -> None:
    assert without(TEXT, STATES) == TEXT.replace(STATES, "")


def test_a_cut_article_is_asked_for_what_it_no_longer_says() -> None:
    (left,), (put,) = cut_out([{"id": "a", "text": TEXT}], [a_question("3.2亿元")])
    assert "3.2亿" not in left["text"]
    assert (put.sort, put.answers) == ("cut", ())


def test_an_article_that_answers_elsewhere_too_stays_whole() -> None:
    again = TEXT + "记者算了一笔账，一座馆要花3.2亿元。"
    left, put = cut_out([{"id": "a", "text": again}], [a_question("3.2亿元")])
    assert ([row["text"] for row in left], put) == ([again], [])


def test_a_place_is_exchanged_for_another_place_that_the_article_does_not_print() -> None:
    articles = [{"id": "a", "text": "上海的工厂年产百万辆。"}, {"id": "b", "text": "沈阳下雪了。"}]
    question = Asked("question", "natural", "上海的工厂年产多少辆", "a", ("百万辆",))
    for seed in range(20):
        (put,) = renamed(articles, [question], ["上海", "沈阳", "武汉", "周杰伦"], random.Random(seed))
        assert (put.sort, put.answers) == ("renamed", ())
        assert (put.group, put.text) in {("strange", "武汉的工厂年产多少辆"), ("printed", "沈阳的工厂年产多少辆")}


def test_a_question_that_names_nothing_has_nothing_to_exchange() -> None:
    assert list(renamed([{"id": "a", "text": TEXT}], [a_question("3.2亿元")], ["上海"], random.Random(0))) == []


def a_data_folder(folder: Path) -> Path:
    def write(name: str, rows: list[dict[str, object]]) -> None:
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    write(QUESTIONS, [{"article_id": f"a{n}", "question": "问"} for n in range(40)])
    write(DIALOGUES, [{"turns": [{"article_id": f"a{n}"}, {"article_id": f"b{n}"}]} for n in range(40)])
    write(UNANSWERABLE, [{"article_id": "a7", "question": "问"}, {"article_id": None, "question": "天气"}])
    return folder


def test_about_half_is_set_apart_with_every_near_miss_and_whole_conversations(tmp_path: Path) -> None:
    data = a_data_folder(tmp_path)
    apart = set_apart(data)
    assert "a7" in apart
    assert 10 < sum(f"a{n}" in apart for n in range(40)) < 38
    assert all((f"a{n}" in apart) == (f"b{n}" in apart) for n in range(40))
    learnt = {row["article_id"] for row in kept(data, QUESTIONS)}
    assert learnt and learnt.isdisjoint(apart)
