"""Rebuilds that meet, rollbacks, and eight clients who ask over HTTP all the while."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.editions import QUESTION, an_edition, articles, edition_of, edition_told

from embeddings.encoder import Encoder
from retriever.errors import NoOlderGeneration, NoSuchGeneration, RebuildRunning
from retriever.index.generations import current_generation, generations
from retriever.index.health import check, rollback
from retriever.index.snapshot import open_snapshot
from retriever.rebuild import rebuild

ROOT = Path(__file__).parents[2]
Injected = Callable[[str], None]
CLIENTS = 8


def baowen(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server", *map(str, arguments)]
    env = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)


def test_of_two_rebuilds_at_once_the_second_says_who_holds_the_index_and_changes_nothing(
    first_edition: Path, tmp_path: Path, tiny_static: Path, injected: Injected
) -> None:
    root = Path(shutil.copytree(first_edition, tmp_path / "index"))

    def meanwhile(folder: Path, encoder: Encoder) -> None:
        injected("two rebuilds")
        with pytest.raises(RebuildRunning, match="pid"):
            an_edition(root, "丙版", tiny_static)
        with pytest.raises(RebuildRunning):
            rollback(root)
        second = baowen("rebuild", articles(tmp_path, "丙版"), "--index", root, folder=tmp_path)
        assert second.returncode == 1
        assert "pid" in second.stderr
        assert edition_told(root) == "甲版"

    rebuild([articles(tmp_path, "乙版")], root, encoder=str(tiny_static), gate=meanwhile)
    assert edition_told(root) == "乙版"


def test_the_lock_of_a_rebuild_that_is_gone_stops_nobody(
    first_edition: Path, tmp_path: Path, tiny_static: Path, injected: Injected
) -> None:
    root = Path(shutil.copytree(first_edition, tmp_path / "index"))
    (root / ".lock").write_text("pid 1, 2020-01-01 00:00:00 UTC", encoding="utf-8")
    (root / ".building-20200101T000000Z-0000").mkdir()
    injected("stale lock")
    an_edition(root, "乙版", tiny_static)
    assert edition_told(root) == "乙版"
    assert not list(root.glob(".building-*"))


def test_a_rollback_goes_back_says_so_and_can_be_undone(first_edition: Path, tmp_path: Path, tiny_static: Path) -> None:
    root = Path(shutil.copytree(first_edition, tmp_path / "index"))
    first, second = current_generation(root), an_edition(root, "乙版", tiny_static)
    back = baowen("rollback", "--index", root, folder=tmp_path)
    assert (back.returncode, first in back.stdout, f"baowen rollback {second}" in back.stdout) == (0, True, True)
    assert edition_told(root) == "甲版"
    assert generations(root) == [second, first]
    with pytest.raises(NoOlderGeneration, match=second):
        rollback(root)
    with pytest.raises(NoSuchGeneration, match=first):
        rollback(root, "20200101T000000Z-0000")
    rollback(root, second)
    assert edition_told(root) == "乙版"
    rollback(root)
    third = an_edition(root, "丙版", tiny_static)
    assert generations(root) == [third, first]  # the one that was live before, not the one that was left
    rollback(root)
    assert edition_told(root) == "甲版"


def test_a_rollback_passes_over_what_is_damaged(first_edition: Path, tmp_path: Path, tiny_static: Path) -> None:
    root = Path(shutil.copytree(first_edition, tmp_path / "index"))
    first = current_generation(root)
    for edition in ("乙版", "丙版"):
        rebuild([articles(tmp_path, edition)], root, encoder=str(tiny_static), keep=3)
    last, middle = generations(root)[:2]
    codes = root / middle / "words" / "codes.npy"
    sound = codes.read_bytes()
    codes.write_bytes(sound[:-1] + bytes([sound[-1] ^ 0x7F]))
    done = rollback(root)
    assert (done.before, done.now, done.passed_over) == (last, first, (middle,))


def test_check_deep_finds_what_no_checksum_shows(first_edition: Path, tmp_path: Path) -> None:
    import sqlite3

    from retriever.index.manifest import Manifest, seal_all

    def resealed(change: str) -> list[str]:
        root = Path(shutil.copytree(first_edition, tmp_path / "index", dirs_exist_ok=True))
        folder = root / current_generation(root)
        with sqlite3.connect(folder / "articles.sqlite") as db:
            db.execute(change)
        db.close()
        made = Manifest.read(folder)
        fields = {name: getattr(made, name) for name in made.__slots__} | {"files": seal_all(folder)}
        Manifest(**fields).write(folder)
        assert check(root) == []
        return check(root, deep=True)

    assert resealed('UPDATE passages SET "end" = "end" + 5000 WHERE row = 1')
    assert resealed("UPDATE passages SET start = -3 WHERE row = 1")
    assert resealed("UPDATE articles SET text = '' WHERE number = 0")
    assert resealed("DELETE FROM passages WHERE row = 1")
    assert resealed("DELETE FROM articles WHERE number = 1")
    assert resealed("UPDATE passages SET row = 7 WHERE row = 1")


def test_a_generation_that_is_read_is_not_removed_until_it_is_let_go(
    first_edition: Path, tmp_path: Path, tiny_static: Path
) -> None:
    root = Path(shutil.copytree(first_edition, tmp_path / "index"))
    reading = open_snapshot(root)
    for edition in ("乙版", "丙版", "乙版"):
        an_edition(root, edition, tiny_static)
    assert reading.generation in generations(root)
    assert "甲版" in reading.store.passages([reading.manifest.passages - 1])[0][0].text
    reading.close()
    an_edition(root, "丙版", tiny_static)
    assert len(generations(root)) == 2


def test_eight_clients_ask_over_http_while_generations_change_and_each_answer_is_of_one(
    tmp_path: Path, injected: Injected
) -> None:
    root = tmp_path / "index"
    names = {an_edition(root, "甲版"): "甲版"}  # with the shipped encoder: as it is used
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--index", str(root)]
    env = {
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "BAOWEN_THREADS": str(2 * CLIENTS),
    }  # one address gets half
    served: list[tuple[str, str]] = []
    failures: list[str] = []
    stop = threading.Event()

    def client(url: str) -> None:
        body = json.dumps({"question": QUESTION}).encode()
        request = urllib.request.Request(f"{url}api/v1/ask", body, {"Content-Type": "application/json"})
        while not stop.is_set():
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    answer = json.load(response)
                served.append((answer["index"]["generation"], edition_of(answer)))
            except Exception as error:  # told below, with the others
                failures.append(repr(error))
                return

    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, encoding="utf-8") as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split("：")[-1].strip()
            clients = [threading.Thread(target=client, args=(url,)) for _ in range(CLIENTS)]
            for thread in clients:
                thread.start()
            for edition in ("乙版", "丙版", "甲版"):
                name = an_edition(root, edition)
                names[name] = edition
                injected("rebuild under load")
                until(lambda name=name: name in {generation for generation, _ in served} or bool(failures))  # type: ignore[misc]
            names[rollback(root).now] = "丙版"
            since = len(served)
            until(lambda: "丙版" in {edition for _, edition in served[since:]} or bool(failures))
            stop.set()
            for thread in clients:
                thread.join()
        finally:
            stop.set()
            server.terminate()
    assert not failures
    assert {names[generation] == edition for generation, edition in served} == {True}
    assert len(Counter(generation for generation, _ in served)) == 4


def until(done: Callable[[], bool]) -> None:
    limit = time.monotonic() + 120
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.05)
