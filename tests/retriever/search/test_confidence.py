"""When the service answers, and how sure it says it is."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import an_article, an_index

from embeddings.encoder import DEFAULT_ENCODER
from retriever.search import Searcher
from retriever.search.aspect import value_form
from retriever.search.confidence import FEATURES, LearntJudge, Verdict, judge_for
from retriever.search.grounds import OF_ITS_ENCODER, Grounds
from retriever.text.questions import kind_of

JUDGES = (DEFAULT_ENCODER, "some/other-encoder")
NONE = Grounds(**dict.fromkeys(FEATURES, 0.0))
FOR = ("words", "words_passage", "aspect", "subject_article", "shows_beside", "stated", "lead", "nearest")
AGAINST = (
    "missing", "rarest_missing", "number_nowhere", "aspect_nowhere",
    "name_nowhere", "name_unlike", "name_missing", "nowhere", "figure_missing", "no_new_name",
)  # fmt: skip


def some_grounds() -> st.SearchStrategy[Grounds]:
    part = st.floats(0, 1)
    return st.builds(Grounds, *[part] * len(fields(Grounds)))


@given(some_grounds())
def test_confidence_is_a_chance(grounds: Grounds) -> None:
    for encoder in JUDGES:
        assert 0 <= judge_for(encoder)(grounds).confidence <= 1


@pytest.mark.parametrize("encoder", JUDGES)
@given(some_grounds())
def test_more_of_the_question_found_never_counts_against_an_answer(encoder: str, grounds: Grounds) -> None:
    judge = judge_for(encoder)
    before = judge.answerable(grounds)
    assert all(judge.answerable(replace(grounds, **{name: 1.0})) >= before for name in FOR)
    assert all(judge.answerable(replace(grounds, **{name: 1.0})) <= before for name in AGAINST)


def test_what_means_something_for_one_encoder_counts_for_no_other() -> None:
    shipped, other = (judge_for(encoder) for encoder in JUDGES)
    assert other(replace(NONE, **dict.fromkeys(OF_ITS_ENCODER, 1.0))) == other(NONE)
    near = replace(NONE, meaning=1.0, nearest=1.0)
    assert shipped.answerable(near) > shipped.answerable(NONE)


def test_the_weights_say_what_they_were_learnt_from() -> None:
    text = resources.files("retriever.search").joinpath("confidence.json").read_text(encoding="utf-8")
    about = json.loads(text)["about"]
    assert {"made by", "date", "learnt from", "figures of unseen folds"} <= set(about)


def test_weights_of_an_unknown_ground_are_refused() -> None:
    part = {"bias": 0, "weights": {"luck": 1}}
    with pytest.raises(KeyError, match="luck"):
        LearntJudge.of({"answerable": part, "right": part, "at_least": 0.5, "most_unlike": 1.0})


@pytest.mark.parametrize(
    ("question", "states", "does_not"),
    [
        ("这个项目总投资多少?", "总投资13.5亿元", "占地254.8亩"),
        ("他今年多大年纪?", "今年58岁的老王", "在厂里干了30年"),
        ("一共开了多少家店?", "已开出120家门店", "投资两亿元"),
        ("占地面积是多少?", "占地254.8亩", "总投资13.5亿元"),
        ("联系电话是多少", "电话0373-3696001", "共有320人"),
        ("失业率是多少", "失业率为5.2%", "就业人数320万人"),
        ("什么时候投产?", "将于2024年6月投产", "一期项目投产"),
        ("要建多少年?", "工期三年半", "2023年8月18日开工"),
        ("工程要多久?", "历时45天", "18日上午开工"),
        ("这家厂的厂长是谁?", "厂长王建国介绍", "这家厂的厂长没有到场"),
        ("摔倒的女子叫什么名字?", "女子李某摔倒", "女子在路口摔倒"),
    ],
)
def test_a_value_of_the_form_that_is_asked_for_is_known(question: str, states: str, does_not: str) -> None:
    form = value_form(question, kind_of(question))
    assert form is not None
    assert form.search(states)
    assert not form.search(does_not)


ARTICLES = [
    an_article(
        "夏日炎炎，市图书馆成了市民纳凉的好去处。图书馆每天早上八点半开门，晚上九点闭馆，周一闭馆一天。馆长李文说，暑期读者比平时多三成。",
        id="library",
        title="图书馆里觅清凉",
    ),
    an_article("两国元首举行会谈。会谈后，双方签署联合声明。当晚举行了欢迎宴会。", id="foreign", title="元首会谈"),
    an_article(
        "东风袜业去年入驻城南产业园。该公司生产二十种袜子，带动三十人就业。", id="factory", title="小袜子织出好日子"
    ),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory):
    opened = Searcher.open(an_index(tmp_path_factory.mktemp("sure") / "index", ARTICLES))
    yield opened
    opened.close()


def test_a_fact_that_was_never_printed_is_not_made_up(searcher: Searcher) -> None:
    answer = searcher.ask("图书馆的占地面积是多少？")
    assert answer.answer is None
    assert answer.hits[0].article.id == "library"


def test_the_name_of_somebody_else_is_no_answer(searcher: Searcher) -> None:
    assert searcher.ask("东风袜业的董事长是谁？").answer is None


@pytest.mark.parametrize("question", ["特斯拉生产多少种袜子？", "周杰伦的图书馆几点闭馆？", "武汉的图书馆几点开门？"])
def test_somebody_elses_fact_is_no_answer(searcher: Searcher, question: str) -> None:
    assert searcher.ask(question).answer is None


def test_a_fact_that_was_printed_is_quoted(searcher: Searcher) -> None:
    answer = searcher.ask("东风袜业生产多少种袜子？").answer
    assert answer is not None
    assert "二十种袜子" in answer.text


def test_a_greeting_gets_no_passages_and_misses_no_words(searcher: Searcher) -> None:
    answer = searcher.ask("你好，你是谁？")
    assert (answer.status, answer.hits, answer.missing_terms) == ("no_answer", (), ())


def test_whoever_holds_the_index_may_judge_otherwise(searcher: Searcher) -> None:
    assert searcher.judged_by(lambda grounds: Verdict(False, 0.0)).ask("东风袜业生产多少种袜子").answer is None
    said = searcher.judged_by(lambda grounds: Verdict(True, 0.25)).ask("图书馆的占地面积是多少？").answer
    assert said is not None
    assert said.confidence == 0.25
