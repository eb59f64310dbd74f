"""How likely is it that a sentence answers?  A logistic sum of a few grounds, each 0 to 1."""

from __future__ import annotations

import math
from dataclasses import dataclass

from retriever.search.coverage import Term

MIN_CONFIDENCE = 0.5  # below it the service says that it found nothing


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for an answer, and against."""

    words: float  # share of the question's weight that stands in the sentence
    around: float  # the same for its headline and passage
    shows: float  # whether the sentence shows what this kind of question asks for
    meaning: float  # cosine of question and sentence
    nearest: float  # best cosine of question and any passage
    missing: float  # share of the question's weight in words that no passage holds
    substance: float  # how much the question says: its summed rarity, full at FULL_SUBSTANCE


FULL_SUBSTANCE = 15.0
BIAS = -5.25
# Lexical weights were fitted on hand-made questions over forty collections of forty news articles each, against questions
# about other collections and off-topic ones; cosines count at fixed weights there, because the shipped encoder has seen
# those questions in training and would look surer than it is.
LOG_ODDS = Grounds(words=1.2, around=2.5, shows=0.24, meaning=4.0, nearest=12.0, missing=-0.94, substance=0.65)


def confidence(grounds: Grounds) -> float:
    """The chance that the answer is right, 0 to 1."""
    log_odds = BIAS + sum(getattr(LOG_ODDS, name) * getattr(grounds, name) for name in Grounds.__slots__)
    return 1 / (1 + math.exp(-log_odds))


def missing_share(sought: tuple[Term, ...], missing: tuple[str, ...]) -> float:
    """The share of the question's weight in words that are ``missing`` from every passage."""
    total = sum(term.weight for term in sought)
    return sum(term.weight for term in sought if term.word in missing) / total if total else 1.0


def substance(sought: tuple[Term, ...]) -> float:
    return min(1.0, sum(term.weight for term in sought) / FULL_SUBSTANCE)
