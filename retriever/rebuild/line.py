"""Articles go in one by one, lots of them come out made and are written: here where they are few, else by several processes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import Self

from retriever.index.arriving import Placed
from retriever.index.lots import Lot
from retriever.rebuild.crew import MOST, Crew, Task, cores
from retriever.rebuild.making import Maker, Told, texts_to_encode
from retriever.rebuild.seams import Taker
from retriever.rebuild.vectors import Encode

LOT_CHARS = 250_000  # about a thousand passages
# So many are made here before other processes are asked, where no more are expected: starting them takes as long.
ALONE_CHARS = 1_500_000
AHEAD = 4  # lots that wait for each process

_Lot = tuple[list[Placed], "Future[Lot]"]


class Line:
    """Hands lots to who makes them and what comes back to the writer, in the order in which they went in."""

    def __init__(self, writer: Taker, task: Task, encode: Encode | None, *, expected: float = 0) -> None:
        """``encode`` makes the vectors in this process, where the task leaves them out; ``expected`` characters will come at least."""
        self._writer, self._task, self._encode, self._expected = writer, task, encode, expected
        self._waiting: list[Placed] = []
        self._waiting_chars = 0
        self._crew: Crew | None = None
        self._under_way: deque[_Lot] = deque()
        self._opened = ExitStack()
        self.articles = self._sent = 0  # how many went in; characters

    def add(self, placed: Placed) -> None:
        """One more article to be made."""
        self._waiting.append(placed)
        self._waiting_chars += len(placed.article.text)
        self.articles += 1
        if self._waiting_chars >= LOT_CHARS:
            self._send()

    def finish(self) -> None:
        """Everything that went in is written."""
        self._send()
        while self._under_way:
            self._write_next()
        self._opened.close()

    @cached_property
    def _maker(self) -> Maker:
        return Maker(self._task.lexicon, self._task.encoder)

    def _send(self) -> None:
        lot, chars = self._waiting, self._waiting_chars
        self._waiting, self._waiting_chars = [], 0
        if not lot:
            return
        told = [(placed.article.info.title, placed.article.text) for placed in lot]
        if self._crew is None and max(self._sent, self._expected) >= ALONE_CHARS and cores() > 1:
            self._crew = self._opened.enter_context(Crew(self._task, min(cores(), MOST)))
        self._sent += chars
        if self._crew is None:
            self._write(lot, told, self._maker.make(told))
            return
        self._under_way.append((lot, self._crew.make(told)))
        while len(self._under_way) > AHEAD * self._crew.size:
            self._write_next()

    def _write_next(self) -> None:
        lot, made = self._under_way.popleft()
        self._write(lot, [(placed.article.info.title, placed.article.text) for placed in lot], made.result())

    def _write(self, lot: Sequence[Placed], told: Sequence[Told], made: Lot) -> None:
        self._writer.add_lot(lot, made)
        if self._encode is not None and len(made.spans):
            self._writer.add_vectors(self._encode(texts_to_encode(told, made)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()
