"""What an epoch teaches: pairs of a query and the passage it should find.

An epoch is a shuffled plan of :class:`Task`; :data:`MAKERS` turns each into a fresh :class:`Pair`, so that the same
article gives another sentence, another passage, every time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from embeddings.training.corpus import Article, Question
from embeddings.training.shelf import Sentences, Shelf

Kind = Literal["headline", "sentence", "span", "opening", "question"]

PASSAGE_CHARS = (120, 400)  # passages of an index run to about 300 characters
SPAN_CHARS = (6, 24)
SHORTEST_SENTENCE = 8
KEEP_SENTENCE = 0.2  # the query's own sentence stays in its passage this often: quoting must work too
WITH_HEAD = 0.5  # passages of an index stand below the headline of their article, or else its first sentence
HEADLINE = 0.7

SHORT = ("csts", "simclue", "synonyms", "ncp_policy_q2a", "xwlb_briefs", "qa")  # too short to hide a sentence in
LIGHT = 0.3
LARGE = 0.15  # a source with this share of an epoch fills batches of its own


@dataclass(frozen=True, slots=True)
class Mixture:
    """How many pairs an epoch takes: for each article of a source, and for each question of a source."""

    headline: Mapping[str, float] = field(
        default_factory=lambda: {"csts": LIGHT, "simclue": LIGHT, "synonyms": 0.6, "ncp_policy_q2a": 3, "misc_news": 2}
    )
    sentence: float = 1.2
    span: float = 1.0
    opening: float = 0.4
    question: Mapping[str, float] = field(default_factory=lambda: {"qa": 2, "news_questions": 5, "news_dialogues": 2.5})


@dataclass(frozen=True, slots=True)
class Task:
    kind: Kind
    number: int  # of the article, or of the question


@dataclass(frozen=True, slots=True)
class Pair:
    query: str
    passage: tuple[Sentences, ...]
    article: int  # pairs of one article are no wrong answers to each other


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything that pairs are made from. ``answers[q]`` is the article and sentence that answer question ``q``."""

    shelf: Shelf
    sources: list[str]
    questions: list[Question]
    answers: list[tuple[int, int]]


def prepare(articles: Sequence[Article], questions: Sequence[Question], shelf: Shelf) -> Lesson:
    numbers = {article.id: number for number, article in enumerate(articles)}
    answers = [
        (numbers[q.article_id], shelf.sentence_holding(q, numbers[q.article_id], articles[numbers[q.article_id]].text))
        for q in questions
    ]
    return Lesson(shelf, [article.source for article in articles], list(questions), answers)


def plan_epoch(lesson: Lesson, mixture: Mixture, rng: random.Random) -> list[Task]:
    """The tasks of one epoch, shuffled. A share of 0.3 takes three in ten, 2.5 takes two and every other a third."""
    tasks: list[Task] = []
    for number, source in enumerate(lesson.sources):
        if lesson.shelf.sentences[lesson.shelf.first[number]]:
            tasks += [Task("headline", number)] * times(mixture.headline.get(source, 1), rng)
        if source not in SHORT:
            tasks += [Task("sentence", number)] * times(mixture.sentence, rng)
            tasks += [Task("span", number)] * times(mixture.span, rng)
            tasks += [Task("opening", number)] * times(mixture.opening, rng)
    for number, question in enumerate(lesson.questions):
        tasks += [Task("question", number)] * times(mixture.question.get(question.source, 1), rng)
    rng.shuffle(tasks)
    return tasks


def plan_batches(lesson: Lesson, tasks: Sequence[Task], size: int, rng: random.Random) -> list[list[Task]]:
    """Full batches in random order, each of one large source, or of all small ones together.

    Among news of its own kind a query must tell stories apart; among mixed texts, telling kinds apart is enough.
    What is left over at the end of a source waits for the next epoch's shuffle.
    """
    enough = max(size, LARGE * len(tasks))
    homes: dict[str, list[Task]] = {}
    for task in tasks:
        homes.setdefault(source_of(lesson, task), []).append(task)
    large = [home for home in homes.values() if len(home) >= enough]
    small = [task for home in homes.values() if len(home) < enough for task in home]
    rng.shuffle(small)
    cut = [home[start : start + size] for home in (*large, small) for start in range(0, len(home) - size + 1, size)]
    rng.shuffle(cut)
    return cut


def source_of(lesson: Lesson, task: Task) -> str:
    return lesson.sources[lesson.answers[task.number][0] if task.kind == "question" else task.number]


