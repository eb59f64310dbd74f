"""What is asked, and what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Form = Literal["retrieval", "questions", "unanswerable", "dialogues"]


@dataclass(frozen=True, slots=True)
class Gold:
    """One question and what would be right; what its file doesn't say stays empty."""

    id: str
    question: str
    group: str = ""  # the type of question, or the kind of unanswerable one
    answers: tuple[str, ...] = ()  # any of them
    evidence: str = ""  # the sentence that answers, as printed
    relevance: Mapping[str, int] = field(default_factory=dict)  # article id → grade, 1 or more
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One file. A question on its own is a conversation of one turn; of dialogues, the later turns count."""

    name: str
    form: Form
    conversations: tuple[tuple[Gold, ...], ...]
    floors: Mapping[str, float] = field(default_factory=dict)  # that the file itself asks for

    def counted(self) -> Iterator[Gold]:
        """The questions that are measured."""
        for turns in self.conversations:
            yield from turns[self.first_counted :]

    @property
    def first_counted(self) -> int:
        """Which turn of a conversation is the first to count: what opens a dialogue borrows nothing."""
        return 1 if self.form == "dialogues" else 0


@dataclass(frozen=True, slots=True)
class SentencePair:
    group: str
    a: str
    b: str
    label: float


@dataclass(frozen=True, slots=True)
class PairSet:
    """Sentence pairs with how alike people find them: they measure an encoder alone."""

    name: str
    pairs: tuple[SentencePair, ...]
