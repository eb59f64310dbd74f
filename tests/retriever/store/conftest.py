"""One corpus in both stores: a folder of this machine, and Milvus behind a socket (milvus-lite's server)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from stores import SHELF, Done, baowen, free_port, milvus_server, shelf
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
    port = free_port()
    with milvus_server(tmp_path_factory.mktemp("milvus"), port):
        yield f"milvus://127.0.0.1:{port}"


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
