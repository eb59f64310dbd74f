"""Where questions are answered: at most a few at a time, each within its time, the same one only once per generation.

A question past its time is told so at once, and ends at its next step: nobody waits for it any more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from retriever.search import Searcher
from retriever.search.following import Near, OnStep
from server.errors import TooSlow
from server.live import Live
from server.metrics import Metrics
from server.present import answer_out, near_out
from server.schemas import AskIn, AskOut, PassagesEvent

log = logging.getLogger(__name__)
Result = TypeVar("Result")

AT_ONCE = 2  # in each process: Python computes one at a time, libraries beside it
STREAMS = 64
_TIMINGS = '"timings_ms":'

OnPassages = Callable[[PassagesEvent], None]
"""Told what was found as soon as it is known. What it raises ends the question."""


class Desk:
    """Answers from the live generation. Safe to call from several threads."""

    def __init__(
        self, live: Live, metrics: Metrics, *, seconds: float, keep_bytes: int, log_questions: bool = False
    ) -> None:
        self._live, self._metrics, self._seconds = live, metrics, seconds
        self._computing = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="answer")
        self.streams = ThreadPoolExecutor(STREAMS, thread_name_prefix="stream")
        self._kept = Kept(keep_bytes)
        self._log_questions = log_questions

    def ask(self, asked: AskIn) -> AskOut:
        """Raises TooSlow, and what opening an index raises."""
        return AskOut.model_validate_json(self.ask_json(asked))

    def ask_json(self, asked: AskIn, on_passages: OnPassages | None = None) -> str:
        """The same as JSON. What was answered from the same generation before is told again, with the time that took."""
        began = time.perf_counter()
        searcher = self._live.searcher()
        key = f"{searcher.generation} {asked.model_dump_json()}"
        before = self._kept.get(key)
        if before is not None:
            self._metrics.repeated()
            self._log(asked, before)
            took_ms = round((time.perf_counter() - began) * 1000, 2)
            told = f'{before}{_TIMINGS}{{"encode":0.0,"search":0.0,"answer":0.0,"total":{took_ms}}}}}'
            if on_passages:
                on_passages(PassagesEvent.of(AskOut.model_validate_json(told)))
            return told
        told = self.in_time(partial(self._answer, searcher, asked, on_passages))
        self._log(asked, told)
        self._kept.put(key, told[: told.rindex(_TIMINGS)])  # the contract's last key
        return told

    def in_time(self, work: Callable[[OnStep], Result]) -> Result:
        """What ``work`` gives, in the time of a question; waiting for a turn counts. Raises TooSlow.

        ``work`` is handed what it calls between its steps, which raises TooSlow once the time is past: Python cannot end a
        thread from outside.
        """
        until = time.monotonic() + self._seconds

        def in_time_still() -> None:
            if time.monotonic() >= until:
                raise TooSlow(seconds=f"{self._seconds:g}")

        working: Future[Result] = self._computing.submit(work, in_time_still)
        try:
            return working.result(self._seconds)
        except TimeoutError:
            if working.done():
                return working.result()
            working.cancel()
            raise TooSlow(seconds=f"{self._seconds:g}") from None

    def _log(self, asked: AskIn, told: str) -> None:
        """The words of the question and the id of its answer, by which feedback is joined to it; only where asked for."""
        if self._log_questions:
            answer_id = told.partition('"id":"')[2].partition('"')[0]
            facts = {"question": asked.question, "answer_id": answer_id}
            log.info("%(answer_id)s %(question)r", facts, extra={"facts": facts})

    def _answer(self, searcher: Searcher, asked: AskIn, on_passages: OnPassages | None, on_step: OnStep) -> str:
        def on_hits(near: Near) -> None:
            if on_passages:
                on_passages(near_out(near))

        answer = searcher.ask(
            asked.question,
            top_k=asked.top_k,
            history=[turn.turn() for turn in asked.history],
            filters=asked.filters.filters(),
            on_step=on_step,
            on_hits=on_hits,
        )
        self._metrics.answered(answer.status, answer.timings_ms)
        return answer_out(answer).model_dump_json()


class Kept:
    """Texts by their keys, the longest unused given up first; together at most ``most_bytes``."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        with self._lock:
            text = self._texts.get(key)
            if text is not None:
                self._texts.move_to_end(key)
            return text

    def put(self, key: str, text: str) -> None:
        with self._lock:
            self._bytes -= _size(key, self._texts.pop(key, ""))
            self._texts[key] = text
            self._bytes += _size(key, text)
            while self._bytes > self._most_bytes:
                self._bytes -= _size(*self._texts.popitem(last=False))


def _size(key: str, text: str) -> int:
    """About how many bytes both take: two each, as Python keeps Chinese."""
    return 2 * (len(key) + len(text)) if text else 0
