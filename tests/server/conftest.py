"""The real application over real indexes: the seeds, and a shelf of articles made to cause trouble."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from retriever.rebuild import rebuild
from server.app import create_app
from server.settings import Settings

SEEDS = Path(__file__).parents[2] / "seeds"

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"
SHELF: list[dict[str, str]] = [
    {
        "id": "libra/ry?#1",
        "title": "图书馆延长开放时间",
        "text": "市图书馆从八月一日起延长开放时间。\n新馆每天早上八点半开门，晚上九点关门。\n读者可以在网上预约座位。",
        "source": "周口日报",
        "date": "2022-08-03",
        "page": "1",
        "author": "张猛",
    },
    {
        "id": "hostile",
        "title": f"游园会{HOSTILE}",
        "text": f"游园会的门票是三十元。{HOSTILE}\n\n😀😀𠮷野家在游园会上卖了两百碗牛肉饭。\r游园会\u202e结束了。",
        "source": f"晚报{HOSTILE}",
        "date": "2023-01-02",
    },
    {"id": "plain", "text": "小麦今年的收购价格是每斤一元五角，比去年高两成。"},
]


@pytest.fixture(scope="module", autouse=True)
def let_go() -> Iterator[None]:
    """Applications are rings of references, and each holds an encoder of 100 MB: they go when their module is done."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("seeds") / "index"
    rebuild([SEEDS], root)
    return root


def write_shelf(file: Path, articles: list[dict[str, str]]) -> Path:
    lines = [json.dumps(article, ensure_ascii=False) + "\n" for article in articles]
    file.write_text("".join(lines), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def shelf_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf")
    rebuild([write_shelf(folder / "shelf.jsonl", SHELF)], folder / "index")
    return folder / "index"


def told_in_openapi(app: Flask) -> Flask:
    """``app`` that fails whenever it answers what /openapi.json does not tell: whatever a test provokes has to stand there."""
    paths = app.test_client().get("/openapi.json").get_json()["paths"]

    def check(response: Response) -> Response:
        rule = request.url_rule and re.sub(r"<(?:[^<:]+:)?(\w+)>", r"{\1}", request.url_rule.rule)
        if rule in paths and request.method in ("GET", "POST"):
            told = paths[rule][request.method.lower()]["responses"]
            assert str(response.status_code) in told, (request.method, rule, response.status_code)
            content = told[str(response.status_code)].get("content", {"": {}})
            assert response.mimetype in content or response.status_code == 204, (rule, response.mimetype)
        return response

    app.after_request_funcs.setdefault(None, []).append(check)
    return app


@pytest.fixture(scope="session")
def app(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return told_in_openapi(create_app(Settings(index=seeds_index, state=tmp_path_factory.mktemp("state"))))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def shelf_app(shelf_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return told_in_openapi(create_app(Settings(index=shelf_index, state=tmp_path_factory.mktemp("state"))))


@pytest.fixture
def shelf(shelf_app: Flask) -> FlaskClient:
    return shelf_app.test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., dict[str, Any]]:
    def ask(question: str, **fields: Any) -> dict[str, Any]:
        response = client.post("/api/v1/ask", json={"question": question, **fields})
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.get_json()
        return body

    return ask


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[FlaskClient]:
    """A service that has no index yet."""
    yield told_in_openapi(create_app(Settings(index=tmp_path / "index"))).test_client()
