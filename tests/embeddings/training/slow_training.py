"""``python -m tests.embeddings.training.slow_training START OUT PAUSE_S``: train on the made-up archive in a process that can be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from embeddings.static import StaticEncoder
from embeddings.training.adapt import adapt, archive_of
from embeddings.training.sitting import Event, Limits
from tests.embeddings.training.archive import SYNONYMS, stories
from tests.embeddings.training.test_adapt import HOW

if __name__ == "__main__":
    start, out, pause_s = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])

    def tell(event: Event) -> None:
        print(event, flush=True)
        time.sleep(pause_s)

    tiny = StaticEncoder.load(start, name="tiny")
    limits = Limits(checkpoint_seconds=0)
    adapt(archive_of(stories(), SYNONYMS), tiny, out, HOW, tell=tell, today="2026-11-21", limits=limits)
