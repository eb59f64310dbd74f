"""A list of chat messages as a question and the turns before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retriever.domain import Turn
from server.compat.content import spoken
from server.compat.openai_shapes import MessageIn

MOST_TURNS = 20
LONGEST_TURN = 5000


@dataclass(frozen=True, slots=True)
class Conversation:
    question: str
    history: tuple[Turn, ...]  # oldest first


def conversation(messages: Sequence[MessageIn]) -> Conversation | None:
    """The last user message is asked; earlier ones with the reply that followed are the history. None where nobody asks.

    What a system or a tool says is no part of it: it steers language models, and here nothing can be steered.

    >>> said = [("system", "Answer in English."), ("user", "谁写的？"), ("assistant", "张三。[1]"), ("user", "何时？")]
    >>> conversation([MessageIn(role=role, content=text) for role, text in said])
    Conversation(question='何时？', history=(Turn(question='谁写的？', answer='张三。'),))
    """
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user":
            turns.append(Turn(text_of(message)))
        elif message.role == "assistant" and turns:
            before = turns[-1]
            turns[-1] = Turn(before.question, before.answer + spoken(text_of(message)))
    if not turns:
        return None
    earlier = turns[-1 - MOST_TURNS : -1]
    return Conversation(
        turns[-1].question.strip(),
        tuple(Turn(turn.question[:LONGEST_TURN], turn.answer[:LONGEST_TURN]) for turn in earlier),
    )


def text_of(message: MessageIn) -> str:
    """What a message says; pictures and sounds say nothing here."""
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    return "\n".join(part.text for part in message.content if part.text)
