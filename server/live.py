"""Holds the newest searcher: a rebuild is picked up without a restart, and a damaged one never ends the service."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from embeddings.errors import BaowenError
from retriever.domain import Mode
from retriever.index.generations import current_generation
from retriever.search import Searcher

log = logging.getLogger(__name__)


class LiveSearcher:
    """The searcher of the live generation, looked up at most every ``look_every_s`` seconds.

    While one thread opens a new generation the others are served the old one. A generation that cannot be opened is
    logged once, told in ``warning`` and passed over; the old one serves on.
    """

    def __init__(
        self,
        root: Path,
        *,
        encoder: str | None = None,
        mode: Mode = "hybrid",
        look_every_s: float = 0.2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = root
        self.warning: BaowenError | None = None
        self._encoder, self._mode = encoder, mode
        self._look_every_s, self._clock = look_every_s, clock
        self._looking = threading.Lock()
        self._looked_at = -float("inf")
        self._current: Searcher | None = None
        self._seen: str | None = None  # the generation that was last opened, or found wanting

    def searcher(self) -> Searcher:
        """Raises IndexNotBuilt, NotAnIndex, IndexDamaged, … while no generation has been opened yet."""
        current = self._current
        if current is None:
            with self._looking:
                return self._current or self._first()
        if self._clock() - self._looked_at >= self._look_every_s and self._looking.acquire(blocking=False):
            try:
                return self._look(current)
            finally:
                self._looking.release()
        return current

    def close(self) -> None:
        with self._looking:
            current, self._current, self._seen = self._current, None, None
            if current is not None:
                current.close()

    def _first(self) -> Searcher:
        name = current_generation(self.root)
        self._current = self._open()
        self._seen, self._looked_at = name, self._clock()
        return self._current

    def _look(self, current: Searcher) -> Searcher:
        try:
            name = current_generation(self.root)
            if name != self._seen:
                self._seen = name
                # The old searcher may still be answering in other threads: it goes when the last of them lets go.
                current = self._current = self._open()
                self.warning = None
                log.info("generation %s is live", current.generation)
            elif name == current.generation:
                self.warning = None
        except BaowenError as error:
            if self.warning is None or str(self.warning) != str(error):
                log.error("the newest index was passed over: %s", error)
            self.warning = error
        finally:
            self._looked_at = self._clock()
        return current

    def _open(self) -> Searcher:
        return Searcher.open(self.root, encoder=self._encoder, mode=self._mode)
