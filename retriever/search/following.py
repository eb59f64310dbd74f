"""What whoever asks may be told while a question is answered, and how they end it early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from retriever.domain import Hit, IndexInfo


@dataclass(frozen=True, slots=True)
class Near:
    """What was found for a question, before an answer is looked for in it; the fields are those of the Answer to come."""

    id: str
    question: str
    effective_question: str
    hits: tuple[Hit, ...]
    index: IndexInfo


OnStep = Callable[[], None]
"""Called between the steps of an answer. What it raises ends the question there and comes out of ``ask``."""
OnHits = Callable[[Near], None]
"""Called once the passages are known. What it raises ends the question, too."""


def go_on() -> None:
    """The step of those who let every question run to its end."""


def look_on(near: Near) -> None:
    """For those who wait for the whole answer."""
