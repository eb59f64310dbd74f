"""The hand-made questions over the seeds, answered as a user would get them answered. Floors, not aims."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import SEEDS

from retriever.evaluation import QuestionSet, Run, measure, read_sets
from retriever.evaluation.records import SetResult
from retriever.rebuild import rebuild
from retriever.search import Searcher

HERE = Path(__file__).parent
FILES = ("questions.dev", "unanswerable.dev", "dialogues.dev")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("gold") / "index"
    rebuild([SEEDS], root)
    searcher = Searcher.open(root)
    sets = read_sets([HERE / f"{name}.jsonl" for name in FILES])
    measured = measure(searcher, [one for one in sets if isinstance(one, QuestionSet)])
    searcher.close()
    return measured


def of(run: Run, name: str) -> SetResult:
    return next(result for result in run.sets if result.name == name)


def share(run: Run, name: str, figure: str) -> float:
    return of(run, name).figures[figure].value


def test_every_question_is_about_something_in_the_seeds(run: Run) -> None:
    assert [row.id for result in run.sets for row in result.not_in_index] == []


def test_the_evidence_is_found(run: Run) -> None:
    assert share(run, "questions.dev", "evidence@1") >= 0.89
    assert share(run, "questions.dev", "evidence@5") >= 0.96


def test_the_answer_is_quoted(run: Run) -> None:
    assert share(run, "questions.dev", "answered") >= 0.93
    assert share(run, "questions.dev", "answer") >= 0.86


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
