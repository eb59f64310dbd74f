"""What is known goes out at once, and a client that goes away leaves nothing running."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.streaming import ClientGone, Send, Work, stream

QUESTION = "耕德电子二期项目总投资多少？"


def events(text: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in text.split("\n\n") if block and not block.startswith(":")]
    return [
        (block[0].removeprefix("event: "), json.loads("\n".join(line.removeprefix("data: ") for line in block[1:])))
        for block in blocks
    ]


@pytest.mark.parametrize(
    ("path", "headers"), [("?stream=1", {}), ("?stream=true", {}), ("", {"Accept": "text/event-stream"})]
)
def test_passages_and_answer_come_before_the_whole_which_is_the_answer_of_an_ordinary_ask(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    reply = client.post(f"/api/v1/ask{path}", json={"question": QUESTION, "top_k": 3}, headers=headers)
    assert reply.mimetype == "text/event-stream"
    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["X-Accel-Buffering"] == "no"
    told = events(reply.text)
    assert [name for name, _ in told] == ["passages", "answer", "done"]
    passages, answer, done = (data for _, data in told)
    whole = client.post("/api/v1/ask", json={"question": QUESTION, "top_k": 3}).get_json()
    assert done | {"timings_ms": None} == whole | {"timings_ms": None}
    assert passages["passages"] == whole["passages"]
    assert answer["answer"] == whole["answer"]
    assert answer["citations"] == whole["citations"]


def test_what_is_wrong_with_a_question_is_told_before_any_event(client: FlaskClient, empty: FlaskClient) -> None:
    assert client.post("/api/v1/ask?stream=1", json={"question": ""}).status_code == 422
    assert client.post("/api/v1/ask?stream=maybe", json={"question": "问"}).status_code == 422
    assert empty.post("/api/v1/ask?stream=1", json={"question": "问"}).status_code == 503


@pytest.fixture
def streamed() -> Iterator[Callable[..., Iterator[bytes]]]:
    """The pieces of a stream of some work, pinged every 20 ms."""
    with ThreadPoolExecutor(1) as pool, Flask(__name__).app_context():

        def pieces(work: Work) -> Iterator[bytes]:
            def problem(error: Exception) -> tuple[str, str]:
                return "error", json.dumps(str(error))

            return iter(stream(work, pool, on_error=problem, ping_every_s=0.02).iter_encoded())

        yield pieces


def test_a_silent_stream_is_kept_open(streamed: Callable[[Work], Iterator[bytes]]) -> None:
    go_on = threading.Event()

    def work(send: Send) -> None:
        go_on.wait(10)
        send("done", "{}")

    pieces = streamed(work)
    assert [next(pieces), next(pieces)] == [b": ping\n\n"] * 2
    go_on.set()
    assert next(piece for piece in pieces if piece != b": ping\n\n") == b"event: done\ndata: {}\n\n"


def test_work_for_a_client_that_has_gone_ends(streamed: Callable[[Work], Iterator[bytes]]) -> None:
    ended = threading.Event()

    def work(send: Send) -> None:
        try:
            while True:
                send("more", "{}")
        except ClientGone:
            ended.set()
            raise

    pieces = streamed(work)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # what a WSGI server does with a response that nobody reads
    assert ended.wait(10)


def test_what_breaks_on_the_way_is_told_in_the_stream(streamed: Callable[[Work], Iterator[bytes]]) -> None:
    def work(send: Send) -> None:
        send("first", "1")
        raise ValueError("gone wrong")

    assert b"".join(streamed(work)) == b'event: first\ndata: 1\n\nevent: error\ndata: "gone wrong"\n\n'
