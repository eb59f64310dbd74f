"""A small client for Python: ``from server.client import Baowen``. Nothing but the standard library and the contract's models.

>>> baowen = Baowen("http://127.0.0.1:8000")
>>> answer = baowen.ask("图书馆几点开门？")  # doctest: +SKIP
>>> print(answer.answer.text if answer.answer else "没有找到")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

from embeddings.errors import Language
from server.client_errors import (
    ClientError,
    Failed,
    KeyRefused,
    NotBaowen,
    NotNow,
    NotThere,
    Problem,
    TimedOut,
    Unreachable,
    WrongField,
    WrongRequest,
)
from server.client_wire import Wire, events
from server.schemas import ArticleOut, ArticlesOut, AskOut, IndexOut, SearchOut

__all__ = [
    "Baowen",
    "ClientError",
    "Conversation",
    "Event",
    "Failed",
    "KeyRefused",
    "NotBaowen",
    "NotNow",
    "NotThere",
    "Problem",
    "TimedOut",
    "Turn",
    "Unreachable",
    "WrongField",
    "WrongRequest",
]

MOST_TURNS = 20
LONGEST_TURN = 5000


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange; an answer that was none is empty."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream: ``passages``, ``answer``, ``done``. ``answer`` is whole with the last one and None before."""

    name: Literal["passages", "answer", "done"] | str
    data: Mapping[str, Any]
    answer: AskOut | None = None


class Baowen:
    """A service at ``url``. Safe to use from several threads: every call is a connection of its own.

    ``timeout`` is in seconds and counts from one sign of life of the service to the next. All methods raise ClientError:
    Unreachable, TimedOut, NotBaowen, or what the service said no with.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        key: str | None = None,
        timeout: float = 10.0,
        language: Language = "zh",
    ) -> None:
        self._wire = Wire(url, key, timeout, language)

    def ask(
        self,
        question: str,
        *,
        top_k: int = 5,
        history: Sequence[Turn] = (),
        source: Sequence[str] = (),
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> AskOut:
        """The sentences that answer, word for word, and where they were printed; ``status`` is no_answer where nothing does."""
        return self._wire.fetch(AskOut, "/api/v1/ask", _asked(question, top_k, history, source, date_from, date_to))

    def stream(
        self,
        question: str,
        *,
        top_k: int = 5,
        history: Sequence[Turn] = (),
        source: Sequence[str] = (),
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> Iterator[Event]:
        """The same, as it becomes known."""
        body = _asked(question, top_k, history, source, date_from, date_to)
        name = ""
        for name, data in events(self._wire.lines("/api/v1/ask?stream=1", body)):
            told = self._wire.json(data.encode())
            if name == "error":
                raise self._wire.problem(told)
            yield Event(name, told, self._wire.read(AskOut, told) if name == "done" else None)
        if name != "done":
            raise NotBaowen(url=self._wire.url, detail="the stream ended early")

    def search(
        self,
        query: str,
        *,
        top_k: int = 10,
        source: Sequence[str] = (),
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> SearchOut:
        """The nearest passages, and how much of the collection holds the query's words."""
        asked = {"q": query, "top_k": top_k, **_filters(source, date_from, date_to)}
        return self._wire.fetch(SearchOut, f"/api/v1/search?{urlencode(asked, doseq=True)}")

    def article(self, article_id: str) -> ArticleOut:
        """Raises NotThere."""
        return self._wire.fetch(ArticleOut, f"/api/v1/articles/{quote(article_id, safe='')}")

    def articles(
        self,
        *,
        page: int = 1,
        page_size: int = 20,
        source: Sequence[str] = (),
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> ArticlesOut:
        """One page of the list, newest first."""
        asked = {"page": page, "page_size": page_size, **_filters(source, date_from, date_to)}
        return self._wire.fetch(ArticlesOut, f"/api/v1/articles?{urlencode(asked, doseq=True)}")

    def index(self) -> IndexOut:
        """What the collection holds."""
        return self._wire.fetch(IndexOut, "/api/v1/index")

    def conversation(self) -> Conversation:
        """Questions that refer to one another."""
        return Conversation(self)


@dataclass
class Conversation:
    """Keeps what was asked and answered, so that 那谁主持的？ is understood. Not for several threads."""

    baowen: Baowen
    turns: list[Turn] = field(default_factory=list)

    def ask(self, question: str, **how: Any) -> AskOut:
        """As :meth:`Baowen.ask`, with the history of this conversation."""
        answer = self.baowen.ask(question, history=self.turns[-MOST_TURNS:], **how)
        self.turns.append(Turn(question, answer.answer.text[:LONGEST_TURN] if answer.answer else ""))
        return answer


def _asked(
    question: str,
    top_k: int,
    history: Sequence[Turn],
    source: Sequence[str],
    date_from: str | None,
    date_to: str | None,
) -> dict[str, Any]:
    turns = [{"question": turn.question, "answer": turn.answer} for turn in history]
    return {
        "question": question,
        "top_k": top_k,
        "history": turns,
        "filters": {"source": list(source), "date_from": date_from, "date_to": date_to},
    }


def _filters(source: Sequence[str], date_from: str | None, date_to: str | None) -> dict[str, Any]:
    given = {"source": list(source), "date_from": date_from, "date_to": date_to}
    return {name: value for name, value in given.items() if value}
