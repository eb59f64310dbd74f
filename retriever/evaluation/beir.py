"""BEIR's folders: corpus.jsonl, queries.jsonl, qrels/test.tsv (Thakur et al. 2021)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from retriever.errors import NoQuestions
from retriever.evaluation.fields import checked_question, text
from retriever.evaluation.lines import Record, at_line, json_records, text_lines
from retriever.evaluation.questions import Gold, QuestionSet

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", Path("qrels") / "test.tsv"

_Grades = dict[str, dict[str, int]]  # question → article → grade


def is_beir(path: Path) -> bool:
    return all((path / part).is_file() for part in (CORPUS, QUERIES, QRELS))


def read_beir(folder: Path) -> QuestionSet:
    """The judged questions of the test split. Raises BadQuestion, NoQuestions or UnreadableFile."""
    grades = _grades(folder / QRELS)
    golds = []
    for line, record in json_records(folder / QUERIES):
        if record.get("_id") in grades:
            with at_line(folder / QUERIES, line):
                golds.append(_gold(record, grades))
    if not golds:
        raise NoQuestions(file=folder / QUERIES)
    return QuestionSet(folder.resolve().name, "retrieval", tuple((gold,) for gold in golds))


def corpus_lines(folder: Path) -> Iterator[str]:
    """The corpus as JSON lines that a rebuild reads, each article under BEIR's own id."""
    for line, record in json_records(folder / CORPUS):
        with at_line(folder / CORPUS, line):
            article = {"id": text(record, "_id"), "title": text(record, "title", ""), "text": text(record, "text", "")}
        yield json.dumps(article, ensure_ascii=False) + "\n"


def _gold(record: Record, grades: _Grades) -> Gold:
    identity = text(record, "_id")
    return Gold(identity, checked_question(text(record, "text")), relevance=grades[identity])


def _grades(file: Path) -> _Grades:
    """The articles that are relevant at all. The first line names the columns."""
    grades: _Grades = defaultdict(dict)
    for line, written in text_lines(file):
        if line == 1:
            continue
        with at_line(file, line):
            query, article, grade = _judgement(written)
        if grade > 0:
            grades[query][article] = grade
    return grades


def _judgement(written: str) -> tuple[str, str, int]:
    parts = written.split("\t")
    if len(parts) != 3:
        raise ValueError("应有三列 (three columns expected): query-id, corpus-id, score")
    return parts[0], parts[1], int(parts[2])
