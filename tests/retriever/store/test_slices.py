"""Several processes make one generation in Milvus, any of them may fail, and what serves is whole at every moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from stores import SHELF, Done, said, shelf

from retriever.errors import (
    NoOlderGeneration,
    NothingBegun,
    ProblemsRefused,
    SlicesDisagree,
    SlicesMissing,
    SliceWrong,
    StoreEmpty,
)
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.published import Generations
from retriever.index.milvus.slices import Slice
from retriever.index.milvus.state import SliceState
from retriever.index.milvus.stories import stories
from retriever.index.milvus.upkeep import check_store, rollback_store
from retriever.index.milvus.view import View
from retriever.rebuild.slices import begun_as_a_whole, discard_slices, issue_key, publish_slices, rebuild_slice
from retriever.search import Searcher

QUESTION = "淇河大桥总投资多少？"


def ids(store: Address) -> set[str]:
    with closing(Searcher.open(Path("none"), store=store)) as searcher:
        return {info.id for info in searcher.articles(page_size=100).articles}


def test_two_processes_over_two_slices_make_what_one_makes(
    processes: list[Done], milvus: str, in_folder: Searcher, in_milvus: Searcher
) -> None:
    _, early, _ = processes
    assert "still lacks slice 2 of 2" in early.stderr
    status, local = in_milvus.status(), in_folder.status()
    assert (status.articles, status.passages, status.characters) == (local.articles, local.passages, local.characters)
    assert check_store(Address.of(f"{milvus}/papers"), deep=True) == []


@pytest.fixture(scope="module")
def served(milvus: str, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """A store that serves three articles, made as a whole."""
    store = Address.of(f"{milvus}/served")
    rebuild_slice([shelf(tmp_path_factory.mktemp("shelf") / "papers", *SHELF[:3])], store)
    publish_slices(store, keep=2)
    return store


def test_a_slice_that_fails_harms_nothing_and_may_be_repeated(served: Address, tmp_path: Path) -> None:
    before = ids(served)
    papers = shelf(tmp_path / "papers", *SHELF)
    (papers / "broken.docx").write_bytes(b"no such thing")
    with pytest.raises(ProblemsRefused):  # it broke off when everything was written but its end
        rebuild_slice([papers], served, Slice(1, 2), strict=True)
    rebuild_slice([papers], served, Slice(2, 2))
    with pytest.raises(SlicesMissing, match="第 1 片"):
        publish_slices(served, keep=2)
    with pytest.raises(SlicesDisagree):  # not in between
        rebuild_slice([papers], served, Slice(1, 3))
    assert ids(served) == before
    for number in (1, 2, 1):
        rebuild_slice([papers], served, Slice(number, 2))
    assert publish_slices(served, keep=2).manifest.articles == len(SHELF)
    assert ids(served) == {article["id"] for article in SHELF}
    assert check_store(served, deep=True) == []
    done = rollback_store(served)
    assert ids(served) == before
    assert rollback_store(served, done.before).now == done.before
    with pytest.raises(NothingBegun):
        publish_slices(served, keep=2)


def test_a_searcher_goes_on_with_its_own_generation_while_another_is_published(served: Address, tmp_path: Path) -> None:
    with closing(Searcher.open(Path("none"), store=served)) as searcher:
        before = said(searcher, QUESTION)
        rebuild_slice([shelf(tmp_path / "papers", SHELF[2])], served)
        publish_slices(served, keep=2)
        assert said(searcher, QUESTION) == before
        assert searcher.article("bridge").info.title == "淇河大桥通车"
        with closing(Searcher.open(Path("none"), store=served)) as later:
            assert later.ask(QUESTION).answer is None
            assert later.generation > searcher.generation


class Killed(BaseException):
    """The process ends here."""


def _dies(*_: object) -> None:
    raise Killed


def test_what_serves_is_safe_from_a_publishing_that_broke_off_at_its_end(
    served: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Connection(served, builds=True)) as connection:
        generations = Generations(connection)
        live = generations.live()
        rebuild_slice([shelf(tmp_path / "papers", SHELF[1])], served)
        monkeypatch.setattr(Generations, "done", _dies)
        with pytest.raises(Killed):
            publish_slices(served, keep=2)
        monkeypatch.undo()
        assert generations.live() > live
    before = ids(served)
    rebuild_slice([shelf(tmp_path / "papers", *SHELF)], served, Slice(1, 2))
    assert ids(served) == before
    assert discard_slices(served) not in (None, live)


def test_slices_that_begin_at_the_same_moment_go_into_one_generation(milvus: str) -> None:
    store = Address.of(f"{milvus}/at_once")

    def begin(_: int) -> str:
        with closing(Connection(store, builds=True)) as connection:
            return Generations(connection).being_made("made alike", 4, 8).name

    with ThreadPoolExecutor(4) as processes:
        begun = set(processes.map(begin, range(4)))
    assert len(begun) == 1
    assert discard_slices(store) in begun


def test_what_was_begun_with_another_program_is_in_the_way_of_no_whole_rebuild(served: Address) -> None:
    live = ids(served)
    with closing(Connection(served, builds=True)) as connection:
        left = Generations(connection).being_made("made otherwise", 1, 8)
        assert len(begun_as_a_whole(served)) == 1
        assert Generations(connection).begun() is None
        assert left.name not in Generations(connection).names.generations(connection.collections(), "making")
    assert ids(served) == live


def test_only_as_many_generations_are_kept_as_wanted(milvus: str, tmp_path: Path) -> None:
    store, papers = Address.of(f"{milvus}/kept"), shelf(tmp_path / "papers", SHELF[2])
    for _ in range(2):
        rebuild_slice([papers], store)
        publish_slices(store, keep=1)
    with pytest.raises(NoOlderGeneration):
        rollback_store(store)


def test_what_is_being_made_can_be_given_up(milvus: str, tmp_path: Path) -> None:
    store = Address.of(f"{milvus}/given_up")
    assert discard_slices(store) is None
    rebuild_slice([shelf(tmp_path / "papers", SHELF[2])], store, Slice(1, 4))
    assert discard_slices(store) is not None
    with pytest.raises(StoreEmpty):
        Searcher.open(Path("none"), store=store)


@pytest.mark.parametrize("text", ["0/3", "4/3", "1/501", "1", "1/0", "-1/2", "one/two"])
def test_a_slice_is_written_as_which_of_how_many(text: str) -> None:
    with pytest.raises(SliceWrong):
        Slice.read(text)


def test_pages_of_one_issue_stay_in_one_slice() -> None:
    details = {"x/1.txt": ("周口日报", "2022-08-03", "1")}
    named, beside = "y/周口日报-20220803-02.txt", "z/周口日报2022-08-03 第4版.pdf"
    assert len({issue_key(name, details) for name in ("x/1.txt", named, beside)}) == 1
    assert issue_key("a/1.txt", {}) == issue_key("a/2.txt", {}) != issue_key("b/1.txt", {})
    assert issue_key("20220803_p1.txt", {}, "{year}{month}{day}_p{page}") == issue_key(
        "20220803_p2.txt", {}, "{year}{month}{day}_p{page}"
    )


def test_copies_are_found_some_days_at_a_time_as_they_are_all_at_once(milvus: str, in_milvus: Searcher) -> None:
    with closing(Connection(Address.of(f"{milvus}/papers"), builds=True)) as connection:
        generations = Generations(connection)
        extent = generations.extent(in_milvus.generation)
        texts = generations.names.of(extent.base, "texts")
        states = [SliceState.read(connection, texts, part, only_told=True) for part in extent.states]
        view = View(connection, generations.names, extent)
        told = [
            {(one["key"], one["value"]) for one in stories(view, states, None, at_once) if one["kind"] == "story"}
            for at_once in (1, 1000)
        ]
    assert told[0] == told[1] != set()
