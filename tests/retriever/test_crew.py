"""Rebuilding with several processes: the same index, and nothing left behind however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from growing import contents
from support import SEEDS

from embeddings.encoder import load_encoder
from embeddings.options import AS_IT_COMES
from retriever.errors import WorkerLost
from retriever.index.generations import current_generation
from retriever.index.health import check
from retriever.rebuild import line, rebuild
from retriever.rebuild.crew import Crew, Task
from retriever.rebuild.making import Maker
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.words import UserWord

ROOT = Path(__file__).parents[2]
ARTICLES: list[tuple[str | None, str]] = [
    ("图书馆", "市图书馆八月二日开馆，藏书一百二十万册。" * 30),
    (None, "没有标题的一篇。"),
    ("", "𠀀字𪚥"),
    ("空", ""),
]
PATIENCE_S = 60


@pytest.fixture
def by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is made by two processes of their own, in small lots."""
    monkeypatch.setattr(line, "cores", lambda: 2)
    monkeypatch.setattr(line, "ALONE_CHARS", 0)
    monkeypatch.setattr(line, "LOT_CHARS", 1500)


def children(pid: int) -> list[int]:
    if not Path("/proc/self/task").exists():
        pytest.skip("which processes a process has is listed by Linux only")
    listed = Path(f"/proc/{pid}/task").glob("*/children")  # each thread has its own
    return [int(child) for thread in listed for child in thread.read_text().split()]


def until(done: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.02)


def a_long_corpus(folder: Path) -> Path:
    file = folder / "long.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for n in range(600):
            out.write(
                json.dumps({"text": f"第{n}篇：" + "市图书馆新馆开馆，藏书很多。" * 60}, ensure_ascii=False) + "\n"
            )
    return file


@pytest.mark.usefixtures("by_two")
def test_several_processes_make_the_same_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild([SEEDS], tmp_path / "several")
    monkeypatch.undo()
    rebuild([SEEDS], tmp_path / "one")
    assert contents(tmp_path / "several") == contents(tmp_path / "one")
    assert check(tmp_path / "several", deep=True) == []


def test_a_large_collection_is_made_by_several_processes_from_its_first_articles_on(
    tmp_path: Path, tiny_static: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "cores", lambda: 2)
    monkeypatch.setattr(line, "ALONE_CHARS", 100_000)
    monkeypatch.setattr(line, "LOT_CHARS", 1500)
    others, first = set(children(os.getpid())), list[int]()

    def look(stage: str, done: int, total: int) -> None:
        if stage == "read" and set(children(os.getpid())) - others:
            first.append(done)

    rebuild([a_long_corpus(tmp_path)], tmp_path / "index", encoder=str(tiny_static), progress=look)
    assert first[0] < 50_000 < (tmp_path / "long.jsonl").stat().st_size


def test_another_package_of_our_name_where_a_rebuild_is_run_is_left_alone(tmp_path: Path, tiny_static: Path) -> None:
    (tmp_path / "retriever.py").write_text("raise SystemExit('not ours')", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from retriever.rebuild import line, rebuild; "
        "line.ALONE_CHARS, line.LOT_CHARS, line.cores = 0, 20_000, lambda: 2; "
        "rebuild([Path(sys.argv[1])], Path(sys.argv[2]), encoder=sys.argv[3])"
    )
    command = [sys.executable, "-P", "-c", code, str(SEEDS), str(tmp_path / "index"), str(tiny_static)]
    subprocess.run(command, check=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert check(tmp_path / "index") == []


@pytest.mark.parametrize("lexicon", [SHIPPED, Lexicon((UserWord("图书馆八月"), UserWord("藏书", 9)))])
def test_a_process_makes_what_would_be_made_here(lexicon: Lexicon) -> None:
    encoder = load_encoder()
    with Crew(Task(lexicon, encoder, AS_IT_COMES), 1) as crew:
        there = crew.make(ARTICLES).result()
    assert b"".join(there.pieces()) == b"".join(Maker(lexicon, encoder).make(ARTICLES).pieces())


def test_without_an_encoder_the_vectors_are_left_to_this_process() -> None:
    with Crew(Task(SHIPPED, None, AS_IT_COMES), 1) as crew:
        assert crew.make(ARTICLES).result().vectors is None


@pytest.mark.usefixtures("by_two")
def test_a_process_that_dies_stops_the_rebuild_with_a_name_and_changes_nothing(
    tmp_path: Path, tiny_static: Path
) -> None:
    root = tmp_path / "index"
    rebuild([SEEDS], root, encoder=str(tiny_static))
    before, others = current_generation(root), set(children(os.getpid()))  # a browser, say, of other tests

    def kill(stage: str, done: int, total: int) -> None:
        for child in set(children(os.getpid())) - others:
            os.kill(child, signal.SIGKILL)

    with pytest.raises(WorkerLost, match="内存"):
        rebuild([a_long_corpus(tmp_path)], root, encoder=str(tiny_static), progress=kill)
    assert current_generation(root) == before
    assert check(root) == []
    assert set(children(os.getpid())) <= others
    assert not list(root.glob(".building-*"))


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_outlives_the_rebuild_that_started_it(
    tmp_path: Path, tiny_static: Path, ended_by: signal.Signals
) -> None:
    code = (
        "import sys; from pathlib import Path; from retriever.rebuild import line, rebuild; "
        "line.ALONE_CHARS, line.LOT_CHARS, line.cores = 0, 20_000, lambda: 2; "
        "rebuild([Path(sys.argv[1])], Path(sys.argv[2]), encoder=sys.argv[3])"
    )
    command = [sys.executable, "-c", code, str(a_long_corpus(tmp_path)), str(tmp_path / "index"), str(tiny_static)]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL) as running:
        until(lambda: len(children(running.pid)) == 2 or running.poll() is not None)
        workers = children(running.pid)
        assert len(workers) == 2
        running.send_signal(ended_by)
        running.wait(PATIENCE_S)
    until(lambda: not any(is_alive(worker) for worker in workers))
    assert not (tmp_path / "index" / "CURRENT").exists()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
