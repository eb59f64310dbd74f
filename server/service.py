"""What every door is handed, built once in :func:`server.app.create_app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from embeddings.errors import Language
from server.access import Access
from server.desk import Desk
from server.examples import Examples
from server.feedback import FeedbackBook
from server.live import Live
from server.metrics import Metrics
from server.rebuilds import Rebuilds
from server.settings import Settings

DRAINING = "draining"


@dataclass(frozen=True, slots=True)
class Service:
    """``desk`` answers questions in time, ``live`` gives the searcher of the newest generation."""

    settings: Settings
    live: Live
    desk: Desk
    today: Callable[[], date]  # what 昨天 in a question counts from
    access: Access
    metrics: Metrics
    rebuilds: Rebuilds
    feedback: FeedbackBook
    examples: Examples
    shared: Path | None = None  # a folder of all workers of one ``baowen serve``

    @property
    def language(self) -> Language:
        """Of those who ask for none."""
        return self.settings.language

    @property
    def draining(self) -> bool:
        """Whether the service was told to stop and only finishes what it began."""
        return self.shared is not None and (self.shared / DRAINING).exists()
