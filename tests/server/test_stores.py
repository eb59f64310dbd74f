"""A service over a store past this machine: any number of them, each picks up what is published."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stores import SHELF, baowen, shelf

from retriever.errors import StoreAway
from retriever.index.milvus.address import Address
from retriever.rebuild.slices import publish_slices, rebuild_slice
from server.app import create_app
from server.live_store import LiveStore
from server.settings import Settings
from server.stores import open_searcher

QUESTION = {"question": "淇河大桥总投资多少？"}
pytest.importorskip("milvus_lite", reason="milvus-lite is not installed on this platform")


def publish(store: Address, folder: Path, *articles: dict[str, str]) -> None:
    rebuild_slice([shelf(folder, *articles)], store)
    publish_slices(store, 1, keep=2)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    from milvus_lite.server_manager import server_manager_instance

    yield Settings(
        store=f"milvus://{tmp_path}/papers.db/papers", state=tmp_path / "state", corpus=(tmp_path / "papers",)
    )
    server_manager_instance.release_server(str(tmp_path / "papers.db"))


def eventually(holds: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 30
    while not holds() and time.monotonic() < ends:
        time.sleep(0.1)
    return holds()


def test_a_service_answers_from_the_store_and_says_why_where_it_cannot(settings: Settings, tmp_path: Path) -> None:
    client = create_app(settings).test_client()
    early = client.post("/api/v1/ask", json=QUESTION)
    assert early.status_code == 503
    assert "baowen rebuild" in early.get_json()["detail"]
    assert client.get("/readyz").status_code == 503
    assert settings.address is not None
    publish(settings.address, tmp_path / "papers", *SHELF[:2])
    answer = client.post("/api/v1/ask", json=QUESTION)
    assert answer.status_code == 200
    assert "7.6亿元" in answer.get_json()["answer"]["text"]
    assert client.get("/readyz").status_code == 200
    assert client.get("/api/v1/index").get_json()["generation"] == answer.get_json()["index"]["generation"]
    assert client.get("/").status_code == 200


def test_what_is_published_is_picked_up_and_a_store_that_goes_away_is_told(settings: Settings, tmp_path: Path) -> None:
    from milvus_lite.server_manager import server_manager_instance

    assert settings.address is not None
    publish(settings.address, tmp_path / "papers", SHELF[0])
    live = LiveStore(settings.address, lambda: open_searcher(settings), look_every_s=0)
    first = live.searcher()
    publish(settings.address, tmp_path / "papers", *SHELF)
    assert eventually(lambda: live.searcher().generation > first.generation)
    assert live.searcher().info.articles == len(SHELF)
    assert first.ask(QUESTION["question"]).answer is not None  # whoever holds it still is answered from it
    server_manager_instance.release_server(settings.address.uri)
    with pytest.raises(StoreAway):
        live.searcher().ask("芯片厂年产能多少？")
    live.close()


def test_a_service_starts_while_its_store_is_away(tmp_path: Path) -> None:
    client = create_app(Settings(store="milvus://127.0.0.1:9/papers", state=tmp_path)).test_client()
    refused = client.post("/api/v1/ask", json=QUESTION)
    assert refused.status_code == 503
    assert refused.get_json()["type"] == "urn:baowen:problem:store-away"


def test_a_folder_that_is_named_is_meant_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOWEN_STORE", "milvus://127.0.0.1:9/papers")
    told = baowen("ask", "你好", "--index", tmp_path / "none")
    assert "baowen rebuild" in told.stderr
    assert "milvus" not in told.stderr


def test_options_that_only_a_folder_knows_are_refused(tmp_path: Path) -> None:
    store = f"milvus://{tmp_path}/papers.db/papers"
    refused = baowen("rebuild", tmp_path, "--store", store, "--full")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "--full does not go with --store" in refused.stderr
    alone = baowen("rebuild", tmp_path, "--slice", "1/2")
    assert "go with --store" in alone.stderr
