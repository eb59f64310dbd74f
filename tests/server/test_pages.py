"""The chat page as the server sets it: without scripts, in every language, with hostile text."""

from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.settings import Settings
from tests.server.markup import text_of

HOSTILE = "<script>document.title='owned'</script>"


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
        address = f"/articles/{citation['article_id']}?mark={where}&q={quote(question)}#c{where}"
        assert f'href="{html.escape(address)}"' in page


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
    assert '<html lang="zh-Hans">' in client.get("/", headers={"Accept-Language": "zh-SG,en"}).text
    assert '<html lang="zh-Hans">' in client.get("/", headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in client.get("/?lang=en").text
    # and keeps to it
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="zh-Hans">' in client.get("/?lang=zh").text


@pytest.mark.parametrize("asked", ["zh-TW,en", "zh-Hant", "zh-HK;q=0.9,en;q=0.8"])
def test_pages_speak_traditional_chinese_and_quote_articles_as_they_were_printed(
    client: FlaskClient, asked: str
) -> None:
    question = "耕德电子二期项目总投资多少？"
    page = client.get("/", query_string={"q": question}, headers={"Accept-Language": asked}).text
    assert '<html lang="zh-Hant">' in page
    assert "報上原話" in page and "报上原话" not in page
    body = client.post("/api/v1/ask", json={"question": question}).get_json()
    assert all(citation["cited_text"] in text_of(page) for citation in body["citations"])
    assert question in page


def test_a_program_that_asks_for_traditional_chinese_is_told_in_simplified(client: FlaskClient) -> None:
    told = client.get("/api/v1/articles/nope", headers={"Accept-Language": "zh-TW"}).get_json()
    assert told["detail"].startswith("没有编号")
    page = client.get("/articles/nope", headers={"Accept-Language": "zh-TW"})
    assert "沒有編號" in page.text


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


@pytest.mark.parametrize(
    "path", ["/", "/index", "/articles/hostile", "/articles/hostile?raw=1", "/?q=" + quote("游园会的门票是多少钱？")]
)
def test_hostile_text_is_shown_as_text(shelf: FlaskClient, path: str) -> None:
    page = shelf.get(path).text
    assert HOSTILE not in page
    assert "<img src=x" not in page
    if path != "/":
        assert "游园会" in text_of(page)


def test_what_came_back_is_set_by_the_server_alone_and_reads_the_same(shelf: FlaskClient) -> None:
    question = "游园会的门票是多少钱？<img src=x onerror=alert(1)>"
    answer = shelf.post("/api/v1/ask", json={"question": question}).get_json()
    fragment = shelf.post("/fragment", json={"answer": answer, "filters": {}}).text
    page = shelf.get("/", query_string={"q": question}).text
    assert '<article class="turn"' in fragment and "<img" not in fragment
    assert (
        text_of(fragment).split()
        == text_of(page[page.index('<article class="turn"') : page.index("</article>")]).split()
    )


@pytest.mark.parametrize("body", [b"", b"{}", b'{"answer": 1}', b"\xff", b"[" * 5000])
def test_what_is_no_answer_is_refused(client: FlaskClient, body: bytes) -> None:
    assert client.post("/fragment", data=body, content_type="application/json").status_code == 422


def test_the_empty_page_shows_questions_that_are_answered(client: FlaskClient) -> None:
    for _ in range(20):  # a busy machine finds a few each time
        page = client.get("/").text
        section = page[page.index('class="examples"') :]
        examples = [html.unescape(words) for words in re.findall(r'<a href="/\?q=[^"]*">([^<]*)</a>', section)]
        if len(examples) == 4:
            break
    assert len(examples) == len(set(examples)) >= 3
    for example in examples:
        assert example.endswith("？")
        assert client.post("/api/v1/ask", json={"question": example}).get_json()["status"] == "answered"


def test_a_hostile_question_is_shown_as_text(shelf: FlaskClient) -> None:
    page = shelf.get("/", query_string={"q": f'"><b>{HOSTILE}'}).text
    assert HOSTILE not in page
    assert "<b>" not in page.replace('<p class="excerpt">', "").split('class="question"')[1].split("</h2>")[0]
    assert HOSTILE not in shelf.get("/articles/" + quote(HOSTILE, safe="")).text
