"""What is begun beside is told when it is asked for, whatever became of it, and on however many cores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from embeddings.encoder import DEFAULT_ENCODER, load_encoder
from retriever.domain import Filters
from retriever.index import beside as cores
from retriever.index import snapshot as snapshots
from retriever.index.beside import beside
from retriever.index.opened import Sought, Wanted
from retriever.index.snapshot import open_snapshot
from retriever.rebuild import rebuild


@pytest.fixture(params=[1, 2], ids=["one core", "two cores"])
def on(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "CORES", request.param)


def test_the_caller_goes_on_meanwhile(on: None) -> None:
    may_end = Event()
    told = beside(lambda: may_end.wait(10))
    may_end.set()  # nobody would, if the caller had to wait
    assert told()


def test_what_goes_wrong_is_raised_where_it_is_asked_for(on: None) -> None:
    told = beside(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        told()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are made so here")
def test_a_forked_process_begins_threads_of_its_own() -> None:
    told = (
        "import os; from retriever.index import beside; beside.CORES = 2; assert beside.beside(lambda: 7)() == 7\n"
        "child = os.fork()\n"
        "if child: raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        "os._exit(0 if beside.beside(lambda: 8)() == 8 else 1)"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", told], check=True, timeout=60)


def test_candidates_are_the_same_whether_vectors_are_scanned_beside(
    on: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{place}图书馆{year}年开放，馆长说。" for place in ("城东", "城西", "河南") for year in range(2001, 2020)]
    file = tmp_path / "articles.jsonl"
    lines = [json.dumps({"id": str(n), "text": text}, ensure_ascii=False) for n, text in enumerate(texts)]
    file.write_text("\n".join(lines), encoding="utf-8")
    rebuild([file], tmp_path / "index")
    opened = open_snapshot(tmp_path / "index")
    vector = load_encoder(DEFAULT_ENCODER).encode_question("城西图书馆")
    sought = Sought({"图书馆": 1.0, "城西": 1.0}, {"图书馆": 1.0}, {"城西": 1.0}, 0.7)
    found = []
    for fewest in (0, 1 << 30):
        monkeypatch.setattr(snapshots, "BESIDE_FROM", fewest)
        found.append(opened.candidates(sought, vector, Wanted(5, 3, 5), Filters()))
    opened.close()
    assert len(found[0]) > 5 and np.array_equal(found[0], found[1])
