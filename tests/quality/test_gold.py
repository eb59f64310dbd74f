"""The hand-made questions over the seeds, answered as a user would get them answered. Floors, not aims."""

from __future__ import annotations

import pytest
from gold import judge, percent, read
from support import SEEDS

from retriever.domain import Turn
from retriever.rebuild import rebuild
from retriever.search import Searcher


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    root = tmp_path_factory.mktemp("gold") / "index"
    rebuild([SEEDS], root)
    opened = Searcher.open(root)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def judged(searcher):
    return [judge(searcher.ask(gold["question"], top_k=10), gold) for gold in read("questions.dev.jsonl")]


def test_the_evidence_is_found(judged):
    assert percent([row.rank == 1 for row in judged]) >= 89
    assert percent([row.rank is not None and row.rank <= 5 for row in judged]) >= 96


def test_the_answer_is_quoted(judged):
    assert percent([row.answered for row in judged]) >= 95
    assert percent([row.right for row in judged]) >= 79


def test_questions_about_something_else_are_not_answered(searcher):
    off_topic = [gold for gold in read("unanswerable.dev.jsonl") if gold["kind"] == "off_topic"]
    assert percent([searcher.ask(gold["question"]).status == "no_answer" for gold in off_topic]) >= 90


def test_every_quotation_stands_in_its_article(searcher):
    for gold in read("questions.dev.jsonl"):
        answer = searcher.ask(gold["question"], top_k=10)
        for citation in answer.citations:
            text = searcher.article(citation.article.id).text
            assert text[citation.start : citation.end] == citation.cited_text
        for hit in answer.hits:
            text = searcher.article(hit.article.id).text
            assert text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_a_follow_up_is_understood_from_what_was_said_before(searcher):
    later = []
    for dialogue in read("dialogues.dev.jsonl"):
        history: list[Turn] = []
        for gold in dialogue["turns"]:
            answer = searcher.ask(gold["question"], top_k=10, history=history)
            if history:
                later.append(judge(answer, gold))
            history.append(Turn(gold["question"], answer.answer.text if answer.answer else ""))
    assert percent([row.rank == 1 for row in later]) >= 82
