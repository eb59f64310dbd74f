"""Bytes on the wire that no honest client sends, against ``baowen serve`` as it is started by default."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Address = tuple[str, int]
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
JSON = b"Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def service(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(
        command,
        cwd=tmp_path_factory.mktemp("service"),
        env=inherited | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://([\d.]+):(\d+)/", process.stdout.readline())
        assert found
        yield found[1], int(found[2])
        process.terminate()
        process.wait(timeout=40)


@pytest.fixture
def send(service: Address) -> Iterator[Callable[[bytes], socket.socket]]:
    opened: list[socket.socket] = []

    def send(data: bytes) -> socket.socket:
        connection = socket.create_connection(service, timeout=20)
        opened.append(connection)
        connection.sendall(data)
        return connection

    yield send
    for connection in opened:
        connection.close()


def first_line(connection: socket.socket) -> bytes:
    """What the service answers; empty where it closes the connection."""
    try:
        return connection.recv(65_536).split(b"\r\n")[0]
    except ConnectionResetError:
        return b""


def test_hundreds_of_clients_that_send_their_headers_a_letter_at_a_time_hold_up_nobody(
    send: Callable[[bytes], socket.socket],
) -> None:
    slow = [send(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A") for _ in range(300)]
    for connection in slow[:20]:
        connection.sendall(b"b")
    began = time.monotonic()
    assert first_line(send(HEALTH)) == b"HTTP/1.1 200 OK"
    assert time.monotonic() - began < 5


def test_bodies_that_never_end_leave_room_for_others(send: Callable[[bytes], socket.socket]) -> None:
    head = b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\n" + JSON + b"Content-Length: 5000\r\n\r\n{"
    slow = [send(head) for _ in range(300)]
    assert first_line(send(HEALTH)) == b"HTTP/1.1 200 OK"
    refused: list[socket.socket] = []
    while len(refused) <= 100:  # as soon as they hold half of the threads; or pytest's limit
        refused, _, _ = select.select(slow, [], [], 10)
        time.sleep(0.1)
    assert first_line(refused[0]).startswith(b"HTTP/1.1 429")
    for connection in slow:
        connection.close()
    body = '{"question": "图书馆几点开门？"}'.encode()
    ask = head.replace(b"5000\r\n\r\n{", b"%d\r\n\r\n" % len(body)) + body
    while first_line(send(ask)) != b"HTTP/1.1 200 OK":  # until the service has noticed; or pytest's limit
        time.sleep(0.1)


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\n{}  ",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: +4\r\n\r\n{}  ",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n{}  ",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + JSON
        + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n folded: b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX\x00Y: a\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
        b"GET /" + b"a" * 600_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(5000)) + b"\r\n",
    ],
    ids=range(14),
)
def test_what_is_no_proper_request_is_refused(send: Callable[[bytes], socket.socket], request_: bytes) -> None:
    try:
        answer = first_line(send(request_))
    except (ConnectionResetError, BrokenPipeError):
        answer = b""
    assert not answer or re.match(rb"HTTP/1\.\d 4\d\d", answer), answer
    assert first_line(send(HEALTH)) == b"HTTP/1.1 200 OK"


def test_two_lengths_smuggle_no_second_request(send: Callable[[bytes], socket.socket]) -> None:
    smuggled = b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    head = b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\n" + JSON
    lengths = b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(smuggled)
    connection = send(head + lengths + smuggled)
    time.sleep(0.5)
    answers = connection.recv(1 << 20)
    assert b"baowen_requests_total" not in answers


def test_a_body_that_nobody_reads_is_no_second_request_and_ends_the_connection(
    send: Callable[[bytes], socket.socket],
) -> None:
    smuggled = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    head = b"POST /nothing/here HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(smuggled)
    connection = send(head + smuggled)
    answers = b"".join(iter(lambda: connection.recv(1 << 16), b""))  # up to its end
    assert answers.startswith(b"HTTP/1.1 404")
    assert b"connection: close" in answers.lower()
    assert b"baowen_requests_total" not in answers


def test_a_strange_host_is_refused_on_the_wire(send: Callable[[bytes], socket.socket]) -> None:
    for host in (b"evil.example", b"127.0.0.1@evil.example", b"evil.example#127.0.0.1", b""):
        answer = first_line(send(b"GET /api/v1/index HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"))
        assert answer.startswith(b"HTTP/1.1 400"), host
