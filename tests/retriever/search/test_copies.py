from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import an_article, an_index, chinese_text

from retriever.domain import Passage
from retriever.search import Searcher
from retriever.search.copies import Once

RAIN = "今年入汛以来全国平均降水量为320毫米，较常年同期偏多一成。专家表示，七月下旬至八月上旬是防汛关键期，各地要落实责任，加强巡查。"
TEAMS = "水利部门已经派出12个工作组赴一线指导，调拨抢险物资价值八千万元。各地水库严格控制水位，确保下游群众安全。"
BOTH = RAIN + TEAMS


def a_passage(article: str, text: str) -> Passage:
    return Passage(article, 0, len(text), 1, text)


def shown(*told: tuple[str, str], most: int = 10) -> list[tuple[str, list[str]]]:
    """Article of each shown passage and where else; all are of one story."""
    once = Once(most)
    for article, text in told:
        once.keeps(a_passage(article, text), 1)
    return [(kept.article_id, kept.also_in) for kept in once.kept]


@pytest.mark.parametrize(
    "again",
    [RAIN, RAIN.replace("，", ", "), RAIN.replace("专家", "专冢"), "新华社讯 " + RAIN, RAIN.split("。")[0] + "。"],
)
def test_a_copy_that_tells_nothing_new_is_folded_into_what_is_shown(again):
    assert shown(("a", BOTH), ("b", again)) == [("a", ["b"])]


def test_a_copy_cut_elsewhere_is_folded_when_all_of_it_is_shown():
    assert shown(("a", RAIN), ("a", TEAMS), ("b", BOTH)) == [("a", ["b"]), ("a", [])]


@pytest.mark.parametrize(
    "other", [TEAMS, RAIN + "本市已提前转移低洼地带群众三百余人。", RAIN.replace("320", "350"), BOTH]
)
def test_what_a_copy_tells_beyond_or_otherwise_is_shown_for_itself(other):
    assert shown(("a", RAIN), ("b", other)) == [("a", []), ("b", [])]


def test_passages_of_one_article_never_hide_each_other_unless_equal():
    assert shown(("a", BOTH), ("a", RAIN)) == [("a", []), ("a", [])]


def test_copies_of_what_is_shown_are_named_when_no_more_are_shown():
    assert shown(("a", RAIN), ("x", TEAMS), ("b", RAIN), most=1) == [("a", ["b"])]


@given(st.lists(st.tuples(st.sampled_from("abc"), chinese_text(min_size=1, max_size=30)), max_size=8))
def test_every_text_is_shown_or_its_article_is_named(told):
    kept = shown(*told)
    named = {article for article, also_in in kept for article in (article, *also_in)}
    assert named == {article for article, _ in told}
    assert all(article not in also_in for article, also_in in kept)


def test_one_report_in_three_papers_is_one_hit_and_what_one_adds_is_found(tmp_path):
    articles = [
        an_article(BOTH, id="wire", source="甲日报"),
        an_article(BOTH.replace("专家", "专冢"), id="reread", source="乙日报"),
        an_article(BOTH + "\n" + "本市城管部门昨夜出动车辆，转移低洼地带住户。" * 9, id="local", source="丙晚报"),
        an_article("图书馆八点半开门，晚上九点关门，周一闭馆一天。", id="library"),
    ]
    searcher = Searcher.open(an_index(tmp_path / "index", articles))
    first = searcher.ask("入汛以来全国平均降水量是多少").hits[0]
    assert {first.article.id, *first.also_in} >= {"wire", "reread"}
    assert "local" in {hit.article.id for hit in searcher.ask("哪里的住户被转移了").hits}
    assert "reread" in [info.id for info in searcher.copies("wire")]
    searcher.close()
