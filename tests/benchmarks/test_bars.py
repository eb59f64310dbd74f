"""What the table of bars tells whoever ran ``make bench``."""

from __future__ import annotations

import json
from pathlib import Path

from retriever.passages import split
from retriever.rebuild import articles_of
from tests.benchmarks import figures, recombined
from tests.benchmarks.bars import BARS, table
from tests.benchmarks.processes import Watch


def line_of(what: str, measured: figures.Figures) -> str:
    return next(line for line in table(measured) if line.startswith(what))


def test_a_ratio_of_one_or_more_meets_its_bar_whichever_way_is_better() -> None:
    measured = {"made: M characters a second": 1.5, "grown: seconds": 5.0}
    assert line_of("rebuild from nothing", measured).split()[-2:] == ["1.5", "0.50"]
    assert line_of("one article more", measured).split()[-2:] == ["5", "2.00"]


def test_what_was_not_measured_is_not_passed_over() -> None:
    assert all(line.endswith("not measured") for line in table({})[1:])
    assert len(table({})) == 1 + len(BARS)


def test_a_fault_that_was_not_survived_misses_its_bar() -> None:
    assert line_of("faults", {"faults: failed": 0.0}).endswith("met")
    assert line_of("faults", {"faults: failed": 1.0}).endswith("missed")


def test_a_figure_that_is_measured_again_counts_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "figures.jsonl"
    figures.write(file, "made", {"seconds": 3.0, "MiB": 10.0})
    figures.write(file, "made", {"seconds": 2.0})
    assert figures.read(file) == {"made: seconds": 2.0, "made: MiB": 10.0}


def test_memory_is_looked_at_while_it_is_held() -> None:
    with Watch() as memory:
        held = bytearray(b"x" * (300 << 20))
        while memory.most_mib < 300:
            pass
    assert len(held) >> 20 == 300


def test_a_made_up_collection_has_as_many_passages_as_were_asked_for(tmp_path: Path) -> None:
    import lzma

    for corpus in recombined.CORPORA:
        told = {
            "id": corpus,
            "title": "馆藏",
            "source": "日报",
            "date": "2022-08-03",
            "text": "新馆开放了。藏书很多。" * 9,
        }
        with lzma.open(tmp_path / f"{corpus}.corpus.jsonl.xz", "wt", encoding="utf-8") as lines:
            lines.write(json.dumps(told, ensure_ascii=False))
    file = tmp_path / "many.jsonl"
    recombined.write_articles(tmp_path, 40, file)
    articles = list(articles_of([file]))
    assert [article.info.id for article in articles[:3]] == list(recombined.CORPORA)
    assert 40 <= sum(len(split(article)) for article in articles) < 44
