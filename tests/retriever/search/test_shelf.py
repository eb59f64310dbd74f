"""Passages that were shown before are not read again, and each generation has its own."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings.encoder import load_encoder
from retriever.domain import ArticleInfo, Passage
from retriever.index.snapshot import open_snapshot
from retriever.index.store import Store
from retriever.rebuild import rebuild
from retriever.search import shelf as shelves
from retriever.search.sentence_vectors import SentenceVectors
from retriever.search.shelf import Shelf


class Counting(Store):
    """A store, and which rows were read from it."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.read: list[int] = []

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, ArticleInfo]]:
        self.read += rows
        return super().passages(rows)


def indexed(folder: Path, texts: Sequence[str]) -> Path:
    file = folder / "articles.jsonl"
    lines = [json.dumps({"id": str(n), "text": text}, ensure_ascii=False) for n, text in enumerate(texts)]
    file.write_text("\n".join(lines), encoding="utf-8")
    rebuild([file], folder / "index")
    return folder / "index"


def test_a_passage_is_read_once_while_it_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "REMEMBERED_PASSAGES", 2)
    snapshot = open_snapshot(indexed(tmp_path, ["图书馆开放。", "大桥通车。", "医院搬迁。"]))
    store = Counting(snapshot.folder / "articles.sqlite")
    shelf = Shelf(store)
    assert [shown.passage.text for shown in shelf.passages([2, 0])] == ["医院搬迁。", "图书馆开放。"]
    assert [shown.passage.text for shown in shelf.passages([0, 1])] == ["图书馆开放。", "大桥通车。"]
    assert store.read == [2, 0, 1]
    shelf.passages([2])
    assert store.read == [2, 0, 1, 2]
    store.close()
    snapshot.close()


def test_copies_are_told_by_their_story_and_what_stands_alone_by_none(tmp_path: Path) -> None:
    story = "市图书馆周末开放到晚上九点，读者可凭身份证入馆，馆内新设自习室三间，座位二百个。"
    snapshot = open_snapshot(indexed(tmp_path, [story, "大桥通车。", story]))
    shelf = Shelf(snapshot.store)
    first, alone, again = shelf.stories([0, 1, 2])
    assert first is not None and first == again and alone is None
    snapshot.close()


def test_a_new_generation_shows_its_own_passages(tmp_path: Path) -> None:
    before = open_snapshot(indexed(tmp_path, ["图书馆开放。"]))
    old = Shelf(before.store)
    assert old.passages([0])[0].passage.text == "图书馆开放。"
    after = open_snapshot(indexed(tmp_path, ["图书馆关门。"]))
    assert Shelf(after.store).passages([0])[0].passage.text == "图书馆关门。"
    assert old.passages([0])[0].passage.text == "图书馆开放。"
    before.close()
    after.close()


def test_what_is_let_go_needs_no_collector(tmp_path: Path) -> None:
    snapshot = open_snapshot(indexed(tmp_path, ["图书馆开放。"]))
    encoder = load_encoder()
    shelf, vectors = Shelf(snapshot.store), SentenceVectors(encoder)
    shelf.passages([0])
    vectors.of(["图书馆开放。"])
    kept = [weakref.ref(shelf), weakref.ref(vectors), weakref.ref(encoder)]
    gc.disable()
    try:
        del shelf, vectors, encoder
        assert [one() for one in kept] == [None, None, None]
    finally:
        gc.enable()
    snapshot.close()
