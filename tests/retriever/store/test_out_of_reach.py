"""What a person is told when a store is not where it should be, or what reaches it is not installed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from stores import SHELF, shelf

from retriever.errors import StoreAddressWrong, StoreAway, StoreEmpty
from retriever.index.milvus.address import Address
from retriever.rebuild.slices import publish_slices, rebuild_slice
from retriever.search import Searcher


@pytest.mark.parametrize(
    "url",
    [
        "milvus://host:19530",
        "milvus://host:19530/",
        "milvus://host:port/papers",
        "milvus://host/a/papers",
        "milvus://host/päpers",
        "milvus:///srv/papers/papers",
        "http://host:19530/papers",
        "papers.db",
        "milvus://host/papers?token=x",
    ],
)
def test_a_wrong_address_is_told_with_the_right_form(url: str) -> None:
    with pytest.raises(StoreAddressWrong, match="milvus://主机:端口/集合名"):
        Address.of(url)


def test_no_password_is_ever_shown() -> None:
    with pytest.raises(StoreAddressWrong) as told:
        Address.of("milvus://root:secret@host/papers")
    assert "secret" not in told.value.message("zh") + told.value.message("en") + repr(told.value)
    address = Address.of("milvus://host/papers", "secret")
    assert "secret" not in f"{address} {address!r}"


def test_a_server_that_is_away_is_named() -> None:
    pytest.importorskip("pymilvus")
    with pytest.raises(StoreAway, match=r"milvus://127\.0\.0\.1:9/papers"):
        Searcher.open(Path("none"), store=Address.of("milvus://127.0.0.1:9/papers"))


def test_a_store_that_nobody_filled_says_how_to(milvus: str) -> None:
    with pytest.raises(StoreEmpty, match="baowen rebuild"):
        Searcher.open(Path("none"), store=Address.of(f"{milvus}/nothing"))


def test_without_pymilvus_the_command_says_what_to_install(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['pymilvus'] = None; from server.cli import main; main()"
    command = [sys.executable, "-c", hidden, "ask", "你好", "--store", "milvus://127.0.0.1:9/papers"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install 'baowen[milvus]'" in done.stderr


def test_a_file_of_milvus_lite_is_a_store_too(tmp_path: Path) -> None:
    pytest.importorskip("milvus_lite", reason="milvus-lite is not installed on this platform")
    store = Address.of(f"milvus://{tmp_path}/papers.db/papers")
    rebuild_slice([shelf(tmp_path / "papers", SHELF[0])], store)
    publish_slices(store, keep=2)
    with closing(Searcher.open(Path("none"), store=store)) as searcher:
        answer = searcher.ask("淇河大桥总投资多少？")
        assert answer.answer is not None
        assert "7.6亿元" in answer.answer.text
