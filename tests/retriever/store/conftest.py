"""One corpus in both stores: a folder of this machine, and Milvus behind a socket (milvus-lite's server)."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from stores import SHELF, Done, baowen, shelf
from support import SEEDS

from retriever.index.milvus.address import Address
from retriever.rebuild import rebuild
from retriever.search import Searcher


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed pages, and a file of ready-made articles beside them."""
    return shelf(Path(shutil.copytree(SEEDS, tmp_path_factory.mktemp("store") / "papers")), *SHELF)


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server, without a collection."""
    pytest.importorskip("pymilvus", reason="pip install 'baowen[milvus]'")
    pytest.importorskip("milvus_lite", reason="milvus-lite is not installed on this platform")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    serving = "import sys; from milvus_lite.cmdline import main; sys.exit(main())"
    data = tmp_path_factory.mktemp("milvus")
    command = [
        sys.executable,
        "-c",
        serving,
        "server",
        "--data-dir",
        str(data),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield f"milvus://127.0.0.1:{port}"
        finally:
            server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("milvus-lite's server does not start")


@pytest.fixture(scope="session")
def in_folder(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    root = tmp_path_factory.mktemp("folder") / "index"
    rebuild([corpus], root)
    with closing(Searcher.open(root)) as searcher:
        yield searcher


@pytest.fixture(scope="session")
def processes(corpus: Path, milvus: str) -> list[Done]:
    """What three commands said: a slice, publishing too early, and the other slice with publishing."""
    where = f"{milvus}/papers"
    first, second = (["rebuild", corpus, "--store", where, "--slice", f"{number}/2"] for number in (1, 2))
    return [baowen(*first), baowen("rebuild", "--store", where, "--publish"), baowen(*second, "--publish")]


@pytest.fixture(scope="session")
def in_milvus(processes: list[Done], milvus: str) -> Iterator[Searcher]:
    """Made in two slices by two processes, one after the other."""
    assert [done.returncode for done in processes] == [0, 1, 0], [done.stderr for done in processes]
    with closing(Searcher.open(Path("none"), store=Address.of(f"{milvus}/papers"))) as searcher:
        yield searcher


@pytest.fixture(params=["folder", "milvus"])
def searcher(request: pytest.FixtureRequest) -> Searcher:
    found: Searcher = request.getfixturevalue(f"in_{request.param}")
    return found
