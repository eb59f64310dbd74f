"""``baowen rebuild --watch``, run as a person runs it: papers come, break and are mended, and the index follows."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from retriever.index.generations import generations
from retriever.search import Searcher

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120

pytestmark = pytest.mark.timeout(600)


def article(file: Path, text: str) -> None:
    file.write_text(f'{{"text": "{text}"}}\n', encoding="utf-8")


def held(root: Path) -> int:
    searcher = Searcher.open(root)
    try:
        return searcher.status().articles
    finally:
        searcher.close()


def test_the_index_follows_the_files_until_it_is_stopped_and_outlives_a_rebuild_that_fails(tmp_path: Path) -> None:
    papers, root = tmp_path / "papers", tmp_path / "index"
    papers.mkdir()
    article(papers / "a.jsonl", "市图书馆新馆开馆。")
    command = [sys.executable, "-m", "server", "rebuild", str(papers), "--index", str(root), "--watch", "--strict"]
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    said: queue.Queue[str] = queue.Queue()

    def waits_again() -> str:
        lines = []
        while not lines or "等待文件变化" not in lines[-1]:
            lines.append(said.get(timeout=PATIENCE_S))
        return "".join(lines)

    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        reading = threading.Thread(target=lambda: [said.put(line) for line in process.stdout or ()])
        reading.start()
        try:
            waits_again()
            assert held(root) == 1
            article(papers / "b.jsonl", "市体育馆免费开放。")
            assert "没有变化、未重读的文件：1 个；重新分词和编码的文章：1 篇" in waits_again()
            assert held(root) == 2
            before = generations(root)
            (papers / "c.jsonl").write_text("{no json\n", encoding="utf-8")
            assert "没有重建成功" in waits_again()
            assert generations(root) == before
            article(papers / "c.jsonl", "市博物馆今天闭馆。")
            waits_again()
            assert held(root) == 3
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_S) == 0
            reading.join(PATIENCE_S)
            assert "不再等待" in said.get(timeout=PATIENCE_S)
        finally:
            process.kill()
