"""The process of one rebuild: ``python -m server.rebuild_task``, started by :mod:`server.rebuilds` with its job on stdin.

It ends when that pipe does, because the service that asked is gone then; a rebuild may be killed at any step.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embeddings.errors import BaowenError
from server.messages.rebuilds import BROKE_DOWN
from server.rebuilds import Task
from server.settings import Settings

WRITTEN_EVERY_S = 0.2
GIVES_WAY = 10  # nice: answers come first


class Teller:
    """Writes how far the rebuild is, a few times a second at most."""

    def __init__(self, task: Task, folder: Path) -> None:
        self.task, self._folder, self._written_at = task, folder, 0.0

    def progress(self, stage: str, done: int, total: int) -> None:
        changed = stage != self.task.stage
        self.task = replace(self.task, stage=stage, done=done, total=total)
        if changed or time.monotonic() - self._written_at >= WRITTEN_EVERY_S:
            self.task.write(self._folder)
            self._written_at = time.monotonic()

    def ended(self, status: Any, zh: list[str], en: list[str]) -> None:
        ended_at = datetime.now(UTC).isoformat(timespec="seconds")
        replace(self.task, status=status, ended_at=ended_at, report_zh=tuple(zh), report_en=tuple(en)).write(
            self._folder
        )


def run(job: dict[str, Any]) -> int:
    settings = Settings(**job["settings"], store_token=job.get("token") or None)
    teller = Teller(Task(**job["task"]), settings.state_folder)
    from server.stores import rebuild

    try:
        report = rebuild(settings, progress=teller.progress, strict=job["strict"])
    except BaowenError as error:
        teller.ended("failed", [error.message("zh")], [error.message("en")])
        return 1
    except BaseException:
        teller.ended("failed", [BROKE_DOWN[0]], [BROKE_DOWN[1]])
        raise
    teller.ended("done", report.lines("zh"), report.lines("en"))
    return 0


def _end_with_the_service() -> None:
    # Not through sys.stdin: a thread that waits in it would not let Python end.
    while os.read(0, 1024):
        pass
    os._exit(1)


def main() -> int:
    os.nice(GIVES_WAY)
    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_service, name="end-with-the-service", daemon=True).start()
    return run(job)


if __name__ == "__main__":
    raise SystemExit(main())
