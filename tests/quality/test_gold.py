"""The hand-made questions over the seeds, answered as a user would get them answered. Floors, not aims."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import SEEDS

from retriever.domain import Turn
from retriever.evaluation import QuestionSet, Run, measure, read_sets
from retriever.evaluation.records import SetResult
from retriever.rebuild import rebuild
from retriever.search import Searcher

HERE = Path(__file__).parent
FILES = ("questions.dev", "unanswerable.dev", "dialogues.dev")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    root = tmp_path_factory.mktemp("gold") / "index"
    rebuild([SEEDS], root)
    opened = Searcher.open(root)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def run(searcher: Searcher) -> Run:
    sets = read_sets([HERE / f"{name}.jsonl" for name in FILES])
    return measure(searcher, [one for one in sets if isinstance(one, QuestionSet)])


def of(run: Run, name: str) -> SetResult:
    return next(result for result in run.sets if result.name == name)


def share(run: Run, name: str, figure: str) -> float:
    return of(run, name).figures[figure].value


def test_every_question_is_about_something_in_the_seeds(run: Run) -> None:
    assert [row.id for result in run.sets for row in result.not_in_index] == []


def test_the_evidence_is_found(run: Run) -> None:
    assert share(run, "questions.dev", "evidence@1") >= 0.91
    assert share(run, "questions.dev", "evidence@5") >= 0.97


def test_the_answer_is_quoted(run: Run) -> None:
    assert share(run, "questions.dev", "answered") >= 0.94
    assert share(run, "questions.dev", "answer") >= 0.88


def test_questions_about_something_else_are_not_answered(run: Run) -> None:
    assert share(run, "unanswerable.dev", "refused_off_topic") >= 0.97


def test_facts_that_were_never_printed_are_often_refused(run: Run) -> None:
    assert share(run, "unanswerable.dev", "refused_near_miss") >= 0.55


@pytest.mark.parametrize("name", FILES)
def test_every_quotation_stands_in_its_article(run: Run, name: str) -> None:
    exact = of(run, name).figures["exact"]
    assert exact.value == 1
    assert exact.n > 300


def test_a_follow_up_is_understood_from_what_was_said_before(run: Run) -> None:
    assert share(run, "dialogues.dev", "evidence@1") >= 0.82
    assert share(run, "dialogues.dev", "answer") >= 0.82


def test_what_no_paper_prints_is_not_answered(searcher: Searcher) -> None:
    """National matters, other cities, stars, prices and weather; with a conversation before them fewer are told apart."""
    asked = [json.loads(line)["question"] for line in (HERE / "far" / "far.jsonl").read_text("utf-8").splitlines()]
    refused = [searcher.ask(question).answer is None for question in asked]
    assert sum(refused) >= 0.95 * len(asked)
    talks = [json.loads(line)["turns"] for line in (HERE / "dialogues.dev.jsonl").read_text("utf-8").splitlines()]
    after = [tuple(Turn(turn["question"], turn["answer"]) for turn in turns) for turns in talks]
    later = [searcher.ask(question, history=after[n % len(after)]).answer is None for n, question in enumerate(asked)]
    assert sum(later) >= 0.83 * len(asked)
