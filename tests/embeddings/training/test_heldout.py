"""What is set apart stays apart."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from embeddings.training.corpus import Article
from embeddings.training.errors import TooFewArticles
from embeddings.training.exam import places, set_exam
from embeddings.training.heldout import FEWEST, letters, set_apart
from tests.embeddings.training.archive import SYNONYMS, stories


def texts(articles: list[Article]) -> set[str]:
    return {article.text for article in articles}


def test_the_slice_is_the_same_in_any_order_and_nothing_of_it_is_learnt() -> None:
    there = stories()
    split = set_apart(there)
    again = set_apart(random.Random(1).sample(there, len(there)))
    assert split == again
    assert len(split.watched) + len(split.compared) == FEWEST
    assert not texts(split.learnt) & texts(split.watched + split.compared)
    assert not texts(split.watched) & texts(split.compared)


def test_copies_of_an_article_set_apart_are_not_learnt_under_another_headline_or_punctuation() -> None:
    there = stories()
    apart = set_apart(there).compared[0]
    equal = replace(apart, id="copy", title="转载", text=apart.text.replace("，", " ") + "\n")
    longer = replace(apart, id="more", title="增补", text=apart.text + "另据记者了解，有关部门还将在下月召开说明会。")
    split = set_apart([*there, equal, longer])
    assert not any(letters(apart.text) in letters(article.text) for article in split.learnt)


def test_when_an_archive_grows_last_years_lessons_do_not_become_this_years_questions() -> None:
    there = stories() + [
        replace(a, id=f"{a.id}-{n}", text=a.text.replace("专家", f"专家{n}号")) for n in range(8) for a in stories()
    ]
    before, after = set_apart(there[:1600]), set_apart(there)
    learnt_then_asked_now = texts(before.learnt) & texts(after.watched + after.compared)
    assert len(learnt_then_asked_now) == 0


def test_too_few_articles_are_counted_and_the_number_needed_is_told() -> None:
    with pytest.raises(TooFewArticles) as raised:
        set_apart([*stories()[:150], *stories()[:150]])
    for language in ("zh", "en"):
        assert "150" in raised.value.message(language)
        assert "200" in raised.value.message(language)
        assert "300" in raised.value.message(language)


def test_the_exam_never_shows_the_answer() -> None:
    articles = [*stories()[:5], replace(stories()[5], title="")]
    exam = set_exam(articles, stories()[6:9], SYNONYMS)
    assert [question.kind for question in exam.questions].count("headline") == 5
    assert [question.kind for question in exam.questions].count("sentence") == 1
    for question in exam.questions:
        if question.kind != "everyday":
            assert not any(question.text in passage for passage in exam.passages)
    assert len(exam.first) == 9
    assert set_exam(articles, stories()[6:9], SYNONYMS).questions == exam.questions


def test_an_article_is_as_near_as_its_nearest_passage_and_ties_count_against_it() -> None:
    scores = np.array([[0.1, 0.9, 0.5, 0.9], [0.1, 0.2, 0.5, 0.3]], np.float32)
    assert places(scores, np.array([0, 2, 3]), np.array([0, 1])).tolist() == [2, 1]
