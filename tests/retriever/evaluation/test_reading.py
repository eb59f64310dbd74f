"""Question files from people: their form is told by their keys, and what is wrong is told with file and line."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.errors import BadQuestion, NoQuestions, PathNotFound, UnreadableFile
from retriever.evaluation import PairSet, QuestionSet, read_sets
from retriever.evaluation.beir import corpus_lines

QUESTION = {"id": "q1", "question": "几点开门？", "answer": "九点", "evidence": "图书馆九点开门。", "type": "when"}
RETRIEVAL = {"id": "r1", "text": "几点开门？", "answers": ["九点"], "positive": ["a", "b"]}
UNANSWERABLE = {"id": "u1", "question": "明天下雨吗？", "kind": "off_topic"}
DIALOGUE = {"id": "d1", "turns": [QUESTION, {"question": "几点关门？", "answer": "十点", "evidence": "晚上十点关门。"}]}
PAIR = {"a": "甲", "b": "乙", "label": 0.5, "set": "STS", "split": "test"}


def write(file: Path, *records: Any) -> Path:
    file.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return file


def only(file: Path) -> Any:
    (one,) = read_sets([file])
    return one


@pytest.mark.parametrize(
    ("record", "form"),
    [
        (QUESTION, "questions"),
        (RETRIEVAL, "retrieval"),
        (RETRIEVAL | {"evidence": "图书馆九点开门。"}, "retrieval"),
        (UNANSWERABLE, "unanswerable"),
        (DIALOGUE, "dialogues"),
    ],
)
def test_the_form_of_a_file_is_told_by_its_keys(tmp_path: Path, record: Any, form: str) -> None:
    found = only(write(tmp_path / "golden.jsonl", record))
    assert isinstance(found, QuestionSet)
    assert (found.name, found.form) == ("golden", form)


def test_of_dialogues_the_later_turns_count(tmp_path: Path) -> None:
    found = only(write(tmp_path / "d.jsonl", DIALOGUE))
    assert [(gold.id, gold.question) for gold in found.counted()] == [("d1#2", "几点关门？")]


def test_sentence_pairs_are_grouped_by_set_and_split(tmp_path: Path) -> None:
    found = only(write(tmp_path / "p.jsonl", PAIR))
    assert isinstance(found, PairSet)
    assert [pair.group for pair in found.pairs] == ["STS/test"]


@pytest.mark.parametrize(("suffix", "opener"), [(".jsonl.gz", gzip.open), (".jsonl.xz", lzma.open)])
def test_compressed_files_are_read_too(tmp_path: Path, suffix: str, opener: Any) -> None:
    file = tmp_path / f"golden{suffix}"
    with opener(file, "wt", encoding="utf-8") as out:
        out.write(json.dumps(QUESTION))
    assert only(file).name == "golden"


def test_a_file_can_say_what_it_requires(tmp_path: Path) -> None:
    found = only(write(tmp_path / "g.jsonl", {"require": {"evidence@1": 0.9}}, QUESTION))
    assert found.floors == {"evidence@1": 0.9}
    assert len(found.conversations) == 1


def test_two_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    files = [write(tmp_path / part / "g.jsonl", QUESTION) for part in ("a", "b") if not (tmp_path / part).mkdir()]
    assert [one.name for one in read_sets(files)] == ["g", "g-2"]


@given(
    good=st.integers(0, 5),
    blank=st.integers(0, 3),
    bad=st.sampled_from(["{", "[]", "1", '"文"', "nul", "{}", '{"a": 1}']),
)
def test_a_bad_line_is_named(tmp_path_factory: pytest.TempPathFactory, good: int, blank: int, bad: str) -> None:
    file = tmp_path_factory.mktemp("bad") / "g.jsonl"
    lines = [json.dumps(QUESTION | {"id": n}) for n in range(good)] + [""] * blank + [bad, json.dumps(QUESTION)]
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadQuestion) as caught:
        read_sets([file])
    assert caught.value.facts["file"] == file
    assert caught.value.facts["line"] == good + blank + 1


@pytest.mark.parametrize(
    "wrong",
    [
        QUESTION | {"question": " "},
        QUESTION | {"question": "长" * 501},
        QUESTION | {"answer": 3},
        QUESTION | {"id": "first"},  # twice
        UNANSWERABLE,  # another form
        {"require": ["evidence@1"]},
        {"require": {"evidence@1": "high"}},
    ],
)
def test_what_is_wrong_with_a_record_is_told_with_its_line(tmp_path: Path, wrong: Any) -> None:
    file = write(tmp_path / "g.jsonl", QUESTION | {"id": "first"}, wrong)
    with pytest.raises(BadQuestion) as caught:
        read_sets([file])
    assert caught.value.facts["line"] == 2
    assert str(file) in caught.value.message("en")


@pytest.mark.parametrize(
    "wrong",
    [
        RETRIEVAL | {"positive": []},
        RETRIEVAL | {"positive": "a"},
        DIALOGUE | {"turns": [QUESTION]},
        PAIR | {"label": True},
    ],
)
def test_other_forms_are_checked_too(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(BadQuestion):
        read_sets([write(tmp_path / "g.jsonl", wrong)])


def test_files_that_are_not_there_empty_or_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(PathNotFound):
        read_sets([tmp_path / "none.jsonl"])
    with pytest.raises(NoQuestions):
        read_sets([write(tmp_path / "empty.jsonl")])
    (tmp_path / "gbk.jsonl").write_bytes('{"question": "几点"}'.encode("gb18030"))
    with pytest.raises(BadQuestion):
        read_sets([tmp_path / "gbk.jsonl"])
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(json.dumps(QUESTION).encode())[:-9])
    with pytest.raises(UnreadableFile):
        read_sets([tmp_path / "cut.jsonl.gz"])


def a_beir_folder(folder: Path, qrels: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    write(folder / "corpus.jsonl", {"_id": "d1", "title": "图书馆", "text": "九点开门。", "metadata": {}})
    write(folder / "queries.jsonl", {"_id": "q1", "text": "几点开门？"}, {"_id": "q2", "text": "没有评判的问题"})
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_a_beir_folder_is_read_with_its_grades(tmp_path: Path) -> None:
    folder = a_beir_folder(tmp_path / "scifact-zh", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td9\t0\nq2\td1\t0\n")
    found = only(folder)
    assert found.name == "scifact-zh"
    assert [(gold.id, gold.relevance) for gold in found.counted()] == [("q1", {"d1": 2})]
    assert json.loads(next(corpus_lines(folder))) == {"id": "d1", "title": "图书馆", "text": "九点开门。"}


@pytest.mark.parametrize("line", ["q1 d1 1", "q1\td1\tvery"])
def test_a_bad_judgement_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        read_sets([a_beir_folder(tmp_path / "b", f"query-id\tcorpus-id\tscore\n{line}\n")])
    assert caught.value.facts["line"] == 2
