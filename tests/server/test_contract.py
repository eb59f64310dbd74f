"""Requests that a machine makes up from /openapi.json: each is answered as /openapi.json says.

``make contract`` makes up 20,000 of them; ``BAOWEN_EXAMPLES`` says how many for each route.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import CheckContext, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from server.app import create_app
from server.settings import Settings

EXAMPLES = int(os.environ.get("BAOWEN_EXAMPLES", "12"))
KEY = "the admin's own key"


def wrong_data_is_refused(ctx: CheckContext, response: Response, case: schemathesis.Case) -> bool | None:
    """413 refuses, too, before anything is read. What no longer looks wrong once it stands in an address need not be refused."""
    if response.status_code == 413 or (case.method == "GET" and is_right_as_sent(response, case)):
        return None
    return negative_data_rejection(ctx, response, case)


def is_right_as_sent(response: Response, case: schemathesis.Case) -> bool:
    """In an address all is text: a paper may be called false, and an empty list is not there at all."""
    described = {
        one["name"]: one
        for one in case.operation.schema.raw_schema["paths"][case.path]["get"].get("parameters", ())
        if one["in"] == "query"
    }
    if case.path_parameters or not described:
        return False
    sent = parse_qs(urlsplit(str(response.request.url)).query, keep_blank_values=True)
    missing = any(one["required"] and name not in sent for name, one in described.items())
    return not missing and all(
        name in described and reads_as(described[name]["schema"], values) for name, values in sent.items()
    )


def reads_as(schema: dict[str, Any], values: list[str]) -> bool:
    """Whether what is sent can be read as ``schema`` wants it: as a list; or the first of it, as text or as a number.

    >>> reads_as({"type": "integer", "maximum": 50}, ["7", "x"]), reads_as({"type": "integer"}, ["seven"])
    (True, False)
    """
    readings: list[object] = [values, values[0]]
    if re.fullmatch(r"[+-]?[0-9]{1,9}(\.0+)?", values[0], re.ASCII):
        readings.append(int(float(values[0])))
    valid = jsonschema_rs.validator_for(schema, validate_formats=True).is_valid
    return any(valid(reading) for reading in readings)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    wrong_data_is_refused,
]


@pytest.fixture(scope="module")
def service(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Without a corpus: nothing here starts a rebuild of anything."""
    state = tmp_path_factory.mktemp("state")
    yield create_app(Settings(index=seeds_index, state=state, admin_key=KEY, answers_mb=0, question_seconds=60))


@pytest.fixture(scope="module")
def api(service: Flask) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", service)


ROUTES = [
    "POST /api/v1/ask",
    "POST /api/v1/compose",
    "POST /api/v1/feedback",
    "POST /api/v1/index/rebuild",
    "POST /api/v1/index/rollback",
    "POST /v1/chat/completions",
    "POST /retrieval",
    "GET /api/v1/search",
    "GET /api/v1/suggest",
    "GET /api/v1/articles",
    "GET /api/v1/articles/{article_id}",
    "GET /api/v1/index",
    "GET /api/v1/feedback",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /v1/models",
    "GET /openapi.json",
]


def test_every_route_that_is_described_is_tried(api: schemathesis.BaseSchema) -> None:
    described = api.raw_schema["paths"].items()
    assert {f"{method.upper()} {path}" for path, item in described for method in item} == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_whatever_is_sent_the_answer_is_as_described(api: schemathesis.BaseSchema, route: str) -> None:
    method, _, path = route.partition(" ")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES < 100,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=api[path][method].as_strategy() | api[path][method].as_strategy(GenerationMode.NEGATIVE))
    def send(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {KEY}"})

    send()
