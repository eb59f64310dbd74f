"""The Python client against a running service, and against servers that are none."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from served import listening

from server.app import create_app
from server.client import (
    Baowen,
    Conversation,
    KeyRefused,
    NotBaowen,
    NotNow,
    NotThere,
    TimedOut,
    Turn,
    Unreachable,
    WrongRequest,
)
from server.settings import Settings

KEY = "a-key-of-a-reader"
Answering = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture(scope="module")
def baowen(shelf_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baowen]:
    app = create_app(Settings(index=shelf_index, state=tmp_path_factory.mktemp("state")))
    with listening(app) as url:
        yield Baowen(url)


def test_an_answer_is_typed_and_stands_in_its_article(baowen: Baowen) -> None:
    answer = baowen.ask("图书馆每天几点开门？", top_k=3)
    assert answer.status == "answered"
    assert answer.answer
    for citation in answer.citations:
        text = baowen.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.cited_text
    assert len(answer.passages) <= 3
    assert baowen.ask("火星上有几只猫？").answer is None


def test_filters_hold_and_the_list_and_the_index_can_be_read(baowen: Baowen) -> None:
    assert {p.article_id for p in baowen.ask("图书馆", date_from="2023-01-01").passages} <= {"hostile"}
    found = baowen.search("图书馆 开门", source=["周口日报"])
    assert {p.source for p in found.passages} == {"周口日报"}
    assert baowen.articles(page_size=2).total == 3
    assert baowen.index().articles == 3


def test_a_conversation_remembers(baowen: Baowen) -> None:
    talk = baowen.conversation()
    assert isinstance(talk, Conversation)
    talk.ask("图书馆什么时候延长开放时间？")
    answer = talk.ask("那几点关门？")
    assert "图书馆" in answer.effective_question
    assert [turn.question for turn in talk.turns] == ["图书馆什么时候延长开放时间？", "那几点关门？"]
    again = baowen.ask("那几点关门？", history=[Turn(t.question, t.answer) for t in talk.turns[:1]])
    assert again.id == answer.id


def test_a_stream_ends_in_the_same_answer(baowen: Baowen) -> None:
    events = list(baowen.stream("图书馆每天几点开门？"))
    assert [event.name for event in events] == ["passages", "answer", "done"]
    whole = events[-1].answer
    assert whole is not None
    assert whole.answer == baowen.ask("图书馆每天几点开门？").answer


def test_what_the_service_refuses_comes_as_its_own_kind_of_error(baowen: Baowen) -> None:
    with pytest.raises(WrongRequest) as wrong:
        baowen.ask("图" * 501)
    assert (wrong.value.status, wrong.value.errors[0].pointer) == (422, "/question")
    with pytest.raises(WrongRequest):
        baowen.search("图书馆", date_from="yesterday")
    with pytest.raises(NotThere, match="nope"):
        baowen.article("nope")
    with pytest.raises(WrongRequest):
        list(baowen.stream(""))


def test_a_question_that_is_no_text_is_refused_like_any_other(baowen: Baowen) -> None:
    with pytest.raises(WrongRequest):
        baowen.ask("\ud800")
    with pytest.raises(Unreachable) as told:
        Baowen("http://127.0.0.1:9", key=f"{KEY}\n").ask("在吗？")
    assert KEY not in str(told.value)


def test_a_key_opens_and_a_wrong_one_does_not(shelf_index: Path, tmp_path: Path) -> None:
    with listening(create_app(Settings(index=shelf_index, state=tmp_path, read_keys=(KEY,)))) as url:
        assert Baowen(url, key=KEY).ask("图书馆每天几点开门？").answer
        for key in (None, "another-key-entirely"):
            with pytest.raises(KeyRefused):
                Baowen(url, key=key).ask("图书馆每天几点开门？")


def test_without_an_index_it_says_so_in_the_language_asked_for(tmp_path: Path) -> None:
    with listening(create_app(Settings(index=tmp_path / "none", state=tmp_path))) as url:
        with pytest.raises(NotNow, match="rebuild") as zh:
            Baowen(url).ask("在吗？")
        with pytest.raises(NotNow, match=r"[Nn]o index") as en:
            Baowen(url, language="en").ask("在吗？")
    assert zh.value.detail != en.value.detail


def test_where_nothing_listens_it_is_told_with_the_address() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
        Baowen("http://127.0.0.1:9").ask("在吗？")
    for url in ("nonsense", "ftp://127.0.0.1", "http://[::1"):
        with pytest.raises(Unreachable):
            Baowen(url).ask("在吗？")


@contextmanager
def a_server(answering: Answering) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answering(self)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def saying(status: int, body: bytes, **headers: str) -> Answering:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b"{}"),
        (200, b"[" * 100_000),
        (502, b"Bad Gateway"),
        (200, json.dumps({"id": 1}).encode()),
    ],
)
def test_what_is_not_baowen_is_told(status: int, body: bytes) -> None:
    with a_server(saying(status, body)) as url:
        with pytest.raises(NotBaowen):
            Baowen(url).ask("在吗？")
        with pytest.raises(NotBaowen):
            list(Baowen(url).stream("在吗？"))


def test_the_key_does_not_follow_a_redirect() -> None:
    reached: list[str | None] = []

    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        reached.append(handler.headers["Authorization"])
        saying(200, b"{}")(handler)

    with a_server(elsewhere) as other, a_server(saying(307, b"", Location=other)) as url, pytest.raises(NotBaowen):
        Baowen(url, key=KEY).ask("在吗？")
    assert reached == []


def test_a_service_that_hangs_is_given_up(tmp_path: Path) -> None:
    waiting = threading.Event()
    with a_server(lambda handler: (waiting.wait(5), None)[1]) as url:
        with pytest.raises(TimedOut, match=r"0\.2"):
            Baowen(url, timeout=0.2).ask("在吗？")
        waiting.set()


def test_how_long_to_wait_is_told_where_the_service_says_it() -> None:
    problem = {
        "type": "urn:baowen:problem:too-many",
        "title": "请求太多",
        "status": 429,
        "detail": "请稍候。",
        "errors": [],
    }
    with a_server(saying(429, json.dumps(problem).encode(), Retry_After="7")) as url, pytest.raises(NotNow) as told:
        Baowen(url).ask("在吗？")
    assert (told.value.retry_after_s, told.value.kind) == (7.0, "too-many")


def test_what_a_newer_service_adds_is_no_error(baowen: Baowen) -> None:
    body = baowen.ask("图书馆每天几点开门？").model_dump(mode="json")
    body["new_key"] = body["citations"][0]["new_key"] = 1
    with a_server(saying(200, json.dumps(body).encode())) as url:
        assert Baowen(url).ask("图书馆每天几点开门？").status == "answered"
