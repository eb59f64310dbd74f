"""/openapi.json tells everything that programs may meet, and shows what it looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel

from server import schemas
from server.problems import API_ROOTS

Operation = dict[str, Any]


@pytest.fixture(scope="module")
def described(app: Flask) -> dict[str, Any]:
    body: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return body


def operations(described: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_every_route_for_programs_is_described_and_no_other(app: Flask, described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    routes = {
        f"{method} {str(rule).replace('<path:article_id>', '{article_id}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if str(rule).startswith(API_ROOTS)
    }
    assert {name for name, _ in operations(described)} == routes


def test_every_route_says_what_it_is_for_and_how_it_may_fail(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert operation["summary"].endswith("."), name
        assert {"400", "429", "500"} <= set(operation["responses"]), name
        assert "422" in operation["responses"] or not operation.get("parameters"), name
        if name.startswith("POST /api/"):
            assert {"413", "415", "422"} <= set(operation["responses"]), name


def test_errors_are_problems_wherever_the_contract_is_ours(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        if "/api/" in name:
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], (name, status)


def test_every_body_has_an_example(described: dict[str, Any]) -> None:
    components = described["components"]["schemas"]

    def has_example(media: dict[str, Any]) -> bool:
        name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
        return "example" in media or "examples" in media or bool(name and components[name].get("examples"))

    for name, operation in operations(described):
        if name == "GET /openapi.json":  # itself
            continue
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        bodies += [response for status, response in operation["responses"].items() if status.startswith("2")]
        for body in bodies:
            for kind, media in body.get("content", {}).items():
                assert has_example(media), (name, kind)


def test_the_examples_are_what_the_models_take() -> None:
    models = [model for model in vars(schemas).values() if isinstance(model, type) and issubclass(model, BaseModel)]
    shown = 0
    for model in models:
        extra = model.model_config.get("json_schema_extra")
        for example in extra.get("examples", []) if isinstance(extra, dict) else []:
            assert isinstance(example, dict)
            told = model.model_validate_json(json.dumps(example)).model_dump(mode="json")
            assert told.items() >= example.items()
            shown += 1
    assert shown >= 14


def test_it_refers_only_to_what_it_holds(client: FlaskClient) -> None:
    text = client.get("/openapi.json").text
    held = set(json.loads(text)["components"]["schemas"])
    assert {piece.split('"')[0] for piece in text.split("#/components/schemas/")[1:]} <= held


def test_what_needs_the_admin_key_says_so(described: dict[str, Any]) -> None:
    keyed = {name for name, operation in operations(described) if operation.get("security")}
    assert {"POST /api/v1/index/rebuild", "POST /api/v1/index/rollback", "GET /api/v1/feedback"} <= keyed
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_the_description_can_be_read_as_a_page_that_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs").text
    for route in ("POST /api/v1/ask", "GET /metrics", "POST /v1/chat/completions"):
        assert route in page
    assert "图书馆几点开门？" in page  # an example
    assert "<script" not in page
    assert " style=" not in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    with client.get("/static/docs.css") as style:
        assert style.status_code == 200
