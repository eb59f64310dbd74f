"""What two indexes hold, to be compared; and folders of papers that change."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Any

from retriever.index.generations import current_generation
from retriever.report import FileReport, RebuildReport
from retriever.search import Searcher

QUESTIONS = ("图书馆几点开门？", "袜业公司带动多少人就业？", "体育馆免费吗？", "第三篇说什么？")
_UNLIKE = {"manifest.json", "articles.sqlite"}  # the one names its generation, the other's pages are filled differently


def contents(root: Path) -> dict[str, Any]:
    """Everything the live generation holds: the rows of its tables, the bytes of its other files."""
    folder = root / current_generation(root)
    held: dict[str, Any] = {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name not in _UNLIKE
    }
    with contextlib.closing(sqlite3.connect(folder / "articles.sqlite")) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            held[table] = sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    held |= {name: manifest[name] for name in ("articles", "passages", "characters", "vectors", "made_with", "encoder")}
    return held


def answers(root: Path) -> list[Any]:
    """What it says to a few questions, generation and times aside."""
    searcher = Searcher.open(root)
    try:
        said = [searcher.ask(question) for question in QUESTIONS]
        return [(answer.answer, answer.citations, answer.hits, answer.missing_terms) for answer in said]
    finally:
        searcher.close()


def told(report: RebuildReport) -> Any:
    """What a report says of files and problems, in an order that does not depend on when they were read."""
    pages = sorted(map(_of_page, report.pages), key=repr)
    problems = sorted(problem.message("en") for problem in report.problems)
    counts = report.files, report.articles, report.passages, report.characters, report.joined, report.problem_count
    return pages, problems, counts


def _of_page(page: FileReport) -> Any:
    facts = {name: getattr(page, name) for name in page.__slots__ if name not in ("problems", "dropped")}
    dropped = None if page.dropped is None else {why: count for why, count in page.dropped.items() if count}
    return facts, dropped, [problem.message("en") for problem in page.problems]
