"""Holds the searcher of what a store serves: a published generation is picked up without a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from embeddings.errors import BaowenError
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.published import Generations
from retriever.search import Searcher

log = logging.getLogger(__name__)

Open = Callable[[Searcher | None], Searcher]
"""Opens the generation that serves; what was opened before lends its models."""


class LiveStore:
    """Asks the store at most every ``look_every_s`` seconds, in a thread of its own, which generation serves.

    Each searcher answers from one generation wholly. While the store is away the last one is kept: it answers again once
    the store does, and ``warning`` says what is wrong. After ``stale_s`` seconds without a question whoever asks waits for that
    look, ``patience_s`` seconds at most: what was published meanwhile may have dropped the generation that is held.
    """

    def __init__(
        self,
        store: Address,
        open_searcher: Open,
        *,
        look_every_s: float = 2.0,
        stale_s: float = 30.0,
        patience_s: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._open, self._clock = store, open_searcher, clock
        self._look_every_s, self._stale_s, self._patience_s = look_every_s, stale_s, patience_s
        self._looking = threading.Lock()  # held by whoever looks for a new generation, and until it is opened
        self._looked_at = -float("inf")
        self._current: Searcher | None = None
        self._lost: BaowenError | None = None
        self._watching: Generations | None = None  # connected when it is first needed

    @property
    def warning(self) -> BaowenError | None:
        """What whoever looks after the index has to know."""
        return self._lost

    def searcher(self) -> Searcher:
        """Raises StoreEmpty, StoreAway, ExtraMissing, … while no generation has been opened yet."""
        current = self._current
        if current is None:
            with self._looking:
                if self._current is None:
                    self._current = self._open(None)
                    self._looked_at = self._clock()
                return self._current
        since = self._clock() - self._looked_at
        if since >= self._look_every_s and self._looking.acquire(blocking=False):
            self._looked_at = self._clock()
            follower = threading.Thread(target=self._follow, args=(current,), name="look-at-store", daemon=True)
            follower.start()
            if since >= self._stale_s:
                follower.join(self._patience_s)
        return self._current or current

    def close(self) -> None:
        with self._looking:
            current, self._current = self._current, None
            if current is not None:
                current.close()
            if self._watching is not None:
                self._watching.connection.close()

    def _follow(self, current: Searcher) -> None:
        """Open what serves now, where it is another generation. The old one is closed when its last answer is done."""
        try:
            if self._live() != current.generation:
                self._current = self._open(current)
            self._lost = None
        except BaowenError as error:
            if str(self._lost) != str(error):
                log.error("%s", error)
            self._lost = error
        finally:
            self._looking.release()

    def _live(self) -> str:
        self._watching = self._watching or Generations(Connection(self._store))
        return self._watching.live()
