"""Whatever is wrong with a request is told in words, with the status that HTTP has for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.app import create_app
from server.settings import Settings


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert list(body) == ["type", "title", "status", "detail", "instance", "errors"]
    assert body["status"] == status
    return body


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({"question": "问", "topk": 3}, "/topk", "没有这个字段"),
        ({"question": "问", "filters": {"paper": "x"}}, "/filters/paper", "没有这个字段"),
        ({"question": "问", "history": [{"question": "a", "a/b": 1}]}, "/history/0/a~1b", "没有这个字段"),
        ({}, "/question", "缺少"),
        ({"question": " \u3000\n"}, "/question", "至少 1 个字符"),
        ({"question": "问" * 501}, "/question", "最多 500 个字符"),
        ({"question": 5}, "/question", "字符串"),
        ({"question": "问", "top_k": 0}, "/top_k", "至少是 1"),
        ({"question": "问", "top_k": 51}, "/top_k", "最多是 50"),
        ({"question": "问", "top_k": "5"}, "/top_k", "整数"),
        ({"question": "问", "history": [{"question": "a"}] * 21}, "/history", "最多 20 项"),
        ({"question": "问", "filters": {"date_from": "2022-02-30"}}, "/filters/date_from", "真实的日期"),
        ({"question": "问", "filters": {"date_from": "20220203"}}, "/filters/date_from", "真实的日期"),
        ({"question": "问", "filters": {"date_from": "2023-01-01", "date_to": "2022-01-01"}}, "/filters", "不能晚于"),
        ([], "", "JSON 对象"),
        ("{}", "", "JSON 对象"),
        (None, "", "JSON 对象"),
    ],
)
def test_a_wrong_field_is_pointed_at(client: FlaskClient, body: Any, pointer: str, words: str) -> None:
    sent = json.dumps(body)
    errors = problem(client.post("/api/v1/ask", data=sent, content_type="application/json"), 422)["errors"]
    assert [error["pointer"] for error in errors] == [pointer]
    assert words in errors[0]["detail"]


def test_all_wrong_fields_are_told_at_once_and_in_the_language_asked_for(client: FlaskClient) -> None:
    sent = {"question": "", "top_k": 99, "x": 1}
    body = problem(client.post("/api/v1/ask", json=sent, headers={"Accept-Language": "en-GB,en;q=0.9"}), 422)
    assert [(e["pointer"], e["detail"]) for e in body["errors"]] == [
        ("/question", "at least 1 character(s)"),
        ("/top_k", "must be at most 50"),
        ("/x", "there is no such field; check the spelling"),
    ]
    assert body["title"] == "A field is wrong"


@pytest.mark.parametrize("query", ["", "q=", "q=x&topk=3", "q=x&top_k=many", "q=x&date_to=soon"])
def test_a_wrong_query_is_refused(client: FlaskClient, query: str) -> None:
    assert problem(client.get(f"/api/v1/search?{query}"), 422)["errors"]


@pytest.mark.parametrize("page", ["page=0", "page_size=101", "offset=3"])
def test_a_wrong_page_of_articles_is_refused(client: FlaskClient, page: str) -> None:
    assert problem(client.get(f"/api/v1/articles?{page}"), 422)["errors"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe\x00", b"[" * 20_000, b'{"question": ' + b"9" * 5000 + b"}", rb'{"question": "\ud800"}'],
)
def test_what_is_not_json_is_said_to_be_none(client: FlaskClient, body: bytes) -> None:
    told = problem(client.post("/api/v1/ask", data=body, content_type="application/json"), 400)
    assert told["type"] == "urn:baowen:problem:not-json"


def test_json_under_another_name_is_refused(client: FlaskClient) -> None:
    told = problem(client.post("/api/v1/ask", data='{"question": "问"}', content_type="text/plain"), 415)
    assert "application/json" in told["detail"]


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    told = problem(client.post("/api/v1/ask", json={"question": "问" * 70_000}), 413)
    assert "65536" in told["detail"]


def test_a_wrong_method_is_told_which_are_right(client: FlaskClient) -> None:
    response = client.get("/api/v1/ask")
    assert "POST" in problem(response, 405)["detail"]
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/ask", "/api/"])
def test_an_unknown_route_is_not_found(client: FlaskClient, path: str) -> None:
    assert problem(client.get(path), 404)["instance"] == path


@pytest.mark.parametrize("article_id", ["nope", "..%2f..%2fetc%2fpasswd", "a%00b", "%F0%9F%98%80", "a//b"])
def test_an_unknown_article_is_not_found(client: FlaskClient, article_id: str) -> None:
    told = problem(client.get(f"/api/v1/articles/{article_id}"), 404)
    assert told["type"] == "urn:baowen:problem:article-not-found"


def test_without_an_index_the_command_that_makes_one_is_told(empty: FlaskClient) -> None:
    for response in (
        empty.post("/api/v1/ask", json={"question": "问"}),
        empty.get("/api/v1/index"),
        empty.get("/readyz"),
    ):
        assert "baowen rebuild" in problem(response, 503)["detail"]
    assert empty.get("/healthz").status_code == 200
    page = empty.get("/")
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "baowen rebuild" in page.text


def test_what_breaks_inside_shows_a_request_id_and_nothing_else(
    seeds_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app: Flask = create_app(Settings(index=seeds_index))

    @app.get("/api/v1/break")
    def break_down() -> str:
        raise RuntimeError("the password is 12345")

    response = app.test_client().get("/api/v1/break")
    told = problem(response, 500)
    assert "12345" not in response.text
    assert response.headers["X-Request-Id"] in told["detail"]
    assert "the password is 12345" in caplog.text  # the log has the traceback
