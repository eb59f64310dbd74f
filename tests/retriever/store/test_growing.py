"""Whatever becomes of the files, a store that was grown holds what one would that was made from nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stores import SHELF, said, shelf
from support import SEEDS

from retriever.domain import Filters
from retriever.index.milvus.address import Address
from retriever.index.milvus.published import Generations
from retriever.index.milvus.records import is_han
from retriever.index.milvus.slices import Folding, Slice
from retriever.index.milvus.upkeep import check_store
from retriever.index.milvus.view import View
from retriever.rebuild.slices import publish_slices, rebuild_slice
from retriever.report import ReportBuilder
from retriever.search import Searcher

QUESTIONS = ("淇河大桥总投资多少？", "“豫稻22”亩产多少公斤？", "老周的蜂箱有多少个？", "芯片厂年产能多少？")


def rebuilt(store: Address, papers: Path, *, slices: int = 1, **how: Any) -> int:
    """Slice by slice, then published; how many articles were made anew."""
    made = 0
    for number in range(1, slices + 1):
        seen = ReportBuilder()
        rebuild_slice([papers], store, Slice(number, slices), seen=seen, **how)
        made += seen.report().made_anew
    publish_slices(store)
    return made


def everything(store: Address) -> dict[str, Any]:
    """What the generation that serves holds, in no order, without its numbers and rows."""
    with closing(Searcher.open(Path("none"), store=store)) as searcher:
        opened = searcher._snapshot
        connection = opened._view.connection
        generations = Generations(connection)
        view = View(connection, generations.names, generations.extent(searcher.generation))
        listed = searcher.articles(page_size=1000).articles
        counted: Counter[str] = Counter()
        for records in view.each("terms", "", ["term", "passages"]):
            for record in records:
                counted[record["term"]] += record["passages"]
        letters = sorted({letter for info in listed for letter in searcher.article(info.id).text if is_han(letter)})
        opened._neighbours.know(letters)
        return {
            "sums": (searcher.status().articles, searcher.status().passages, searcher.status().characters),
            "means": (opened._contents.words, opened._contents.pairs),
            "issues": searcher.issues(),
            "articles": {info.id: searcher.article(info.id) for info in listed},
            "passages": dict(_passages(view)),
            "terms": {term: count for term, count in counted.items() if count},
            "followers": {letter: opened.pairs.followers(letter) for letter in letters},
            "preceders": {letter: opened.pairs.preceders(letter) for letter in letters},
            "copies": {info.id: set(searcher.copies(info.id)) for info in listed},
            "neighbours": {info.id: searcher.neighbours(info.id) for info in listed},
            "pages": {info.file: searcher.page(info.file) for info in listed},
            "counts": [searcher.counts(question).articles for question in ("淇河大桥 通车", "HX-9000", "市场")],
            "answers": [said(searcher, question) for question in QUESTIONS],
            "filtered": searcher.articles(filters=Filters(("鹤壁日报",))).total,
        }


def _passages(view: View) -> Iterator[tuple[tuple[str, int], object]]:
    fields = ["article", "start", "ends", "info", "text", "source", "day", "words", "pairs", "terms", "vector"]
    for records in view.each("passages", "", fields):
        for one in records:
            info = json.loads(one["info"])
            weights = tuple((term, round(weight, 5)) for term, weight in sorted(one["terms"].items()))
            made = weights, tuple(np.round(np.array(one["vector"]), 5).tolist()), one["words"], one["pairs"]
            yield (info["id"], one["start"]), (one["ends"], one["text"], one["source"], one["day"], info, made)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginnings of two seed pages, and two files of ready-made articles."""
    folder = tmp_path_factory.mktemp("growing")
    for page in sorted(SEEDS.glob("*.txt"))[:2]:
        (folder / page.name).write_text(page.read_text(encoding="utf-8")[:2000], encoding="utf-8")
    shelf(folder / "a", *SHELF[:2])
    shelf(folder / "b", *SHELF[2:4])
    return folder


def changed(papers: Path) -> None:
    """A file more, one fewer, one renamed, an article changed, one gone, one page altered; a copy comes and one goes."""
    first, second = sorted(papers.glob("*.txt"))
    first.rename(papers / "renamed.txt")
    second.write_text(second.read_text(encoding="utf-8").replace("。", "！", 3), encoding="utf-8")
    shelf(papers / "a", SHELF[0] | {"author": "王五", "date": "2023-05-03"})
    (papers / "b" / "shelf.jsonl").unlink()
    shelf(papers / "c", SHELF[2] | {"text": SHELF[2]["text"] + "农科院说，明年还要扩种。"}, SHELF[4])
    shelf(papers / "d", SHELF[2] | {"id": "rice-again", "source": "大河报"})


def test_a_store_that_was_grown_is_the_one_made_from_nothing(milvus: str, papers: Path) -> None:
    grown, anew = Address.of(f"{milvus}/grown"), Address.of(f"{milvus}/anew")
    first = rebuilt(grown, papers, slices=2)
    assert rebuilt(grown, papers, slices=2) == 0
    changed(papers)
    # Made anew are the articles of the page whose full stops changed, a report that was added to, and what is new.
    made = rebuilt(grown, papers, slices=2)
    assert 0 < made < first
    assert rebuilt(anew, papers) > made
    assert everything(grown) == everything(anew)
    shelf(papers / "e", SHELF[3])
    assert rebuilt(grown, papers, slices=2, folding=Folding(1, 0)) == 1  # what is left of all parts is written into one
    rebuilt(anew, papers)
    assert everything(grown) == everything(anew)
    assert check_store(grown, deep=True) == []
