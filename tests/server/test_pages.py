"""The chat page and the reading page as the server sets them: without scripts, in both languages, with hostile text."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from retriever.rebuild import rebuild
from server.app import create_app
from server.present import segments
from server.reading import paragraphs
from server.settings import Settings

HOSTILE = "<script>document.title='owned'</script>"
spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5)


def _shelf(file: Path, articles: list[dict[str, str]]) -> Path:
    file.write_text("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles), encoding="utf-8")
    return file


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def marked(page: str) -> str:
    words = re.findall(r'<mark(?: id="c\d+-\d+")?>(.*?)</mark>', page, re.DOTALL)
    return html.unescape("".join(words))


def test_the_empty_page_invites_a_question(client: FlaskClient) -> None:
    page = client.get("/").text
    assert '<html lang="zh-Hans">' in page
    assert "问报纸一句话" in page
    assert "可以这样问" in page
    assert page.count('href="/?q=') >= 2


def test_without_scripts_the_address_answers(client: FlaskClient) -> None:
    question = "耕德电子二期项目总投资多少？"
    body = client.post("/api/v1/ask", json={"question": question}).get_json()
    page = client.get("/", query_string={"q": question}).text
    for citation in body["citations"]:
        assert citation["cited_text"] in text_of(page)
        where = f"{citation['start']}-{citation['end']}"
        assert f'href="/articles/{citation["article_id"]}?mark={where}#c{where}"' in page


def test_without_scripts_a_source_opens_with_its_words_marked(client: FlaskClient) -> None:
    body = client.post("/api/v1/ask", json={"question": "耕德电子二期项目总投资多少？"}).get_json()
    for citation in body["citations"]:
        page = client.get(f"/articles/{citation['article_id']}?mark={citation['start']}-{citation['end']}").text
        assert marked(page) == citation["cited_text"].replace("\n", "")


def test_no_answer_is_said_and_what_is_near_stands_apart(client: FlaskClient) -> None:
    page = client.get("/", query_string={"q": "量子色动力学的渐近自由是谁发现的？"}).text
    assert "没有找到答案" in page
    assert "报上原话</h3>" not in page
    assert 'class="sources"' not in page


@pytest.mark.parametrize(("q", "words"), [("", "问题是空的"), ("问" * 501, "问题太长")])
def test_a_question_that_cannot_be_asked_is_told_on_the_page(client: FlaskClient, q: str, words: str) -> None:
    response = client.get("/", query_string={"q": q})
    assert response.status_code == 422
    assert words in response.text


def test_the_page_speaks_the_language_asked_for(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "en-US"}).text
    assert '<html lang="zh-Hans">' in client.get("/", headers={"Accept-Language": "zh-TW,en"}).text
    assert '<html lang="zh-Hans">' in client.get("/", headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in client.get("/?lang=en").text
    # and keeps to it
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="zh-Hans">' in client.get("/?lang=zh").text


def test_a_page_that_is_not_there_is_told_in_the_same_style(client: FlaskClient) -> None:
    for path in ("/articles/nope", "/nowhere"):
        response = client.get(path)
        assert (response.status_code, response.mimetype) == (404, "text/html")
        assert "baowen.css" in response.text
        assert "找不到" in response.text


def test_a_filter_that_the_question_speaks_of_is_offered_and_taken_off_by_links(shelf_index: Path) -> None:
    client = create_app(Settings(index=shelf_index), today=lambda: date(2023, 5, 1)).test_client()
    page = client.get("/", query_string={"q": "去年8月图书馆几点开门？"}).text
    offered = re.search(r'<a class="chip" href="([^"]*)"[^>]*>([^<]*)</a>', page)
    assert offered
    assert offered[2] == "只看去年8月（2022-08-01 至 2022-08-31），1 篇"
    page = client.get(html.unescape(offered[1])).text
    assert 'name="date_from" value="2022-08-01"' in page
    taken_off = re.search(r'<a class="chip on" href="([^"]*)"[^>]*>([^<]*)</a>', page)
    assert taken_off
    assert taken_off[2] == "只看 2022-08-01 至 2022-08-31"
    assert "date_from=" not in taken_off[1]
    assert 'class="chip"' not in page


def test_filters_in_the_address_hold_and_their_fields_are_set(shelf: FlaskClient) -> None:
    page = shelf.get("/", query_string={"q": "几点开门？", "source": "周口日报", "date_from": "", "date_to": ""}).text
    assert 'value="周口日报" checked' in page
    assert set(re.findall(r'<time datetime="([^"]*)"', page)) == {"2022-08-03"}
    other = re.search(r'href="([^"]*lang=en)"', page)
    assert other
    assert "source=" in other[1]


@pytest.mark.parametrize(
    ("address", "words"),
    [("/?q=a&date_from=2022-02-30", "真实的日期"), ("/?q=a&date_from=2023-01-01&date_to=2022-01-01", "不能晚于")],
)
def test_a_filter_that_cannot_be_is_told_on_the_page(shelf: FlaskClient, address: str, words: str) -> None:
    response = shelf.get(address)
    assert response.status_code == 422
    assert words in response.text


def test_how_many_articles_hold_the_words_stands_beside_the_sources(shelf: FlaskClient) -> None:
    page = shelf.get("/", query_string={"q": "图书馆几点开门？"}).text
    assert "问题中的词全都出现的文章共 1 篇，分布于 1 期" in page


@pytest.mark.parametrize("path", ["/", "/articles/hostile", "/?q=" + quote("游园会的门票是多少钱？")])
def test_hostile_text_is_shown_as_text(shelf: FlaskClient, path: str) -> None:
    page = shelf.get(path).text
    assert HOSTILE not in page
    assert "<img src=x" not in page
    if path != "/":
        assert "游园会" in text_of(page)


def test_a_hostile_question_is_shown_as_text(shelf: FlaskClient) -> None:
    page = shelf.get("/", query_string={"q": f'"><b>{HOSTILE}'}).text
    assert HOSTILE not in page
    assert "<b>" not in page.replace('<p class="excerpt">', "").split('class="question"')[1].split("</h2>")[0]
    assert HOSTILE not in shelf.get("/articles/" + quote(HOSTILE, safe="")).text


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
    listed = re.findall(r'<a class="headline" href="(/articles/[^"]+)"', page)
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


@given(st.text(alphabet="报纸😀\n", max_size=40), spans)
def test_paragraphs_start_where_they_say_and_mark_the_same(text: str, marks: list[tuple[int, int]]) -> None:
    for paragraph in paragraphs(text, marks):
        words = "".join(piece for piece, _ in paragraph.pieces)
        assert text[paragraph.start :].startswith(words)
        assert words
    held = {i for start, end in marks for i in range(start, end) if i < len(text) and text[i] != "\n"}
    shown = sum(len(piece) for p in paragraphs(text, marks) for piece, found in p.pieces if found)
    assert shown == len(held)
