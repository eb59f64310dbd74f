"""Holds the newest searcher: a rebuild or a rollback is picked up without a restart, and a damaged one never ends the service."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from embeddings.errors import BaowenError
from embeddings.options import AS_IT_COMES, EncoderOptions
from retriever.domain import Mode
from retriever.errors import DamagedSetAside, IndexDamaged, OlderGenerationServes
from retriever.index.generations import current_generation, damaged_generations, live_name
from retriever.index.health import damage_of, findings, stand_in_for
from retriever.index.recovery import take_the_place_of
from retriever.index.snapshot import is_read_whole
from retriever.search import Searcher

log = logging.getLogger(__name__)

LOWEST_PRIORITY = 19
PUT_RIGHT = ("已原样搁置，没有删除", "it was set aside, not deleted")
LEFT_THERE = ("留在原处", "it was left where it is")


class Live(Protocol):
    """Holds the searcher of the newest generation, wherever it is kept."""

    @property
    def warning(self) -> BaowenError | None:
        """What whoever looks after the index has to know."""
        ...

    def searcher(self) -> Searcher:
        """Raises why nothing can answer, while no generation has been opened yet."""
        ...


class LiveSearcher:
    """The searcher of the live generation, looked up at most every ``look_every_s`` seconds.

    A new generation is opened in a thread of its own: whoever asks first waits for it, ``patience_s`` seconds at most,
    and the others are served the old one meanwhile. Each searcher answers from one generation wholly; its files are let
    go when the last answer that uses it is done. A damaged generation is named in ``warning``, set aside, and the last
    good one serves.
    """

    def __init__(
        self,
        root: Path,
        *,
        encoder: str | None = None,
        options: EncoderOptions = AS_IT_COMES,
        mode: Mode = "hybrid",
        reranker: str | None = None,
        look_every_s: float = 0.2,
        patience_s: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = root
        self._encoder, self._options, self._mode, self._reranker = encoder, options, mode, reranker
        self._look_every_s, self._patience_s, self._clock = look_every_s, patience_s, clock
        self._looking = threading.Lock()  # held by whoever looks for a new generation, and until it is opened
        self._looked_at = -float("inf")
        self._current: Searcher | None = None
        self._seen: str | None = None  # what CURRENT named when it was last followed, in vain or not
        self._lost: BaowenError | None = None  # why CURRENT cannot be read at this moment
        self._passed_over: BaowenError | None = None  # why it is not the newest generation that serves
        self._refused: IndexDamaged | None = None  # why nothing serves any more

    @property
    def warning(self) -> BaowenError | None:
        """What whoever looks after the index has to know."""
        return self._lost or self._passed_over

    def searcher(self) -> Searcher:
        """Raises IndexNotBuilt, NotAnIndex, IndexDamaged, … while no generation has been opened yet."""
        current = self._current
        if current is None:
            with self._looking:
                return self._current or self._first()
        if self._clock() - self._looked_at >= self._look_every_s and self._looking.acquire(blocking=False):
            self._looked_at = self._clock()
            if not self._is_new():
                self._looking.release()
                return current
            opener = threading.Thread(target=self._follow, name="open-generation", daemon=True)
            opener.start()
            opener.join(self._patience_s)
        return self._current or current

    def close(self) -> None:
        with self._looking:
            current, self._current, self._seen = self._current, None, None
            if current is not None:
                current.close()

    def _first(self) -> Searcher:
        self._seen = live_name(self.root)
        if self._refused is not None and self._refused.facts["folder"] == self.root / (self._seen or ""):
            raise self._refused
        searcher = self._open()
        self._looked_at = self._clock()
        return searcher

    def _is_new(self) -> bool:
        try:
            name = current_generation(self.root)
        except BaowenError as error:
            if self._lost is None:
                log.error("%s", error)
            self._lost = error
            return False
        self._lost = None
        if name == self._seen:
            return False
        self._seen = name
        return True

    def _follow(self) -> None:
        """Open what CURRENT names now; the thread that runs this was given the lock."""
        try:
            log.info("generation %s is live", self._open().generation)
        except BaowenError as error:
            self._pass_over(error)
        except Exception:
            log.exception("the newest index could not be opened")
        finally:
            self._looked_at = self._clock()
            self._looking.release()

    def _open(self, because: BaowenError | None = None) -> Searcher:
        """Open the live generation, or what stands in for it. The one before goes when its last answer is done.

        ``because`` says why it is not the newest, where that is known.
        """
        searcher = Searcher.open(
            self.root,
            encoder=self._encoder,
            options=self._options,
            mode=self._mode,
            reranker=self._reranker,
            before=self._current,
        )
        serving = searcher.generation
        if self._current is not None and self._current.generation == serving:
            searcher.close()  # it serves already
            searcher = self._current
        self._current, self._refused = searcher, None
        if serving != self._seen and serving != live_name(self.root):
            self._take_over(self._seen, damage_of(self.root, self._seen), serving)
        else:
            self._seen, self._passed_over = serving, because or self._newer_set_aside(serving)
        self._read_whole_later(serving)
        return searcher

    def _take_over(self, damaged: str | None, detail: str, serving: str) -> bool:
        """``serving`` takes the place of what is damaged: on disk too, where the folder may be written."""
        done = take_the_place_of(self.root, damaged, serving=serving)
        if done:
            self._seen = serving
        zh, en = PUT_RIGHT if done else LEFT_THERE
        self._pass_over(
            OlderGenerationServes(
                damaged=damaged or "CURRENT", detail=detail, serving=serving, aside_zh=zh, aside_en=en
            )
        )
        return done

    def _newer_set_aside(self, serving: str) -> BaowenError | None:
        newest = next(iter(damaged_generations(self.root)), "")
        return (
            DamagedSetAside(damaged=newest, folder=f"damaged-{newest}", serving=serving) if newest > serving else None
        )

    def _read_whole_later(self, generation: str) -> None:
        """What is too large to be read whole before it serves is read while it does."""
        if not is_read_whole(self.root / generation):
            threading.Thread(target=self._read_whole, args=(generation,), name="read-generation", daemon=True).start()

    def _read_whole(self, generation: str) -> None:
        _questions_first()
        folder = self.root / generation
        found = findings(folder)
        with self._looking:
            if not found or not folder.exists() or self._current is None or self._current.generation != generation:
                return
            standing_in = stand_in_for(self.root, generation)
            if standing_in is not None and self._take_over(generation, found[0], standing_in):
                self._open(because=self._passed_over)
            else:  # no answer is better than one that may be wrong
                self._current, self._refused = None, IndexDamaged(folder=folder, detail=found[0])
                log.error("%s", self._refused)

    def _pass_over(self, error: BaowenError) -> None:
        if str(self._passed_over) != str(error):
            log.error("%s", error)
        self._passed_over = error


def _questions_first() -> None:
    """Let this thread have only what questions leave. Elsewhere than on Linux a priority is the whole process's."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)
