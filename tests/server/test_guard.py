"""What goes out with every response, and who may not come in."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.guard import host_allowed
from server.settings import Settings


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/index", "/articles/nope", "/static/chat.js", "/nothing", "/openapi.json"]
)
def test_every_response_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["X-Request-Id"]


def test_pages_hold_no_inline_script_or_style(client: FlaskClient) -> None:
    for path in ("/", "/?q=投资", "/articles/nope"):
        page = client.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/')
        assert "http://" not in page.replace("http://127.0.0.1", "")
        assert "https://" not in page


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.1", "[::2]"])
def test_a_strange_host_name_is_turned_away(client: FlaskClient, host: str) -> None:
    response = client.get("/api/v1/index", headers={"Host": host})
    assert response.status_code == 400
    assert response.get_json()["type"] == "urn:baowen:problem:unknown-host"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:99", "127.1.2.3", "[::1]:8000"])
def test_this_machine_may_come_in_by_any_of_its_names(client: FlaskClient, host: str) -> None:
    assert client.get("/api/v1/index", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("named", "host", "hosts", "passes"),
    [
        ("papers.example", "0.0.0.0", (), True),  # reached under names that nobody told
        ("papers.example", "127.0.0.1", (), False),
        ("papers.example:8443", "127.0.0.1", ("papers.example",), True),
        ("evil.example", "0.0.0.0", ("papers.example",), False),
        ("127.0.0.1", "0.0.0.0", ("papers.example",), True),
        ("anything.example", "127.0.0.1", ("*",), True),
        ("", "127.0.0.1", (), False),
    ],
)
def test_which_names_a_service_answers_to_is_a_setting(
    named: str, host: str, hosts: tuple[str, ...], passes: bool
) -> None:
    assert host_allowed(named, Settings(host=host, hosts=hosts)) == passes


@pytest.mark.parametrize(("sent", "kept"), [("abc-1", True), ("a b", False), ("x" * 65, False), ("a\u00e9", False)])
def test_a_request_id_is_kept_when_it_is_a_plain_one(client: FlaskClient, sent: str, kept: bool) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": sent})
    assert (response.headers["X-Request-Id"] == sent) == kept


def test_questions_are_not_logged(seeds_index: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(Settings(index=seeds_index)).test_client()
    with caplog.at_level(logging.DEBUG):
        client.post("/api/v1/ask", json={"question": "我的秘密是什么？"})
        client.get("/", query_string={"q": "我的秘密是什么？"})
        client.get("/api/v1/search", query_string={"q": "我的秘密是什么？"})
        client.post("/api/v1/ask", json={"question": "我的秘密是什么？", "top_k": 0})
    assert "POST '/api/v1/ask' 200" in caplog.text
    assert "秘密" not in caplog.text
    assert "%E7%A7%98" not in caplog.text


def test_questions_are_logged_where_that_is_asked_for(seeds_index: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = create_app(Settings(index=seeds_index, log_questions=True)).test_client()
    with caplog.at_level(logging.INFO):
        answer = client.post("/api/v1/ask", json={"question": "图书馆在哪里？"}).get_json()["id"]
        client.post("/api/v1/ask", json={"question": "图书馆在哪里？"})
    asked = [record.facts for record in caplog.records if hasattr(record, "facts") and "question" in record.facts]
    assert asked == [{"question": "图书馆在哪里？", "answer_id": answer}] * 2
