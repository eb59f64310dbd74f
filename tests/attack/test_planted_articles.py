"""An article can say what it likes: it is quoted, and obeyed by nobody."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from attack.conftest import NEWS, ORDERS
from flask.testing import FlaskClient

from retriever.errors import BaowenError
from retriever.rebuild import rebuild
from server.app import create_app
from server.settings import Settings

QUESTIONS = ["图书馆每天几点开门？", "小麦的收购价格是多少？", "火星上有几座图书馆？"]
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("question", QUESTIONS)
def test_orders_in_an_article_change_no_other_answer(client: FlaskClient, planted: FlaskClient, question: str) -> None:
    def answer(asked: FlaskClient) -> Any:
        body = asked.post("/api/v1/ask", json={"question": question}).get_json()
        return body["status"], body["answer"] and body["answer"]["text"], [c["cited_text"] for c in body["citations"]]

    assert answer(planted) == answer(client)


def test_orders_are_quoted_as_they_were_printed(planted: FlaskClient) -> None:
    assert ORDERS in planted.get("/api/v1/articles/planted").get_json()["text"]
    body = planted.post("/api/v1/ask", json={"question": "重要通知说市民请注意什么？", "top_k": 10}).get_json()
    for citation in body["citations"]:
        text = planted.get(f"/api/v1/articles/{citation['article_id']}").get_json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["cited_text"]


def test_markup_leaves_as_data_and_never_as_a_page(planted: FlaskClient) -> None:
    for response in (
        planted.get("/api/v1/articles/planted"),
        planted.get("/api/v1/search", query_string={"q": MARKUP}),
        planted.post("/api/v1/ask", json={"question": MARKUP}),
        planted.get(f"/api/v1/articles/{MARKUP}"),
    ):
        assert response.mimetype in ("application/json", "application/problem+json")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    for page in ("/articles/planted", f"/?q={MARKUP}", f"/articles/{MARKUP}", f"/{MARKUP}"):
        assert "<img src=x" not in planted.get(page).text
        assert "<script>alert" not in planted.get(page).text


def test_markup_in_the_name_of_a_file_leaves_as_data(tmp_path: Path) -> None:
    (tmp_path / f"{MARKUP}.txt").write_text("本报讯（记者 王艳）市图书馆新馆开馆，藏书一百二十万册。", encoding="utf-8")
    rebuild([tmp_path], tmp_path / "index")
    client = create_app(Settings(index=tmp_path / "index")).test_client()
    (article,) = client.get("/api/v1/articles").get_json()["articles"]
    assert article["file"] == f"{MARKUP}.txt"
    assert MARKUP not in client.get(f"/articles/{article['id']}").text


def test_archives_and_links_bring_in_nothing_from_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("本报讯 保险柜的密码是三七二十一，请勿外传。", encoding="utf-8")
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.txt").write_text("本报讯（记者 王艳）市图书馆新馆开馆，藏书一百二十万册。", encoding="utf-8")
    (papers / "link.txt").symlink_to(secret)
    (papers / "folder").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(papers / "pipe.txt")
    with zipfile.ZipFile(papers / "evil.zip", "w") as archive:
        for name in ("../../escaped.txt", "/escaped.txt", "..\\escaped.txt"):
            archive.writestr(name, "本报讯 逃出来的文章，不该出现在别处。")
        linked = zipfile.ZipInfo("linked.txt")
        linked.external_attr = 0o120777 << 16  # a symbolic link
        archive.writestr(linked, str(secret))
    before = {file for file in tmp_path.rglob("*") if not file.is_relative_to(tmp_path / "index")}
    rebuild([papers], tmp_path / "index")
    assert {file for file in tmp_path.rglob("*") if not file.is_relative_to(tmp_path / "index")} == before
    client = create_app(Settings(index=tmp_path / "index")).test_client()
    listed = client.get("/api/v1/articles?page_size=100").get_json()["articles"]
    texts = [client.get(f"/api/v1/articles/{article['id']}").get_json()["text"] for article in listed]
    assert any("一百二十万册" in text for text in texts)
    assert not any("三七二十一" in text for text in texts)


def test_a_collection_of_orders_alone_is_still_a_collection(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text((ORDERS + "\n") * 50, encoding="utf-8")
    try:
        rebuild([file], tmp_path / "index")
    except BaowenError:
        return  # nothing in it reads like an article
    client = create_app(Settings(index=tmp_path / "index")).test_client()
    assert client.post("/api/v1/ask", json={"question": NEWS[0]["title"]}).status_code == 200
