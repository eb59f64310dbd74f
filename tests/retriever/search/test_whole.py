"""A small index is weighed whole, a large one is asked for its best rows: a question finds the same either way."""

from __future__ import annotations

import gc
import json
import random
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retriever.domain import Filters
from retriever.index.snapshot import Snapshot, open_snapshot
from retriever.rebuild import rebuild
from retriever.search import Searcher, ranking
from retriever.search import whole as wholes
from retriever.search.question import Question
from retriever.search.whole import whole

SUBJECTS = ["图书馆", "体育馆", "大桥", "医院", "学校", "公园", "港口", "集市"]
NEWS = ["新修", "开放", "搬迁", "扩建", "改名", "封闭"]
SUMS = ["十三点五亿元", "254亩", "2023年", "三成", "第12届", "PPR-9087"]


def write_articles(file: Path, articles: int) -> Path:
    chance = random.Random(1)
    lines = []
    for n in range(articles):
        about, other = chance.choice(SUBJECTS), chance.choice(SUBJECTS)
        text = f"{about}{chance.choice(NEWS)}，涉及{chance.choice(SUMS)}。{other}也在其中。" * (1 + n % 5)
        paper = chance.choice(["周口日报", "正阳新闻"])
        lines.append({"id": str(n), "title": f"{other}{chance.choice(NEWS)}", "text": text, "source": paper})
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    rebuild([write_articles(folder / "articles.jsonl", 300)], folder / "index")
    return folder / "index"


@pytest.fixture
def searcher(root: Path) -> Iterator[Searcher]:
    searcher = Searcher.open(root)
    yield searcher
    searcher.close()


@pytest.mark.parametrize("filters", [Filters(), Filters(sources=("正阳新闻",)), Filters(sources=("没有的报",))])
@pytest.mark.parametrize("asked", ["图书馆扩建投资多少？", "PPR-9087", "港口和大桥2023年搬到哪里", "月球背面有什么"])
def test_the_same_passages_are_found_with_the_same_scores(searcher: Searcher, asked: str, filters: Filters) -> None:
    question, _ = searcher.considered(asked)
    every, opened = whole(searcher._snapshot), searcher._snapshot
    assert every is not None
    sought = ranking._sought(question.question)
    here = every.sides(sought, question.vector, ranking.FROM_EACH, filters)
    there = ranking._sides(opened, sought, question.vector, filters)
    for name in ("by_word", "by_pair", "word_weights", "pair_weights"):
        if set(here.rows.tolist()) == set(there.rows.tolist()):
            assert np.allclose(getattr(here, name), getattr(there, name), atol=1e-5), name
    # Of passages that are equal either may come in as the last of a side.
    kept = [round(float(total), 3) for total in np.sort(_totals(here))[::-1]]
    assert kept == [round(float(total), 3) for total in np.sort(_totals(there))[::-1]]


def _totals(sides: wholes.Sides) -> np.ndarray:
    return sides.by_word.sum(axis=0) + sides.by_pair.sum(axis=0) + 10 * sides.cosines


@pytest.mark.parametrize("word", ["图书馆", "图书馆扩建", "扩建图书馆", "月球", "大桥也在其中", "已经"])
def test_the_same_texts_hold_a_word(searcher: Searcher, word: str) -> None:
    every = whole(searcher._snapshot)
    assert every is not None
    assert every.texts_with(word) == list(searcher._snapshot.texts_with(word))


def test_a_large_index_is_not_held_in_memory(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wholes, "MOST_ROWS", 10)
    snapshot = open_snapshot(root)
    assert whole(snapshot) is None
    snapshot.close()


def test_a_generation_that_is_let_go_leaves_nothing_behind(root: Path) -> None:
    snapshot = open_snapshot(root)
    kept = weakref.ref(whole(snapshot))
    assert whole(snapshot) is kept() is not None
    other: Snapshot = open_snapshot(root)
    assert whole(other) is not kept()
    snapshot.close()
    del snapshot
    gc.collect()
    assert kept() is None
    other.close()


def test_a_question_of_which_no_term_stands_anywhere_is_weighed_too(searcher: Searcher) -> None:
    question = Question("喵", "what", {}, frozenset(), {}, {}, "喵")
    every = whole(searcher._snapshot)
    assert every is not None
    vector = np.zeros((1, searcher.encoder.dimensions), np.float32)
    sides = every.sides(ranking._sought(question), vector, ranking.FROM_EACH, Filters())
    assert sides.by_word.shape == (0, len(sides.rows)) and len(sides.rows) == ranking.FROM_MEANING
