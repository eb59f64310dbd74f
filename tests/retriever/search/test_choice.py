from __future__ import annotations

import json
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import chinese_text

from retriever.domain import ArticleInfo, Passage
from retriever.search.choice import FEATURES, LONGEST_ANSWER, MOST_SENTENCES, WEIGHTS_FILE, chances, choose
from retriever.search.evidence import LONGEST, Found, candidates
from retriever.search.forms import answer_form
from retriever.text.questions import kind_of

FAR_BELOW = -20.0  # a score that makes a sentence no answer at all


def found(*texts: str) -> list[Found]:
    """Each text as the one passage of its own article, the nearest first."""
    return [Found(Passage(str(n), 0, len(text), 1, text), ArticleInfo(str(n), ""), 1.0) for n, text in enumerate(texts)]


def quoted(passages: list[Found], *liked: str) -> list[str]:
    """What is quoted where the sentences with these words score best, in this order."""
    sentences = candidates(passages)
    scores = [
        next((-float(rank) / 10 for rank, word in enumerate(liked) if word in one.text), FAR_BELOW) for one in sentences
    ]
    chosen = choose(sentences, [str(one.place) for one in sentences], scores)
    return [sentences[n].text for n in chosen]


def test_a_sure_answer_is_one_sentence():
    assert quoted(found("甲厂投产。乙厂投资三亿元。丙厂停工。"), "三亿") == ["乙厂投资三亿元。"]


def test_a_sentence_that_points_back_brings_the_one_that_names_its_subject():
    passages = found("耕德电子二期昨日开工。该项目总投资13.5亿元。来宾很多。")
    assert quoted(passages, "13.5") == ["耕德电子二期昨日开工。", "该项目总投资13.5亿元。"]


def test_two_sentences_that_may_both_answer_are_both_quoted_in_the_order_of_the_text():
    assert quoted(found("甲厂有三人。乙厂有四人。丙厂停工。"), "四人", "三人") == ["甲厂有三人。", "乙厂有四人。"]


def test_a_list_goes_on_over_its_items():
    passages = found("会议提出要求。一是加强领导。二是落实责任。三是严格督查。大会结束。")
    assert quoted(passages, "一是") == ["一是加强领导。", "二是落实责任。", "三是严格督查。"]


def test_what_two_papers_print_alike_is_quoted_once():
    assert quoted(found("甲厂有三人。", "甲厂有三人。"), "三人") == ["甲厂有三人。"]


@settings(deadline=None)
@given(st.lists(chinese_text(min_size=1), min_size=1, max_size=5), st.data())
def test_an_answer_is_one_to_three_short_sentences_that_do_not_overlap(texts, data):
    sentences = candidates(found(*texts))
    if not sentences:
        return
    scores = data.draw(st.lists(st.floats(-5, 5), min_size=len(sentences), max_size=len(sentences)))
    chosen = [sentences[n] for n in choose(sentences, [str(one.place) for one in sentences], scores)]
    assert 1 <= len(chosen) <= MOST_SENTENCES
    assert sum(len(one.text) for one in chosen) <= LONGEST_ANSWER
    for first, second in pairwise(chosen):
        assert first.place < second.place or first.end <= second.start


@settings(deadline=None)
@given(chinese_text(min_size=1))
def test_every_candidate_is_what_its_article_prints(text):
    for one in candidates(found(text)):
        assert text[one.start : one.end] == one.text and len(one.text) <= LONGEST


def test_a_sentence_too_long_to_quote_is_quoted_by_its_clauses():
    clauses = "，".join(f"第{n}家企业在城南产业园建成投产" for n in range(20))
    assert [one for one in candidates(found(f"{clauses}。")) if "第11家" in one.text]


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=40))
def test_chances_are_shared_out_and_the_best_score_has_the_most(scores):
    shared = chances(scores)
    assert sum(shared) == pytest.approx(1) and shared[scores.index(max(scores))] == max(shared)


@pytest.mark.parametrize(
    ("question", "answers", "does_not"),
    [
        ("总投资多少钱？", "总投资13.5亿元", "总投资可观"),
        ("占多大面积？", "占地200亩", "共有200人"),
        ("啥时候开的会？", "8月2日召开", "会议召开"),
        ("为啥停工？", "由于缺料", "工厂停工"),
        ("有哪些客户？", "客户有甲厂、乙厂和丙厂", "客户有甲厂"),
    ],
)
def test_each_kind_of_question_knows_the_form_of_its_answer(question, answers, does_not):
    form = answer_form(kind_of(question), question)
    assert form.search(answers) and not form.search(does_not)


def test_the_shipped_weights_are_of_features_that_exist():
    learnt = json.loads(resources.files("retriever.search").joinpath(WEIGHTS_FILE).read_text(encoding="utf-8"))
    assert set(learnt["weights"]) <= set(FEATURES)
    assert {"made by", "date", "learnt from", "figures of unseen folds"} <= set(learnt["about"])
