from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retriever.domain import Article, Page
from retriever.newspaper import articles
from retriever.newspaper.cleaning import as_title, clean
from tests.retriever.newspaper.layouts import HELD_OUT, TUNED
from tests.retriever.newspaper.test_layouts import made_page

# Everyday characters, both widths, quotes, Extension B, emoji with joiners, zero-width and control characters, all line ends.
CHARACTERS = (
    "的一是本报讯（）()记者王艳□，。；：！？“”《》…,.;:?!abcXYZ0129%①②版电月日"
    " \u3000\t\n\r𠀀𪚥👩\u200d👧🏽\u200b\ufeff\x00\x0c\u2028é"
)
HAN_GAP = re.compile(r"[㐀-鿿] +[㐀-鿿]")

pages = st.one_of(
    st.text(alphabet=CHARACTERS, max_size=300),
    st.lists(st.text(alphabet=CHARACTERS, max_size=60), max_size=12).map("\n\n".join),
    st.lists(st.text(alphabet=CHARACTERS, max_size=60), max_size=12).map("\r\n".join),
    st.tuples(st.sampled_from([*TUNED, *HELD_OUT]), st.integers(0, 50)).map(lambda drawn: made_page(*drawn)[0]),
)


@settings(max_examples=300, deadline=None)
@given(pages)
def test_every_clean_character_leads_back_to_its_raw_one(text: str) -> None:
    for article in articles(Page("page.txt", text, "utf-8")):
        kept = list(article.offsets.kept())
        assert len(kept) == len(article.text)
        assert "".join(text[at] for at in kept) == article.text
        assert kept == sorted(set(kept))
        assert all(article.raw[0] <= at < article.raw[1] for at in kept)


@settings(max_examples=150, deadline=None)
@example(text="\r 0")
@given(pages)
def test_an_article_has_text_and_paragraphs_without_blank_edges(text: str) -> None:
    for article in articles(Page("page.txt", text, "utf-8")):
        assert article.text.strip()
        assert all(paragraph == paragraph.strip(" \u3000\t") and paragraph for paragraph in article.text.split("\n"))
        if article.info.kind != "notice":  # bylines and notices keep the spaces between their names
            assert not any(HAN_GAP.search(line) for line in article.text.split("\n") if "。" in line)
        assert not re.search("[\u200b\ufeff\x00\r\x0c]", article.text)


@settings(max_examples=150, deadline=None)
@given(pages)
def test_the_same_page_gives_the_same_articles_and_no_two_share_an_id(text: str) -> None:
    page = Page("page.txt", text, "utf-8")
    first = articles(page)
    assert articles(page) == first
    assert len({article.info.id for article in first}) == len(first)


@settings(max_examples=100, deadline=None)
@given(pages)
def test_windows_line_ends_change_no_article_text(text: str) -> None:
    unix = text.replace("\r", "")
    windows = unix.replace("\n", "\r\n")
    assert texts(articles(Page("p.txt", unix, "utf-8"))) == texts(articles(Page("p.txt", windows, "utf-8")))


def texts(found: list[Article]) -> list[str]:
    return [article.text for article in found]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("明确 12 个项目主题", "明确12个项目主题"),
        ("采取 PPT 或视频展示", "采取PPT或视频展示"),
        ("苹果 iPhone 15 Pro 发布", "苹果iPhone 15 Pro发布"),
        ("上 午 ，市 委 书 记", "上午，市委书记"),
        ("于 2 0 2 4 年 1 0 月 开 工 建 设", "于2024年10月开工建设"),
        ("同比增长 149.51%", "同比增长149.51%"),
        ("零\u200b宽\ufeff字符\x07", "零宽字符"),
        ("一家👩\u200d👧在这里", "一家👩\u200d👧在这里"),
        ("“引号”与（括号），全角！", "“引号”与（括号），全角！"),
        ("半角,标点;不动(括号)", "半角,标点;不动(括号)"),
        ("\u3000\u3000段首缩进", "段首缩进"),
        ("𠀀 𪚥 二字", "𠀀𪚥二字"),
    ],
)
def test_spaces_go_where_print_put_them_and_stay_where_words_need_them(printed: str, shown: str) -> None:
    assert clean(printed) == shown


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("凝心聚力促发展  工业强县兴产业", "凝心聚力促发展 工业强县兴产业"),
        ("新 质 生 产 力 注 入 强 劲 动 能", "新质生产力注入强劲动能"),
        ("结汇是去年同期的 48 倍", "结汇是去年同期的48倍"),
    ],
)
def test_a_headline_keeps_the_space_between_its_clauses(printed: str, shown: str) -> None:
    assert as_title(printed) == shown


def test_a_sentence_that_was_read_three_times_stands_once() -> None:
    sentence = "双方要加强执法安全合作，扩大矿产资源合作，拓展新能源等领域合作。"
    text = f"会谈在北京举行，双方交换了意见。{sentence * 3}\n"
    [article] = articles(Page("p.txt", text, "utf-8"))
    assert article.text == f"会谈在北京举行，双方交换了意见。{sentence}"
    assert all(article.text[at] == text[article.offsets.raw(at)] for at in range(len(article.text)))


def test_the_editors_code_after_the_last_sentence_is_left_out() -> None:
    [article] = articles(Page("p.txt", "本报讯（记者 王艳）昨天，新馆开放。读者很多。②16\n", "utf-8"))
    assert article.text == "本报讯（记者王艳）昨天，新馆开放。读者很多。"


def test_latin_words_on_two_lines_keep_a_printed_space() -> None:
    text = (
        "昨天，一款新软件在市图书馆发布，它的名字叫 Open \nOffice，读者可以在馆内免费试用一个月，也可以带回家使用。\n"
    )
    [article] = articles(Page("p.txt", text, "utf-8"))
    assert "名字叫Open Office，读者" in article.text
