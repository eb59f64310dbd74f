"""What the disk has to say: written for good, out of room, or not to be written at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from retriever.errors import IndexNotWritten, NotEnoughRoom
from retriever.index.dense_writer import EXACT_UP_TO

# Bytes of index a byte of articles, beside the vectors; and bytes of articles a passage. An estimate from below refuses
# nothing that fits: 64,593 articles took 1.15 times what this comes to.
INDEX_PER_INPUT, INPUT_PER_PASSAGE = 1.2, 650
# Bytes of a vector for each of its numbers, where there are few and where there are many.
EXACT, COMPRESSED = 4, 0.875
# How much text a byte of these files holds, at the least; a scan holds next to none.
TEXT_PER_BYTE = {".gz": 3.0, ".xz": 4.0, ".zip": 0.1, ".pdf": 0.01, ".docx": 0.05, ".html": 0.1, ".htm": 0.1}


@contextlib.contextmanager
def writes(root: Path) -> Iterator[None]:
    """What fails inside for reasons of the disk's raises IndexNotWritten, which says what to do."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexNotWritten(root=root, detail=getattr(error, "strerror", None) or error) from error


def sync(path: Path) -> None:
    """What was written is on the disk, not only on its way there. For a folder: which files it holds."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def make_folder(folder: Path) -> None:
    """The folder and those above it, each one's name on the disk."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync(path.parent)


def room_needed(files: Iterable[Path], dimensions: int) -> int:
    """About how many bytes an index of these files takes, with vectors of ``dimensions`` numbers."""
    text = text_bytes(files)
    passages = text / INPUT_PER_PASSAGE
    a_number = EXACT if passages <= EXACT_UP_TO else COMPRESSED
    return int(text * INDEX_PER_INPUT + passages * dimensions * a_number)


def text_bytes(files: Iterable[Path]) -> float:
    """How many bytes of text these files hold, at the least."""
    return sum(file.stat().st_size * TEXT_PER_BYTE.get(file.suffix.lower(), 1) for file in files if file.is_file())


def require_room(root: Path, needed: int) -> None:
    """Raises NotEnoughRoom where the disk of ``root`` has less than ``needed`` bytes left."""
    there = next(path for path in (root.absolute(), *root.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        raise NotEnoughRoom(root=root, needed=_megabytes(needed), free=_megabytes(free))


def _megabytes(count: int) -> str:
    """
    >>> _megabytes(1_550_000)
    '1.6 MB'
    """
    return f"{count / 1e6:,.1f} MB"
