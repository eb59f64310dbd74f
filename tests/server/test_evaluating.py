"""`baowen eval` and `baowen rebuild --gate`, as a person runs them."""

from __future__ import annotations

import builtins
import json
import re
import shutil
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support import an_article, an_index

from server.cli import main
from server.messages import evaluation

LIBRARY = "正阳县图书馆新馆每天上午九点开门，晚上十点关门。馆内收藏图书三十万册，全部免费借阅。"
BRIDGE = "沙河大桥昨日合龙，全长1260米，总投资4.2亿元，预计明年五月通车。"
QUESTIONS = [
    {
        "id": "q1",
        "question": "图书馆几点开门？",
        "answer": "九点",
        "evidence": LIBRARY.partition("。")[0],
        "type": "when",
    },
    {"id": "q2", "question": "沙河大桥投资多少？", "answer": "4.2亿元", "evidence": BRIDGE, "article_id": "bridge"},
    {"id": "q3", "question": "机场跑道多长？", "answer": "3600米", "evidence": "新机场跑道长3600米，可起降大型客机。"},
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = [an_article(LIBRARY, id="library"), an_article(BRIDGE, id="bridge")]
    return an_index(tmp_path_factory.mktemp("made") / "index", articles)


@pytest.fixture(autouse=True)
def folder(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with an index and two question files in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAOWEN_LANGUAGE", "en")
    shutil.copytree(index, tmp_path / "index")
    write("golden.jsonl", *QUESTIONS)
    write("off.jsonl", {"id": "u1", "question": "西红柿炒鸡蛋怎么做？", "kind": "off_topic"})
    write("articles.jsonl", {"id": "library", "text": LIBRARY}, {"id": "bridge", "text": BRIDGE})
    return tmp_path


def write(name: str, *records: Any) -> None:
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    Path(name).write_text(lines, encoding="utf-8")


def baowen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_question_file_is_measured(folder: Path) -> None:
    result = baowen("eval", "golden.jsonl", "off.jsonl")
    assert result.exit_code == 0, result.stderr
    assert re.search(r"evidence@1 +100\.0%  95% interval .*n=2", result.stdout)
    assert "not in this index: 1" in result.stdout
    assert re.search(r"refused_off_topic +100\.0%", result.stdout)
    assert "Confidence: 2 answers" in result.stdout


def test_the_same_table_in_chinese(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOWEN_LANGUAGE", "zh")
    assert "不在此索引里：1 题" in baowen("eval", "golden.jsonl").stdout


def test_a_corpus_can_be_measured_without_an_index(folder: Path) -> None:
    result = baowen("eval", "golden.jsonl", "--corpus", "articles.jsonl", "--index", "none", "--mode", "dense")
    assert result.exit_code == 0, result.stderr
    assert "2 articles, 2 passages; search dense" in result.stdout
    assert not Path("none").exists()


def test_a_beir_folder_brings_its_own_corpus(folder: Path) -> None:
    Path("beir/qrels").mkdir(parents=True)
    write("beir/corpus.jsonl", {"_id": "7", "title": "", "text": LIBRARY}, {"_id": "8", "title": "桥", "text": BRIDGE})
    write("beir/queries.jsonl", {"_id": "1", "text": "沙河大桥投资多少？"})
    Path("beir/qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n1\t8\t1\n", encoding="utf-8")
    result = baowen("eval", "beir")
    assert result.exit_code == 0, result.stderr
    assert re.search(r"article\.nDCG@10 +100\.0%", result.stdout)


def test_two_runs_are_compared_question_by_question(folder: Path) -> None:
    assert baowen("eval", "golden.jsonl", "--out", "old.json").exit_code == 0
    same = baowen("eval", "golden.jsonl", "--against", "old.json")
    assert "No figure changed." in same.stdout
    old = json.loads(Path("old.json").read_text(encoding="utf-8"))
    old["sets"][0]["rows"][0]["values"]["answer"] = 0.0
    Path("old.json").write_text(json.dumps(old), encoding="utf-8")
    better = baowen("eval", "golden.jsonl", "--against", "old.json")
    assert better.exit_code == 0
    assert "Gained answer: 1" in better.stdout
    assert "图书馆几点开门？" in better.stdout


def test_a_floor_that_is_not_reached_ends_with_exit_code_1(folder: Path) -> None:
    assert baowen("eval", "golden.jsonl", "--require", "evidence@1=1.0,answer=0.9").exit_code == 0
    low = baowen("eval", "golden.jsonl", "--require", "evidence@1=1.1", "--out", "run.json")
    assert low.exit_code == 1
    assert "golden evidence@1 100.0% < 110.0%" in low.stderr
    assert "evidence@1" in low.stdout  # the figures are told all the same
    assert Path("run.json").exists()
    assert baowen("eval", "golden.jsonl", "--require", "evidnce@1=0.1").exit_code == 1


def test_a_bad_line_is_told_with_file_and_line_before_anything_is_asked(folder: Path) -> None:
    with Path("golden.jsonl").open("a", encoding="utf-8") as out:
        out.write("{not json\n")
    result = baowen("eval", "golden.jsonl")
    assert result.exit_code == 1
    assert "golden.jsonl is wrong in line 4" in result.stderr
    assert result.stdout == ""


def test_sentence_pairs_need_no_index(folder: Path) -> None:
    write(
        "pairs.jsonl",
        *({"a": "图书馆开门", "b": b, "label": n} for n, b in enumerate(["猪肉降价", "图书馆关门", "图书馆开门"])),
    )
    result = baowen("eval", "pairs.jsonl", "--index", "none")
    assert result.exit_code == 0, result.stderr
    assert re.search(r"spearman +1\.0000", result.stdout)


def test_a_page_and_a_picture_are_written(folder: Path) -> None:
    write("golden.jsonl", QUESTIONS[0], QUESTIONS[2] | {"question": "<b>跑道</b>？"})
    assert baowen("eval", "golden.jsonl", "off.jsonl", "--html", "page", "--png", "pictures").exit_code == 0
    page = Path("page/index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;跑道" in page  # a question is text, whatever it holds
    assert "<b>跑道" not in page
    assert Path("page/reliability.png").read_bytes() == Path("pictures/reliability.png").read_bytes()


@pytest.mark.parametrize(("missing", "arguments"), [("ir_measures", ()), ("matplotlib", ("--png", "pictures"))])
def test_without_the_extra_its_name_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, missing: str, arguments: tuple[str, ...]
) -> None:
    imported = builtins.__import__

    def without(name: str, *how: Any, **more: Any) -> Any:
        if name.partition(".")[0] == missing:
            raise ImportError(name)
        return imported(name, *how, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    result = baowen("eval", "golden.jsonl", *arguments)
    assert result.exit_code == 1
    assert "baowen[eval]" in result.stderr


def test_a_new_index_that_fails_its_golden_questions_is_not_published(folder: Path) -> None:
    write("golden.jsonl", *QUESTIONS[:2])
    assert baowen("rebuild", "articles.jsonl", "--index", "live", "--gate", "golden.jsonl").exit_code == 0
    live = Path("live/CURRENT").read_text(encoding="utf-8")
    write("articles.jsonl", {"id": "library", "text": LIBRARY})  # the bridge is gone
    refused = baowen("rebuild", "articles.jsonl", "--index", "live", "--gate", "golden.jsonl")
    assert refused.exit_code == 1
    assert "q2 沙河大桥投资多少？" in refused.stderr
    assert "q1" not in refused.stderr
    assert Path("live/CURRENT").read_text(encoding="utf-8") == live
    assert not list(Path("live").glob(".building-*"))
    assert "4.2亿元" in baowen("ask", "沙河大桥投资多少？", "--index", "live").stdout
    enough = baowen("rebuild", "articles.jsonl", "--index", "live", "--gate", "golden.jsonl", "--gate-floor", "0.5")
    assert enough.exit_code == 0
    assert Path("live/CURRENT").read_text(encoding="utf-8") != live


def test_a_gate_that_cannot_be_read_stops_a_rebuild_before_it_begins(folder: Path) -> None:
    write("pairs.jsonl", {"a": "甲", "b": "乙", "label": 1})
    for wrong in ("pairs.jsonl", "none.jsonl"):
        assert baowen("rebuild", "articles.jsonl", "--index", "new", "--gate", wrong).exit_code == 1
    assert not Path("new").exists()


@pytest.mark.parametrize("table", [evaluation.SCORES, evaluation.PICTURE])
def test_both_languages_tell_the_same_figures(table: dict[str, tuple[str, str]]) -> None:
    for zh, en in table.values():
        told = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (zh, en)]
        assert told[0] == told[1]


def test_the_command_explains_itself_in_both_languages() -> None:
    result = CliRunner().invoke(main, ["eval", "--help"])
    assert result.exit_code == 0
    assert re.search("[一-鿿]", result.output)
    assert re.search(r"\[[A-Z]", result.output)
