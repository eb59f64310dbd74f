"""A service over a store past this machine: any number of them, each picks up what is published."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr
from stores import SHELF, baowen, eventually, free_port, milvus_server, shelf

from retriever.errors import StoreAway
from retriever.index.milvus.address import Address
from retriever.rebuild.slices import publish_slices, rebuild_slice
from server.app import create_app
from server.live_store import LiveStore
from server.rebuilds import Rebuilds
from server.settings import Settings
from server.stores import open_searcher

QUESTION = {"question": "淇河大桥总投资多少？"}
pytest.importorskip("milvus_lite", reason="milvus-lite is not installed on this platform")


def publish(store: Address, folder: Path, *articles: dict[str, str]) -> None:
    rebuild_slice([shelf(folder, *articles)], store)
    publish_slices(store, keep=2)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    from milvus_lite.server_manager import server_manager_instance

    yield Settings(
        store=f"milvus://{tmp_path}/papers.db/papers", state=tmp_path / "state", corpus=(tmp_path / "papers",)
    )
    server_manager_instance.release_server(str(tmp_path / "papers.db"))


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
    live = LiveStore(settings.address, partial(open_searcher, settings), look_every_s=0)
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


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("--discard --publish", ("--discard", "--publish")),
        ("--watch --slice 1/2", ("--watch", "--slice")),
        ("--publish --full", ("--publish", "--full")),
        ("--slice 1/2 --gate golden.jsonl", ("--gate", "one slice")),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(given: str, named: tuple[str, str]) -> None:
    refused = baowen("rebuild", "--store", "milvus://127.0.0.1:9/papers", *given.split())
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert all(name in refused.stderr for name in named)


def test_slices_are_a_stores_alone(tmp_path: Path) -> None:
    alone = baowen("rebuild", tmp_path, "--slice", "1/2")
    assert "go with --store" in alone.stderr


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    with milvus_server(tmp_path_factory.mktemp("milvus"), port):
        yield f"milvus://127.0.0.1:{port}"


def test_whoever_holds_the_admin_key_has_a_store_rebuilt_over_the_api(milvus: str, tmp_path: Path) -> None:
    shelf(tmp_path / "papers", *SHELF[:2])
    settings = Settings(
        store=f"{milvus}/by_api",
        state=tmp_path / "state",
        corpus=(tmp_path / "papers",),
        admin_key="the admin's own key",
    )
    client, admin = create_app(settings).test_client(), {"Authorization": "Bearer the admin's own key"}

    def ended() -> bool:
        return (told := Rebuilds(settings).last()) is not None and told.status != "running"

    for articles in (2, 3):
        shelf(tmp_path / "papers", *SHELF[:articles])
        # The process that has told its end may hold the lock for a moment more.
        assert eventually(lambda: client.post("/api/v1/index/rebuild", headers=admin).status_code == 202)
        assert eventually(ended)
        told = Rebuilds(settings).last()
        assert told is not None
        assert told.status == "done", told
        assert eventually(lambda: client.get("/api/v1/index").get_json().get("articles") == articles)  # noqa: B023
    assert client.post("/api/v1/ask", json=QUESTION).status_code == 200


def test_a_file_that_only_the_service_may_open_is_not_rebuilt_over_the_api(settings: Settings) -> None:
    kept = settings.model_copy(update={"admin_key": SecretStr("the admin's own key")})
    refused = (
        create_app(kept)
        .test_client()
        .post("/api/v1/index/rebuild", headers={"Authorization": "Bearer the admin's own key"})
    )
    assert refused.status_code == 409
    assert "baowen rebuild" in refused.get_json()["detail"]


def test_two_services_answer_through_another_being_published_and_milvus_going_away(
    tmp_path: Path,
) -> None:
    port = free_port()
    store = Address.of(f"milvus://127.0.0.1:{port}/papers")
    settings = Settings(store=str(store), state=tmp_path / "state")
    with milvus_server(tmp_path / "data", port) as server:
        publish(store, tmp_path / "papers", SHELF[0])
        lives = [LiveStore(store, partial(open_searcher, settings), look_every_s=0.1) for _ in range(2)]
        first = [live.searcher().generation for live in lives]
        publish(store, tmp_path / "papers", *SHELF)
        assert all(eventually(lambda: live.searcher().generation > first[0]) for live in lives)  # noqa: B023
        assert lives[0].searcher().encoder is lives[0].searcher().encoder
        server.kill()
        server.wait()
        with pytest.raises(StoreAway):
            lives[0].searcher().ask("芯片厂年产能多少？")
        assert eventually(lambda: lives[0].searcher() is not None and isinstance(lives[0].warning, StoreAway))
    with milvus_server(tmp_path / "data", port):
        for live in lives:
            assert eventually(lambda: _answers(live))  # noqa: B023
        assert eventually(lambda: lives[0].searcher() is not None and lives[0].warning is None)
    for live in lives:
        live.close()


def _answers(live: LiveStore) -> bool:
    try:
        return live.searcher().ask("芯片厂年产能多少？").answer is not None
    except StoreAway:
        return False
