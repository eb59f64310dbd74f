"""Words that other systems' users could not find, each asked of articles that differ in that word alone."""

from __future__ import annotations

import json

import pytest

from retriever.rebuild import HowToRead, rebuild
from retriever.search import Searcher

# what is asked → the article that prints it, and what its likes print instead
CASES = {
    "三码": ("全市推行三码合一，市民凭码乘车。", ["全市推行两证合一，市民凭证乘车。", "条码和号码要核对三遍。"]),
    "珠海涵崧": ("珠海涵崧科技有限公司中标。", ["珠海涵宇科技有限公司中标。", "中山崧高科技有限公司中标。"]),
    "传感器-温度-TH01": (
        "更换传感器-温度-TH01共十只。",
        ["更换传感器-湿度-TH01共十只。", "更换传感器-温度-TH02共十只。", "温度传感器检修完毕。"],
    ),
    "PPR-9087": ("管件型号为PPR-9087。", ["管件型号为PPR-9078。", "管件型号为PVC-9087。"]),
    "李建光": (
        "获奖者有王建国、李建华、李建光、张光建、赵李光。",
        ["获奖者有李建国、张建光、李光建。", "李建议光明街改道。"],
    ),
    "24口": ("机房新装24口交换机。", ["机房新装48口交换机。", "全村24户人家，户户通水。", "24日，渡口恢复通航。"]),
    "7号电池": ("回收7号电池二百节。", ["回收5号电池二百节。", "7号楼的电梯修好了。"]),
    "安全": ("安全生产月活动启动。", ["生产竞赛活动启动。", "保安全体到岗。"]),
    "桥": ("新修的桥通车了。", ["新修的路通车了。", "新修的隧道通车了。"]),
    "粮": ("今年粮丰价稳。", ["今年棉丰价稳。", "今年菜丰价稳。"]),
    "iPhone": ("商场里iPhone卖得最好。", ["商场里平板卖得最好。", "商场里电话卖得最好。"]),
    "wifi": ("公园里免费WiFi全覆盖。", ["公园里免费饮水全覆盖。", "公园里路灯全覆盖。"]),
    "zhejiang": ("浙江客商前来考察。", ["江西客商前来考察。", "浙商大会闭幕。"]),
    "weishuyao": ("全国劳模韦淑瑶回乡。", ["全国劳模魏书明回乡。", "全国劳模韦淑兰回乡。"]),
    "二〇二三年目标": ("2023年目标全部完成。", ["2022年目标全部完成。", "二三十项目标全部完成。"]),
    "投资十三点五亿": ("投资13.5亿元。", ["投资13亿元。", "投资15.3亿元。"]),
    "占比三成": ("占比30%以上。", ["占比50%以上。", "占比13%以上。"]),
    "八月二日的会": ("8月2日的会改期。", ["2月8日的会改期。", "8月12日的会改期。"]),
    "第十二届庙会": ("第12届庙会开幕。", ["第11届庙会开幕。", "第二届庙会开幕。"]),
    "奖金1234元": ("奖金共1,234元。", ["奖金共1,243元。", "奖金共234元。"]),
    "期末考试": ("期未考试改在下周。", ["期中考试改在下周。", "末班车改在下周。"]),  # as a recogniser read it
    "圖書館開放": ("图书馆开放到九点。", ["体育馆开放到九点。", "图书室整理到九点。"]),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keywords")
    lines = [
        {"id": f"{asked}/{number}", "text": text}
        for asked, (right, others) in CASES.items()
        for number, text in enumerate([*others, right], start=-len(others))  # the right one is number 0, and comes last
    ]
    pages = folder / "articles.jsonl"
    pages.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    rebuild([pages], folder / "index")
    return folder / "index"


@pytest.fixture(scope="module", params=["hybrid", "lexical"])
def searcher(root, request):
    opened = Searcher.open(root, mode=request.param)
    yield opened
    opened.close()


@pytest.mark.parametrize("asked", CASES)
def test_what_is_printed_is_found_first(searcher, asked):
    hits = searcher.ask(asked).hits
    assert hits[0].article.id == f"{asked}/0", [hit.passage.text for hit in hits[:3]]


@pytest.mark.parametrize(
    ("asked", "marked"),
    [("投资十三点五亿", "13.5亿"), ("占比三成", "30%"), ("奖金1234元", "1,234"), ("期末考试", "期未")],
)
def test_what_is_printed_otherwise_is_marked_as_it_is_printed(searcher, asked, marked):
    hit = searcher.ask(asked).hits[0]
    assert any(marked in hit.passage.text[start:end] for start, end in hit.highlights)
    assert searcher.ask(asked).missing_terms == ()


def test_a_users_word_is_kept_whole_in_passages_and_questions(tmp_path):
    (tmp_path / "own.txt").write_text("涵崧\n", encoding="utf-8")
    (tmp_path / "same.txt").write_text("袜子厂 => 天美袜业\n", encoding="utf-8")
    articles = tmp_path / "a.jsonl"
    texts = ["珠海涵崧科技中标。", "涵江的崧厦伞业参展。", "天美袜业年产三亿双。", "天津美发业协会成立。"]
    lines = [json.dumps({"id": str(number), "text": text}, ensure_ascii=False) for number, text in enumerate(texts)]
    articles.write_text("\n".join(lines), encoding="utf-8")
    how = HowToRead(user_dictionary=tmp_path / "own.txt", synonyms=tmp_path / "same.txt")
    rebuild([articles], tmp_path / "index", how=how)
    (tmp_path / "own.txt").unlink()  # the generation has its own copy
    searcher = Searcher.open(tmp_path / "index", mode="lexical")
    assert searcher.ask("涵崧").hits[0].article.id == "0" and searcher.ask("涵崧").hits[0].why.terms == ("涵崧",)
    assert searcher.ask("袜子厂").hits[0].article.id == "2"
    searcher.close()


@pytest.mark.parametrize("asked", ["8月有什么会？", "八月有什么会？", "二月八日的会"])
def test_a_month_is_not_called_missing_where_a_day_of_it_is_printed(searcher, asked):
    assert searcher.ask(asked).missing_terms == ()


def test_a_month_that_no_article_prints_is_called_missing(searcher):
    assert searcher.ask("11月有什么会？").missing_terms == ("11月",)