def times(share: float, rng: random.Random) -> int:
    return int(share) + (rng.random() < share % 1)


def make_pair(lesson: Lesson, task: Task, rng: random.Random) -> Pair | None:
    """The pair of a task; None where the article is too short for it."""
    return MAKERS[task.kind](lesson, task.number, rng)


def headline_pair(lesson: Lesson, article: int, rng: random.Random) -> Pair | None:
    shelf = lesson.shelf
    start, end = shelf.body(article)
    skipped = rng.choice((0, 0, 0, 0, 150, 300, 600))
    start = shelf.forward(start, end, skipped) if skipped and shelf.chars((start, end)) > 2 * skipped else start
    passage = (start, shelf.forward(start, end, rng.randint(*PASSAGE_CHARS)))
    lead = shelf.body(article)[0]
    head = ((lead, lead + 1),) if rng.random() < WITH_HEAD else ()  # as for an article whose headline is not known
    return Pair(shelf.sentences[shelf.first[article]], (*head, passage), article)


def sentence_pair(lesson: Lesson, article: int, rng: random.Random) -> Pair | None:
    hidden = hide_sentence(lesson, article, rng)
    return hidden and Pair(lesson.shelf.sentences[hidden[0]], hidden[1], article)


def span_pair(lesson: Lesson, article: int, rng: random.Random) -> Pair | None:
    hidden = hide_sentence(lesson, article, rng)
    if hidden is None:
        return None
    sentence = lesson.shelf.sentences[hidden[0]]
    start = rng.randrange(max(1, len(sentence) - SPAN_CHARS[0]))
    return Pair(sentence[start : start + rng.randint(*SPAN_CHARS)], hidden[1], article)


def hide_sentence(lesson: Lesson, article: int, rng: random.Random) -> tuple[int, tuple[Sentences, ...]] | None:
    """A sentence at random, and the passage around it, mostly without it."""
    start, end = lesson.shelf.body(article)
    hidden = rng.randrange(start, end)
    if end - start < 3 or len(lesson.shelf.sentences[hidden]) < SHORTEST_SENTENCE:
        return None
    around = passage_around(lesson, article, hidden, rng)
    if rng.random() < KEEP_SENTENCE:
        return hidden, around
    left, right = around[-1]
    return hidden, (*around[:-1], (left, hidden), (hidden + 1, right))


def opening_pair(lesson: Lesson, article: int, rng: random.Random) -> Pair | None:
    """How an article opens finds its later passages."""
    shelf = lesson.shelf
    start, end = shelf.body(article)
    second = shelf.forward(start, end, PASSAGE_CHARS[1])
    if second >= end:
        return None
    later = rng.randrange(second, end)
    return Pair(shelf.sentences[start], ((later, shelf.forward(later, end, rng.randint(*PASSAGE_CHARS))),), article)


def question_pair(lesson: Lesson, question: int, rng: random.Random) -> Pair | None:
    article, sentence = lesson.answers[question]
    passage = ((sentence, sentence + 1),) if rng.random() < 0.2 else passage_around(lesson, article, sentence, rng)
    return Pair(lesson.questions[question].text, passage, article)


def passage_around(lesson: Lesson, article: int, sentence: int, rng: random.Random) -> tuple[Sentences, ...]:
    """A passage of usual length that holds ``sentence``, at times with its article's head before it."""
    shelf = lesson.shelf
    start, end = shelf.body(article)
    chars = rng.randint(*PASSAGE_CHARS)
    before = rng.uniform(0, chars)
    left = sentence
    while left > start and shelf.chars((left - 1, sentence)) < before:
        left -= 1
    right = max(sentence + 1, shelf.forward(left, end, chars))
    head = head_of(shelf, article, rng)
    if rng.random() >= WITH_HEAD or head[0] == sentence:
        return ((left, right),)
    return head, (left, right)


def head_of(shelf: Shelf, article: int, rng: random.Random) -> Sentences:
    """The headline, at times; always the first sentence where there is no headline."""
    lead = shelf.body(article)[0]
    has_headline = bool(shelf.sentences[shelf.first[article]])
    return shelf.headline(article) if has_headline and rng.random() < HEADLINE else (lead, lead + 1)


MAKERS: dict[Kind, Callable[[Lesson, int, random.Random], Pair | None]] = {
    "headline": headline_pair,
    "sentence": sentence_pair,
    "span": span_pair,
    "opening": opening_pair,
    "question": question_pair,
}
