"""The exam over the articles set apart: the same questions for every encoder that is compared."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors
from embeddings.training.corpus import Article
from embeddings.training.heldout import digest, letters
from embeddings.training.measure import DEPTH, Score, passages_of, score
from embeddings.training.shelf import SENTENCE
from embeddings.training.synonyms import Synonyms, replace_words

Kind = Literal["headline", "sentence", "everyday"]
DISTRACTORS = 4_000  # articles that nobody asks about
SHORTEST_SENTENCE = 12  # letters
QUESTIONS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class ExamQuestion:
    """``headline`` and ``sentence`` are as printed; ``everyday`` is either of them in the words of the synonym table."""

    kind: Kind
    text: str
    article: int


@dataclass(frozen=True, slots=True)
class Exam:
    """Article ``a`` is ``passages[first[a]:first[a + 1]]``; the last one ends with the list."""

    questions: list[ExamQuestion]
    passages: list[str]
    first: NDArray[np.int64]


def set_exam(asked_about: Sequence[Article], distractors: Sequence[Article], synonyms: Synonyms) -> Exam:
    """For each article its headline, or a sentence of it where it has none, and the same in everyday words.

    Headlines stand in no passage, and neither does a sentence that is asked.
    """
    questions: list[ExamQuestion] = []
    bodies: list[str] = []
    for number, article in enumerate(asked_about):
        rng = random.Random(digest(article))
        asked, body = question_on(article, number, rng)
        bodies.append(body)
        for question in asked:
            questions.append(question)
            everyday = replace_words(question.text, synonyms, rng, share=1)
            if everyday != question.text:
                questions.append(ExamQuestion("everyday", everyday, number))
    bodies += [article.text for article in distractors[:DISTRACTORS]]
    cut = [list(passages_of({"text": body})) for body in bodies]
    first = np.array([0, *accumulate(map(len, cut))][:-1], np.int64)
    return Exam(questions, [passage for passages in cut for passage in passages], first)


def question_on(article: Article, number: int, rng: random.Random) -> tuple[list[ExamQuestion], str]:
    """The question, and the text that it is asked of; none where the article is a single sentence without a headline."""
    if article.title:
        return [ExamQuestion("headline", article.title, number)], article.text
    sentences = SENTENCE.findall(article.text)
    long_ones = [at for at, sentence in enumerate(sentences) if len(letters(sentence)) >= SHORTEST_SENTENCE]
    if len(sentences) < 2 or not long_ones:
        return [], article.text
    hidden = rng.choice(long_ones)
    rest = "".join(sentences[:hidden] + sentences[hidden + 1 :])
    return [ExamQuestion("sentence", sentences[hidden].strip(), number)], rest


def sit(encoder: Encoder, exam: Exam) -> NDArray[np.int64]:
    """The place of the right article for each question; 1 is first."""
    passages = encoder.encode_passages(exam.passages)
    questions = encoder.encode_passages([question.text for question in exam.questions])
    right = np.array([question.article for question in exam.questions], np.int64)
    some = (slice(at, at + QUESTIONS_AT_ONCE) for at in range(0, len(questions), QUESTIONS_AT_ONCE))
    return np.concatenate([places(questions[part] @ passages.T, exam.first, right[part]) for part in some])


def places(scores: Vectors, first: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many articles are at least as near as the right one, itself included; an article is its nearest passage."""
    nearest = np.maximum.reduceat(scores, first, axis=1)
    own = nearest[np.arange(len(right)), right]
    ranks: NDArray[np.int64] = (nearest >= own[:, None]).sum(axis=1, dtype=np.int64)
    return ranks


def marks(exam: Exam, ranks: NDArray[np.int64]) -> dict[str, Score]:
    """A score for each kind of question that was asked, and "all" over every one."""
    return {kind: score_of(ranks[rows], exam) for kind, rows in rows_by_kind(exam)}


def rows_by_kind(exam: Exam) -> Iterator[tuple[str, NDArray[np.int64]]]:
    kinds = np.array([question.kind for question in exam.questions])
    for kind in dict.fromkeys(kinds.tolist()):
        yield kind, np.flatnonzero(kinds == kind)
    yield "all", np.arange(len(kinds))


def score_of(ranks: NDArray[np.int64], exam: Exam) -> Score:
    return score([rank if rank <= DEPTH else None for rank in ranks.tolist()], len(exam.passages))
