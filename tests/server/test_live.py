"""A rebuild is picked up without a restart, and nothing that goes wrong with one ends the service."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import pytest

from retriever.errors import IndexNotBuilt
from retriever.rebuild import rebuild
from server.app import create_app
from server.examples import Examples
from server.live import LiveSearcher
from server.settings import Settings


class Clock:
    """Tells the time it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def page(folder: Path, words: str) -> Path:
    file = folder / "a.jsonl"
    file.write_text(f'{{"id": "a", "title": "天气", "text": "{words}"}}\n', encoding="utf-8")
    return file


def text(live: LiveSearcher) -> str:
    return live.searcher().article("a").text


def test_a_new_generation_is_served_after_a_moment_and_the_old_one_until_then(tmp_path: Path) -> None:
    clock, root = Clock(), tmp_path / "index"
    rebuild([page(tmp_path, "今天下雨。")], root)
    live = LiveSearcher(root, look_every_s=0.2, patience_s=60, clock=clock)
    assert text(live) == "今天下雨。"
    rebuild([page(tmp_path, "今天放晴。")], root)
    assert text(live) == "今天下雨。"
    clock.now += 0.3
    assert text(live) == "今天放晴。"


def test_an_index_that_appears_is_picked_up(tmp_path: Path) -> None:
    client = create_app(Settings(index=tmp_path / "index")).test_client()
    assert client.get("/readyz").status_code == 503
    rebuild([page(tmp_path, "今天下雨。")], tmp_path / "index")
    assert client.get("/readyz").status_code == 200


def test_a_damaged_generation_is_passed_over_told_and_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, root = Clock(), tmp_path / "index"
    rebuild([page(tmp_path, "今天下雨。")], root)
    live = LiveSearcher(root, patience_s=60, clock=clock)
    first = live.searcher().generation
    newest = root / rebuild([page(tmp_path, "今天放晴。")], root).generation
    for file in filter(Path.is_file, newest.rglob("*")):
        file.write_bytes(b"\0" * 100)
    for _ in range(3):
        clock.now += 1
        assert text(live) == "今天下雨。"
    assert live.searcher().generation == first
    assert live.warning is not None
    assert newest.name in str(live.warning)
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1

    rebuild([page(tmp_path, "今天放晴。")], root)
    clock.now += 1
    assert text(live) == "今天放晴。"
    assert live.warning is None


def test_the_page_and_the_api_tell_of_a_damaged_generation(tmp_path: Path) -> None:
    root = tmp_path / "index"
    rebuild([page(tmp_path, "今天下雨。")], root)
    client = create_app(Settings(index=root)).test_client()
    (root / "CURRENT").write_text("20990101T000000Z-dead", encoding="utf-8")
    told = None
    while told is None:  # a moment, or pytest's time limit
        threading.Event().wait(0.25)
        told = client.get("/api/v1/index").get_json()["warning"]
    assert "20990101T000000Z-dead" in told
    assert "20990101T000000Z-dead" in client.get("/").text


def test_an_index_that_is_gone_goes_on_serving(tmp_path: Path) -> None:
    clock, root = Clock(), tmp_path / "index"
    rebuild([page(tmp_path, "今天下雨。")], root)
    live = LiveSearcher(root, patience_s=60, clock=clock)
    live.searcher()
    root.rename(tmp_path / "elsewhere")
    clock.now += 1
    assert live.searcher().generation
    assert isinstance(live.warning, IndexNotBuilt)


def test_an_old_generation_is_let_go_at_once_and_its_encoder_serves_on(tmp_path: Path) -> None:
    root = tmp_path / "index"
    rebuild([page(tmp_path, "图书馆总投资3亿元。")], root)
    live, examples = LiveSearcher(root, look_every_s=0, patience_s=60), Examples(4)
    examples.of(live.searcher(), moment_s=0)  # which has not looked at everything yet
    assert live.searcher().ask("图书馆总投资多少？").hits
    old, encoder = weakref.ref(live.searcher()), live.searcher().encoder
    gc.disable()  # what is in a ring would stay: files open, 100 MB in memory
    try:
        generation = rebuild([page(tmp_path, "图书馆总投资4亿元。")], root).generation
        assert live.searcher().generation == generation
        assert old() is None
    finally:
        gc.enable()
    assert live.searcher().encoder is encoder


def test_many_threads_are_answered_while_generations_change(tmp_path: Path) -> None:
    root = tmp_path / "index"
    rebuild([page(tmp_path, "今天下雨。")], root)
    live = LiveSearcher(root, look_every_s=0, patience_s=60)
    seen: set[str] = set()
    failures: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                seen.add(live.searcher().ask("今天天气怎么样？").hits[0].passage.text)
        except BaseException as error:
            failures.append(error)
            raise

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for words in ("今天放晴。", "今天下雪。", "今天有雾。"):
        rebuild([page(tmp_path, words)], root)
        threading.Event().wait(0.1)
    stop.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert {"今天下雨。", "今天有雾。"} <= seen <= {"今天下雨。", "今天放晴。", "今天下雪。", "今天有雾。"}
