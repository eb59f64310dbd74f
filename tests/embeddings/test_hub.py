"""Models by name, from a stand-in for the hub on this machine: the real one was never asked."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

import embeddings
from embeddings.encoder import load_encoder
from embeddings.options import Backend, EncoderOptions

ROOT = Path(embeddings.__path__[0]).parent
NAME = "someone/tiny-bert"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOAD = """
import sys
from embeddings.encoder import load_encoder
from embeddings.errors import EncoderError
from embeddings.options import EncoderOptions
try:
    encoder = load_encoder(sys.argv[1], EncoderOptions(backend=sys.argv[2]))
    print(type(encoder).__name__, encoder.fingerprint)
except EncoderError as error:
    print(type(error).__name__, error.message("en"))
"""


class Hub(http.server.BaseHTTPRequestHandler):
    """As much of the hub as a download asks for: the list of one model's files, and each of them."""

    def __init__(self, folder: Path, *rest: object) -> None:
        self.folder = folder
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith(f"/api/models/{NAME}/tree/"):
            self.send(json.dumps([{"type": "file", "path": name, "size": 1, "oid": COMMIT} for name in self.names()]))
        elif path.startswith(f"/api/models/{NAME}"):
            files = [{"rfilename": name} for name in self.names()]
            self.send(json.dumps({"id": NAME, "sha": COMMIT, "siblings": files, "private": False, "tags": []}))
        elif path.startswith(f"/{NAME}/resolve/") and path.split("/", 5)[5] in self.names():
            self.send((self.folder / path.split("/", 5)[5]).read_bytes())
        else:
            kind = "EntryNotFound" if NAME in path else "RepoNotFound"
            self.send("{}", status=404, headers={"X-Error-Code": kind, "X-Error-Message": "not found"})

    def names(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())

    def send(self, content: str | bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        etag = hashlib.sha1(body).hexdigest()
        told = {"X-Repo-Commit": COMMIT, "ETag": f'"{etag}"', "Content-Length": str(len(body)), **(headers or {})}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: it is a test."""


@contextmanager
def a_hub(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Hub, folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def load(name: str, backend: str, cache: Path, hub: str = "http://127.0.0.1:9") -> str:
    """What loading by that name came to, in a process with a cache of its own."""
    surroundings = {**os.environ, "HF_HOME": str(cache), "HF_ENDPOINT": hub, "HF_HUB_DISABLE_XET": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD, name, backend],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=250,
        env={**surroundings, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def here(folder: Path, backend: Backend) -> str:
    encoder = load_encoder(str(folder), EncoderOptions(backend=backend))
    return f"{type(encoder).__name__} {encoder.fingerprint}"


@pytest.mark.parametrize("backend", ["torch", "onnx", "onnx-int8"])
def test_a_model_is_fetched_once_and_then_needs_no_network(backend: Backend, tiny_onnx: Path, cache: Path) -> None:
    with a_hub(tiny_onnx) as hub:
        fetched = load(NAME, backend, cache, hub)
    assert fetched == here(tiny_onnx, backend), "the same model as the folder itself"
    assert load(NAME, "auto", cache) == fetched, "what is here already is taken before what is not"


def test_a_mistyped_name_and_a_missing_network_are_told_apart(tiny_bert: Path, cache: Path) -> None:
    with a_hub(tiny_bert) as hub:
        assert load("someone/tiny-brat", "onnx", cache, hub).startswith("EncoderNotFound")
        assert load("tiny-brat", "onnx", cache, hub).startswith("EncoderNotFound")
        assert load(NAME, "onnx", cache, hub).startswith("OnnxFileMissing")
    unreachable = load(NAME, "onnx", cache)
    assert unreachable.startswith("HubUnreachable") and NAME in unreachable


def test_a_cache_that_knows_the_network_alone_is_not_taken_for_the_model(tiny_cls: Path, cache: Path) -> None:
    """Else the network that transformers had fetched would be given a mean that its makers never meant."""
    kept = cache / "hub" / f"models--{NAME.replace('/', '--')}"
    shutil.copytree(tiny_cls, kept / "snapshots" / COMMIT, ignore=shutil.ignore_patterns("modules.json", "1_Pooling"))
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    assert load(NAME, "auto", cache).startswith("HubUnreachable")
    with a_hub(tiny_cls) as hub:
        assert load(NAME, "auto", cache, hub) == here(tiny_cls, "auto")
