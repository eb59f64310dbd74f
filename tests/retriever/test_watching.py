"""Files change, and whoever waits for it is told: real files, real folders."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retriever.rebuild.watching import changes

PATIENCE_S = 30


class Watcher:
    """Counts how often it was told, from a thread of its own."""

    def __init__(self, *paths: Path, index: Path) -> None:
        self.count, self._stop = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(paths, index))
        self._thread.start()

    def _watch(self, paths: tuple[Path, ...], index: Path) -> None:
        for _ in changes(paths, index, self._stop, settled_ms=150):
            self.count += 1

    def waits_for(self, count: int) -> None:
        limit = time.monotonic() + PATIENCE_S
        while self.count < count:
            assert time.monotonic() < limit, f"told {self.count} times"
            time.sleep(0.02)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watcher]]:
    watchers: list[Watcher] = []

    def begin(*paths: Path) -> Watcher:
        watchers.append(Watcher(*paths, index=tmp_path / "papers" / "index"))
        return watchers[-1]

    (tmp_path / "papers").mkdir()
    yield begin
    for watcher in watchers:
        watcher.stop()


def test_it_tells_when_it_begins_and_once_for_each_change_that_has_settled(
    tmp_path: Path, watch: Callable[..., Watcher]
) -> None:
    papers = tmp_path / "papers"
    watcher = watch(papers)
    watcher.waits_for(1)
    for n in range(20):  # a copy that takes its time is one change
        (papers / "a.txt").write_text("字" * n, encoding="utf-8")
        time.sleep(0.01)
    watcher.waits_for(2)
    (papers / "旧").mkdir()
    (papers / "旧" / "b.txt").write_text("一", encoding="utf-8")
    watcher.waits_for(3)
    (papers / "a.txt").rename(papers / "c.txt")
    watcher.waits_for(4)
    (papers / "c.txt").unlink()
    watcher.waits_for(5)
    time.sleep(1)
    assert watcher.count <= 6  # a new folder and its first file may be two


def test_the_index_and_hidden_files_are_no_change(tmp_path: Path, watch: Callable[..., Watcher]) -> None:
    papers = tmp_path / "papers"
    (papers / "index").mkdir()
    watcher = watch(papers)
    watcher.waits_for(1)
    (papers / "index" / "articles.jsonl").write_text("一", encoding="utf-8")
    (papers / ".a.txt.swp").write_text("一", encoding="utf-8")
    time.sleep(1.5)
    assert watcher.count == 1


def test_a_folder_that_is_replaced_or_comes_later_is_watched_all_the_same(
    tmp_path: Path, watch: Callable[..., Watcher]
) -> None:
    papers = tmp_path / "papers"
    watcher = watch(papers, tmp_path / "later")
    watcher.waits_for(1)
    (tmp_path / "later").mkdir()
    watcher.waits_for(2)
    (tmp_path / "later" / "a.txt").write_text("一", encoding="utf-8")
    watcher.waits_for(3)
    shutil.rmtree(papers)
    papers.mkdir()
    told = watcher.count
    watcher.waits_for(told + 1)
    time.sleep(1.5)
    told = watcher.count
    (papers / "b.txt").write_text("二", encoding="utf-8")
    watcher.waits_for(told + 1)


def test_a_single_file_that_an_editor_replaces_is_watched_on(tmp_path: Path, watch: Callable[..., Watcher]) -> None:
    file = tmp_path / "papers" / "a.jsonl"
    file.write_text("一", encoding="utf-8")
    watcher = watch(file)
    watcher.waits_for(1)
    for told in (2, 3):
        aside = file.with_suffix(".new")
        aside.write_text("二" * told, encoding="utf-8")
        aside.replace(file)
        watcher.waits_for(told)
        time.sleep(1)
