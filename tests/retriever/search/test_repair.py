"""What is typed wrong is mended; what is typed right never is."""

from __future__ import annotations

import pytest
from support import an_article, an_index

from retriever.domain import Turn
from retriever.search import Searcher
from retriever.search.repair import repaired

ARTICLES = {
    "genging": "耕德电子二期项目总投资13.5亿元，占地254.8亩。耕德电子主要生产手机外壳。",
    "signing": "签约仪式在人民会堂举行，双方签约项目十七个。",
    "speech": "市人大常委会副秘书长徐公轩在会上发言。徐公轩说，要抓好落实。",
    "names": "参加座谈的有王淑芬、李建光、赵德海。",
    "place": "浙江省杭州市的代表团来考察。项目负责人介绍了情况。",
    "robots": "人工智能产业园开工，人工智能企业入驻。",
    "bank": "财政拨款三百万元，拨款已到位。",
    "wechat": "居民用微信报名，市民满意度很高。",
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    articles = [an_article(text, id=name, file=f"{name}.txt") for name, text in ARTICLES.items()]
    opened = Searcher.open(an_index(tmp_path_factory.mktemp("repair") / "index", articles))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("耕得电子二期投了多少钱", "耕德电子二期投了多少钱"),
        ("签月仪式在哪举行", "签约仪式在哪举行"),
        ("签月", "签约"),
        ("徐公宣是啥职务", "徐公轩是啥职务"),
        ("人工只能产业园", "人工智能产业园"),
        ("财政拔款多少", "财政拨款多少"),
        ("zhejiang", "浙江"),
        ("lijianguang", "李建光"),
        ("那个xiangmu的负责人是谁", "那个项目的负责人是谁"),
        ("市民man意度高吗", "市民满意度高吗"),
        ("Ｘ耕得電子", "Ｘ耕德電子"),
    ],
)
def test_a_slip_is_mended_from_what_the_articles_print(searcher, typed, meant):
    assert repaired(searcher._snapshot, typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "耕德电子二期投了多少钱",
        "埃菲尔铁塔有多高",
        "红烧肉怎么做才不腻",
        "微信里能报名吗",  # 威信 sounds the same
        "李建国是谁",  # another person
        "三号项目",
        "iPhone多少钱",
        "wifi密码",
        "JD的代表团",
        "select name from project",
        "签了约",
        "",
        "？",
    ],
)
def test_what_is_typed_right_or_about_something_else_is_left_alone(searcher, typed):
    assert repaired(searcher._snapshot, typed) == typed


def test_two_wrong_characters_in_a_short_word_are_not_guessed_at(searcher):
    assert repaired(searcher._snapshot, "千月") == "千月"


def test_a_mended_question_finds_its_article_and_says_how_it_was_read(searcher):
    answer = searcher.ask("耕得电子二期总投资多少")
    assert answer.question == "耕得电子二期总投资多少"
    assert answer.effective_question == "耕德电子二期总投资多少"
    assert answer.hits[0].article.id == "genging" and "13.5亿" in answer.answer.text
    assert searcher.search("耕得电子").hits[0].article.id == "genging"


def test_what_a_follow_up_borrows_is_mended_too(searcher):
    answer = searcher.ask("它占地多少亩？", history=[Turn("耕得电子二期总投资多少")])
    assert "耕德电子" in answer.effective_question and answer.hits[0].article.id == "genging"
