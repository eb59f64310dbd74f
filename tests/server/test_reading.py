"""The reading page as the server sets it: what is marked, every character in its place, where else the story stands."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from retriever.rebuild import rebuild
from server.app import create_app
from server.present import segments
from server.reading import paragraphs
from server.settings import Settings
from tests.server.markup import marked, text_of

HOSTILE = "<script>document.title='owned'</script>"
spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5)


def _shelf(file: Path, articles: list[dict[str, str]]) -> Path:
    file.write_text("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles), encoding="utf-8")
    return file


def test_without_scripts_a_source_opens_with_its_words_marked(client: FlaskClient) -> None:
    body = client.post("/api/v1/ask", json={"question": "耕德电子二期项目总投资多少？"}).get_json()
    for citation in body["citations"]:
        page = client.get(f"/articles/{citation['article_id']}?mark={citation['start']}-{citation['end']}").text
        assert marked(page) == citation["cited_text"].replace("\n", "")


def test_the_words_of_the_question_are_marked_lightly(shelf: FlaskClient) -> None:
    page = shelf.get("/articles/libra/ry%3F%231", query_string={"q": "图书馆几点开门？", "mark": "0-3"}).text
    words = re.findall(r'<span class="word">([^<]*)</span>', page[page.index('id="text"') :])
    assert words[:2] == ["图书", "馆"] and "开门" in words  # the quotation ends within the word
    assert marked(page) == "市图书"
    for nonsense in ("", "问" * 501):
        assert shelf.get("/articles/plain", query_string={"q": nonsense}).status_code == 200


def test_the_reading_page_keeps_every_character_where_it_was(shelf: FlaskClient) -> None:
    text = shelf.get("/api/v1/articles/hostile").get_json()["text"]
    page = shelf.get("/articles/hostile").text
    for start, words in re.findall(r'<p data-start="(\d+)">(.*?)</p>', page, re.DOTALL):
        shown = html.unescape(words)
        assert text[int(start) : int(start) + len(shown)] == shown
    assert text.count("\n") >= 1


@pytest.mark.parametrize("mark", ["9999-99999", "5-2", "x", "1-2-3", "-1", "0-0", "9" * 400])
def test_an_odd_mark_marks_nothing_and_breaks_nothing(shelf: FlaskClient, mark: str) -> None:
    response = shelf.get("/articles/plain", query_string={"mark": mark})
    assert response.status_code == 200


def test_the_reading_page_lists_where_else_the_story_was_printed(tmp_path: Path) -> None:
    story = (
        "市图书馆新馆八月二日开馆，藏书一百二十万册，设阅览座位三千个，读者凭身份证入馆。"
        "新馆周一闭馆，其余各天早上八点半开门，晚上九点关门，节假日照常开放，市民可以在网上预约座位。"
    )
    shelf = [
        {"id": f"c/{n}?#", "title": f"开馆{HOSTILE}", "text": story + "（通讯员）" * (n % 2), "source": f"第{n}报"}
        for n in range(24)
    ]
    rebuild([_shelf(tmp_path / "shelf.jsonl", [*shelf, {"id": "alone", "text": "小麦丰收了。"}])], tmp_path / "index")
    client = create_app(Settings(index=tmp_path / "index")).test_client()
    page = client.get("/articles/c/3%3F%23").text
    assert "同文另见" in page and "另有 3 篇" in page and HOSTILE not in page
    listed = re.findall(r'<a class="headline"[^>]* href="(/articles/[^"]+)"', page)
    assert len(listed) == 20 and "/articles/c/3%3F%23" not in listed
    assert all(client.get(address).status_code == 200 for address in listed)
    assert "同文另见" not in client.get("/articles/alone").text


TWO_PAGES = {
    "周口日报-20220803-01.txt": "产业园里机器忙\n"
    "本报讯（记者 王艳）8月2日，走进郸城县产业园，袜业公司的车间里机器轰鸣，工人们正在赶制船袜订单。\n"
    "袜业公司负责人李文说，公司去年入驻产业园，年加工船袜一千多万双。产业园免去了两年的租金，袜业公司带动（下转第二版）\n",
    "周口日报-20220803-02.txt": "（上接第一版）三十人就业，李文说，袜业公司的船袜订单排到了明年春天。\n"
    "产业园的工人们说，在家门口的车间里上班，既能挣钱又能照顾老人和孩子。\n",
}


def test_an_article_of_two_pages_says_where_the_page_turns(tmp_path: Path) -> None:
    for name, text in TWO_PAGES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    rebuild(sorted(tmp_path.glob("*.txt")), tmp_path / "index")
    client = create_app(Settings(index=tmp_path / "index")).test_client()
    [listed] = client.get("/api/v1/articles").get_json()["articles"]
    body = client.get(f"/api/v1/articles/{listed['id']}").get_json()
    one, other = body["parts"]
    assert (listed["page"], body["page"], body["raw"]) == ("1", "1", one["raw"])
    assert (one["start"], one["end"], other["end"]) == (0, other["start"], len(body["text"]))
    assert [(part["page"], part["file"]) for part in (one, other)] == list(zip("12", TWO_PAGES, strict=True))
    page = client.get(f"/articles/{listed['id']}?mark={other['start'] - 4}-{other['start'] + 5}").text
    assert "第 1 版，下转第 2 版" in text_of(page) and all(name in page for name in TWO_PAGES)
    [turned] = re.findall(r'<div class="turn"[^>]*>(.*?)</div>\s*<p data-start="(\d+)" class="on">', page)
    assert turned == ("第 2 版", str(other["start"]))
    assert marked(page) == body["text"][other["start"] - 4 : other["start"] + 5]
    assert "带动三十人就业" in body["text"]


@given(st.text(alphabet="报纸😀\n", max_size=40), spans)
def test_segments_keep_the_text_and_mark_what_the_spans_hold(text: str, marks: list[tuple[int, int]]) -> None:
    pieces = list(segments(text, marks))
    assert "".join(words for words, _ in pieces) == text
    held = {i for start, end in marks for i in range(start, end)}
    shown = [found for words, found in pieces for _ in words]
    assert shown == [i in held for i in range(len(text))]


@given(st.text(alphabet="报纸😀\n", max_size=40), spans, spans)
def test_paragraphs_start_where_they_say_and_mark_the_same(
    text: str, marks: list[tuple[int, int]], found: list[tuple[int, int]]
) -> None:
    set_out = list(paragraphs(text, marks, found))
    for paragraph in set_out:
        words = "".join(piece.text for piece in paragraph.pieces)
        assert text[paragraph.start :].startswith(words)
        assert words
    pieces = [piece for paragraph in set_out for piece in paragraph.pieces]
    assert sum(len(piece.text) for piece in pieces if piece.marked) == held(text, marks)
    assert sum(len(piece.text) for piece in pieces if piece.word) == held(text, found)


def held(text: str, spans: list[tuple[int, int]]) -> int:
    """How many characters of its lines the spans hold."""
    return len({i for start, end in spans for i in range(start, end) if i < len(text) and text[i] != "\n"})
