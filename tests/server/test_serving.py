"""``baowen serve`` as an operator meets it: several processes that look like one."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUESTION = "耕德电子二期项目总投资多少？"


@contextmanager
def serving(folder: Path, index: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running service on a free port, and its address without a slash at the end."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    environment = inherited | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | settings
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            found = re.search(r"(http://\S+)/", process.stdout.readline())
            assert found, process.stderr.read()
            yield process, found[1]
        finally:
            process.terminate()
            process.wait(timeout=40)


def ask(url: str, question: str = QUESTION) -> dict[str, object]:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{url}/api/v1/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        told: dict[str, object] = json.load(response)
    return told


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def workers(process: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_several_processes_count_as_one(seeds_index: Path, tmp_path: Path) -> None:
    with serving(tmp_path, seeds_index, BAOWEN_WORKERS="2") as (process, url):
        assert len(workers(process)) == 2
        for n in range(6):
            assert ask(url, f"{QUESTION}{n}")["passages"]
        with urllib.request.urlopen(f"{url}/metrics", timeout=10) as response:
            told = response.read().decode()
        asked = re.search(r'^baowen_requests_total\{method="POST",route="/api/v1/ask",status="200"\} (\S+)', told, re.M)
        assert asked is not None
        assert float(asked[1]) == 6
        assert len(re.findall(r"^baowen_resident_bytes\{", told, re.M)) == 2
        assert re.search(r'^baowen_index\{generation="20\w+-\w+"\} 1\.0', told, re.M)


def test_a_process_that_dies_is_replaced(seeds_index: Path, tmp_path: Path) -> None:
    with serving(tmp_path, seeds_index, BAOWEN_WORKERS="1") as (process, url):
        (killed,) = workers(process)
        os.kill(killed, signal.SIGKILL)
        while killed in workers(process) or not workers(process):  # or until pytest's limit
            time.sleep(0.1)
        while True:
            with contextlib.suppress(OSError):
                assert ask(url)["status"] == "answered"
                break
            time.sleep(0.1)


def test_stopping_is_told_first_and_what_was_begun_is_finished(seeds_index: Path, tmp_path: Path) -> None:
    with serving(tmp_path, seeds_index, BAOWEN_DRAIN_SECONDS="2") as (process, url):
        assert status(f"{url}/readyz") == 200
        host, _, port = url.removeprefix("http://").partition(":")
        body = json.dumps({"question": QUESTION}).encode()
        with socket.create_connection((host, int(port)), timeout=30) as begun:
            head = f"POST /api/v1/ask HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            begun.sendall(head.encode() + b"Connection: close\r\n\r\n" + body[:5])
            process.send_signal(signal.SIGTERM)
            while status(f"{url}/readyz") != 503:
                time.sleep(0.02)
            assert ask(url)["status"] == "answered"
            begun.sendall(body[5:])
            answer = b"".join(iter(lambda: begun.recv(65_536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"}")
        assert process.wait(timeout=30) == 0


def test_the_log_is_json_where_machines_read_it_and_holds_no_question(seeds_index: Path, tmp_path: Path) -> None:
    with serving(tmp_path, seeds_index, BAOWEN_LOG_FORMAT="json", BAOWEN_WORKERS="1") as (process, url):
        ask(url, "我的秘密是什么？")
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        lines = [json.loads(line) for line in process.stderr.read().splitlines()]
    (asked,) = [line for line in lines if line.get("path") == "/api/v1/ask"]
    assert asked.items() >= {"level": "info", "method": "POST", "status": 200}.items()
    assert {"time", "ms", "request_id"} <= asked.keys()
    assert "秘密" not in json.dumps(lines, ensure_ascii=False)


@pytest.mark.parametrize("server", ["granian", "waitress"])
def test_a_stream_arrives_in_pieces_and_stops_when_nobody_reads(seeds_index: Path, tmp_path: Path, server: str) -> None:
    with serving(tmp_path, seeds_index, BAOWEN_HTTP_SERVER=server, BAOWEN_WORKERS="1") as (_, url):
        request = urllib.request.Request(
            f"{url}/api/v1/ask?stream=1",
            json.dumps({"question": QUESTION}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
            assert response.readline() == b"event: passages\n"
        assert ask(url)["status"] == "answered"
