"""A language model's server may do anything: the answer comes in time, and nothing goes where it should not."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from language_model import (
    KEY,
    MISBEHAVIOURS,
    SECONDS,
    Model,
    an_index,
    behaving,
    completion,
    composed,
    send,
    verbatim_stands,
    with_model,
    writes,
)

from server.app import create_app
from server.errors import InvalidSetting
from server.settings import load_settings
from server.terminal import settings_lines


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return an_index(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    yield from Model(writes("")).run()


@pytest.fixture(scope="module")
def client(index: Path, model: Model) -> FlaskClient:
    return create_app(with_model(index, model.url)).test_client()


@pytest.mark.parametrize("how", MISBEHAVIOURS)
def test_however_it_misbehaves_the_quotation_comes_in_time_and_alone(
    client: FlaskClient, model: Model, how: str
) -> None:
    with behaving(model, MISBEHAVIOURS[how]):
        began = time.monotonic()
        body = composed(client)
        took = time.monotonic() - began
        assert model.seen
    assert (body["status"], body["text"], body["sentences"], body["citations"]) == ("not_composed", None, [], [])
    assert body["note"]
    assert took < SECONDS + 2
    verbatim_stands(client, body)


def test_a_dead_server_is_named_as_such(index: Path) -> None:
    body = composed(create_app(with_model(index, "http://127.0.0.1:9/v1")).test_client())
    assert "llm_base_url" in body["note"]
    assert body["ask"]["answer"]


def test_a_redirect_is_not_followed_and_no_proxy_is_asked(
    index: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    for elsewhere in Model(writes("早上八点半开门。[1]")).run():
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, elsewhere.url)
        leads_away = f"{elsewhere.url}/chat/completions"
        client = create_app(with_model(index, model.url)).test_client()
        for status in (301, 302, 307, 308):
            with behaving(model, partial(send, body=b"", status=status, Location=leads_away)):
                assert str(status) in composed(client)["note"]
                assert len(model.seen) == 1
        assert elsewhere.seen == []


def test_who_finds_it_busy_gets_the_quotation_at_once(index: Path, model: Model) -> None:
    client = create_app(with_model(index, model.url, llm_at_once=1, llm_seconds=5)).test_client()
    going, may_end = threading.Event(), threading.Event()

    def waits(handler: BaseHTTPRequestHandler) -> None:
        going.set()
        may_end.wait(5)
        send(handler, completion("没有找到"))

    with behaving(model, waits):
        first = threading.Thread(target=composed, args=(client,))
        first.start()
        assert going.wait(5)
        began = time.monotonic()
        body = composed(client)
        took = time.monotonic() - began
        may_end.set()
        first.join()
        assert len(model.seen) == 1
    assert body["ask"]["answer"]
    assert "忙" in body["note"]
    assert took < 2


def test_neither_its_key_nor_the_question_is_logged_or_shown(
    client: FlaskClient, model: Model, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(logging.DEBUG), behaving(model, MISBEHAVIOURS["no JSON"]):
        composed(client)
    assert KEY not in caplog.text
    assert "图书馆" not in caplog.text
    given = {"BAOWEN_LLM_API_KEY": KEY, "BAOWEN_LLM_BASE_URL": model.url, "BAOWEN_LLM_MODEL": "small"}
    shown = "\n".join(settings_lines(load_settings({}, given, tmp_path / "none"), "zh"))
    assert model.url in shown
    assert KEY not in shown


@pytest.mark.parametrize(("key", "sent"), [(f"{KEY}\n", True), (f"{KEY}\nX-More: 1", False)])
def test_a_key_with_line_breaks_neither_stops_the_answer_nor_shows(
    index: Path, model: Model, key: str, sent: bool, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(with_model(index, model.url, llm_api_key=key)).test_client()
    with caplog.at_level(logging.DEBUG), behaving(model, writes("没有找到")):
        assert composed(client)["ask"]["answer"]
        assert [headers["Authorization"] for headers in model.headers] == [f"Bearer {KEY}"] * sent
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:11434",
        "ftp://a.example/v1",
        "http://",
        "http://user:pass@a.example/v1",
        "http://a.example/v1?k=1",
        "http://[::1",
    ],
)
def test_an_address_that_is_none_is_refused_at_the_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="llm_base_url"):
        load_settings({}, {"BAOWEN_LLM_BASE_URL": url, "BAOWEN_LLM_MODEL": "m"}, tmp_path / "none")


def test_the_settings_file_may_hold_it_as_a_table(tmp_path: Path) -> None:
    file = tmp_path / "baowen.toml"
    file.write_text('[llm]\nbase_url = "http://127.0.0.1:11434/v1"\nmodel = "small"\n', encoding="utf-8")
    settings = load_settings({}, {}, file).settings
    assert (settings.llm_base_url, settings.llm_model) == ("http://127.0.0.1:11434/v1", "small")
    file.write_text('llm.base_url = "http://127.0.0.1:11434/v1"\n', encoding="utf-8")
    with pytest.raises(InvalidSetting, match="llm_model"):
        load_settings({}, {}, file)
