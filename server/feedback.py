"""What readers say of answers: one line of JSON each, appended beside the index and never read back but for the export."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from server.errors import StateNotWritten

FILE, FULL = "feedback.jsonl", "feedback.1.jsonl"
Verdict = Literal["up", "down"]


def _clock() -> datetime:
    return datetime.now(UTC)


class FeedbackBook:
    """At most two files of ``most_bytes``: a full one is kept until the next is full."""

    def __init__(self, folder: Path, most_bytes: int, clock: Callable[[], datetime] = _clock) -> None:
        self._folder, self._most_bytes, self._clock = folder, most_bytes, clock

    def add(self, answer_id: str, verdict: Verdict, note: str | None, generation: str) -> None:
        """The words of the question are no part of it; the log joins them by ``answer_id``, where it may hold them.

        Raises StateNotWritten.
        """
        said = {
            "time": self._clock().isoformat(timespec="seconds"),
            "answer_id": answer_id,
            "verdict": verdict,
            "note": note,
            "generation": generation,
        }
        line = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        file = self._folder / FILE
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / ".feedback.lock").open("wb") as lock:  # several workers write here
                fcntl.flock(lock, fcntl.LOCK_EX)
                if file.exists() and file.stat().st_size + len(line) > self._most_bytes:
                    file.replace(self._folder / FULL)
                with file.open("ab", buffering=0) as book:
                    book.write(line)
        except OSError as error:
            raise StateNotWritten(file=file, detail=error.strerror or error) from error

    def lines(self) -> Iterator[bytes]:
        """Everything that is kept, oldest first, a piece at a time."""
        for name in (FULL, FILE):
            try:
                with (self._folder / name).open("rb") as book:
                    yield from iter(lambda book=book: book.read(65_536), b"")  # type: ignore[misc]
            except FileNotFoundError:
                continue
