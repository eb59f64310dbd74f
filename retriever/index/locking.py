"""Who writes an index, and who reads a generation. Both are locks of the kernel's: they end with the process, however it ends.

They hold between the processes of one machine. Over a network file system they may not; one machine should do the writing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from retriever.errors import RebuildRunning
from retriever.index.manifest import MANIFEST

LOCK = ".lock"


@contextlib.contextmanager
def write_lock(root: Path) -> Iterator[None]:
    """Nobody else writes the index meanwhile. Raises RebuildRunning where somebody does, OSError where nobody can."""
    with _taken(root) as lock:
        lock.truncate(0)
        lock.write(f"pid {os.getpid()}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        lock.flush()
        yield


@contextlib.contextmanager
def _taken(root: Path) -> Iterator[TextIO]:
    while True:
        with (root / LOCK).open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise RebuildRunning(root=root, holder=lock.read().strip() or "?") from None
            if _is_still_there(lock, root):
                yield lock
                return


def _is_still_there(lock: TextIO, root: Path) -> bool:
    """A lock file that somebody has deleted locks nobody else out."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), (root / LOCK).stat())
    except FileNotFoundError:
        return False


class Lease:
    """Held as long as a generation is read: whoever tidies up leaves it alone until then."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError where there is no such generation, or where it is being removed."""
        self._descriptor: int | None = os.open(folder / MANIFEST, os.O_RDONLY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise
        except OSError:
            pass  # a file system without locks: it can be read all the same

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


@contextlib.contextmanager
def unread(folder: Path) -> Iterator[bool]:
    """Whether nobody reads the generation; and nobody begins to inside the block."""
    with (folder / MANIFEST).open("rb") as manifest:
        try:
            fcntl.flock(manifest, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
