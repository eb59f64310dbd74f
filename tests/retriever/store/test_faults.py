"""Processes die, collide and are run twice: what serves is whole all the time, and what is published in the end is too."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from stores import SHELF, shelf

from retriever.errors import NothingBegun, PublishedElsewhere, SlicesMissing, SlicesUnderWay, SliceTakenOver
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.published import Generations
from retriever.index.milvus.schema import KINDS
from retriever.index.milvus.slices import Slice
from retriever.index.milvus.upkeep import check_store
from retriever.rebuild.slices import begun_as_a_whole, publish_slices, rebuild_slice
from retriever.search import Searcher

# A process that is killed by the kernel when it has written to Milvus so many times.
KILLED_AFTER = """
import os, signal, sys
from pathlib import Path
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.slices import Slice
from retriever.rebuild.slices import publish_slices, rebuild_slice

left, write = int(sys.argv[1]), Connection.insert

def counting(*told, **named):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    write(*told, **named)

Connection.insert = counting
store = Address.of(sys.argv[2])
if sys.argv[3]:
    rebuild_slice([Path(sys.argv[3])], store, Slice(1, 2))
publish_slices(store)
"""


def killed(after: int, store: Address, papers: Path | str = "") -> None:
    """A slice of the papers, or without them a publishing, that is killed."""
    command = [sys.executable, "-c", KILLED_AFTER, str(after), str(store), str(papers)]
    assert subprocess.run(command, stderr=subprocess.DEVNULL).returncode == -9


def ids(store: Address) -> set[str]:
    with closing(Searcher.open(Path("none"), store=store)) as searcher:
        return {info.id for info in searcher.articles(page_size=100).articles}


def held(store: Address) -> set[str]:
    """All partitions of parts, whoever they belong to."""
    with closing(Connection(store)) as connection:
        generations = Generations(connection)
        bases = generations.names.generations(connection.collections(), *KINDS)
        found = (connection.partitions(generations.names.of(base, kind)) for base in bases for kind in KINDS)
        return {name for names in found for name in names if name.startswith(("part_", "state_"))}


def test_a_slice_that_is_killed_half_way_is_run_again_and_leaves_nothing_behind(milvus: str, tmp_path: Path) -> None:
    store, papers = Address.of(f"{milvus}/killed"), shelf(tmp_path / "papers", *SHELF[:1])
    rebuild_slice([papers], store)
    publish_slices(store)
    shelf(papers, *SHELF)
    killed(4, store, papers)
    rebuild_slice([papers], store, Slice(2, 2))
    with pytest.raises(SlicesMissing, match="第 1 片"):
        publish_slices(store)
    with pytest.raises(SlicesUnderWay, match="--discard"):
        begun_as_a_whole(store)
    rebuild_slice([papers], store, Slice(1, 2))
    killed(2, store)  # publishing, too
    assert ids(store) == {SHELF[0]["id"]}
    publish_slices(store, keep=1)
    assert ids(store) == {article["id"] for article in SHELF}
    assert check_store(store, deep=True) == []
    assert begun_as_a_whole(store) == [Slice(1, 2), Slice(2, 2)]
    with closing(Connection(store)) as connection:
        generations = Generations(connection)
        extent = generations.extent(generations.live())
    assert held(store) == {part.partition for part in extent.parts} | {part.state for part in extent.states}


def test_of_two_that_publish_at_once_one_does_and_the_other_says_so(milvus: str, tmp_path: Path) -> None:
    store = Address.of(f"{milvus}/twice")
    rebuild_slice([shelf(tmp_path / "papers", *SHELF)], store)

    def publish(_: int) -> str:
        try:
            return publish_slices(store).manifest.generation
        except (PublishedElsewhere, NothingBegun) as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as processes:
        done = list(processes.map(publish, range(2)))
    with closing(Connection(store)) as connection:
        generations = Generations(connection)
        assert generations.live() in done
        assert generations.begun() is None
    assert ids(store) == {article["id"] for article in SHELF}
    assert check_store(store, deep=True) == []


def test_a_slice_that_another_process_begins_anew_is_left_to_that_one(milvus: str, tmp_path: Path) -> None:
    store, papers = Address.of(f"{milvus}/collide"), shelf(tmp_path / "papers", *SHELF)
    others: list[object] = []

    def another(stage: str, done: int, total: int) -> None:
        if stage == "read" and not others:
            others.append(rebuild_slice([papers], store))

    with pytest.raises(SliceTakenOver, match="第 1 片"):
        rebuild_slice([papers], store, progress=another)
    publish_slices(store)
    assert ids(store) == {article["id"] for article in SHELF}
    assert check_store(store, deep=True) == []
