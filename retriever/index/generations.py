"""The generations of an index: which is live, who may write the next, and how it becomes the live one all at once.

``ROOT/CURRENT`` names the live generation, ``ROOT/<generation>/`` holds it, ``ROOT/.building-<generation>/`` is one that
is being written and ``ROOT/.lock`` is held by whoever writes. A published generation is never changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from retriever.errors import IndexNotBuilt, NotAnIndex, RebuildRunning

CURRENT = "CURRENT"
VECTOR_CACHE = "vectors.sqlite"  # beside the generations: vectors of costly encoders, shared by all of them
KEPT = 2  # good generations kept, the live one included
_BUILDING = ".building-"
_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


def new_name() -> str:
    """A generation's name: when it was begun, in UTC; the digits after the second are its 65,536ths, so names sort."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%SZ}-{now.microsecond * 0x10000 // 1_000_000:04x}"


def current_generation(root: Path) -> str:
    """The name of the live generation. Raises IndexNotBuilt, or NotAnIndex where the folder holds something else."""
    try:
        name = (root / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        _refuse_foreign(root)
        raise IndexNotBuilt(root=root) from None
    except (OSError, UnicodeDecodeError) as error:
        raise NotAnIndex(root=root, detail=f"{CURRENT}: {error}") from error
    if not _NAME.fullmatch(name):
        raise NotAnIndex(root=root, detail=f"{CURRENT} 里没有版本名 (no generation named in {CURRENT})")
    return name


def _refuse_foreign(root: Path) -> None:
    """A folder with somebody's files in it is not an index to be, and nothing of it is touched."""
    if root.is_file():
        raise NotAnIndex(root=root, detail="这是一个文件 (a file, not a folder)")
    if root.is_dir():
        ours = (".lock", CURRENT, f"{CURRENT}.new")
        for entry in root.iterdir():
            name = entry.name.removeprefix(_BUILDING)
            if entry.name not in ours and not name.startswith(VECTOR_CACHE) and not _NAME.fullmatch(name):
                raise NotAnIndex(root=root, detail=f"里面有别的文件 {entry.name} (it holds {entry.name})")


@contextlib.contextmanager
def writing(root: Path) -> Iterator[Path]:
    """Hold the index for writing and get an empty folder for the next generation, gone again if it is not published.

    Raises RebuildRunning where another process holds it, NotAnIndex where the folder is somebody else's.
    """
    _refuse_foreign(root)
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RebuildRunning(root=root, holder=lock.read().strip() or "?") from None
        lock.truncate(0)
        lock.write(f"pid {os.getpid()}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        lock.flush()
        for leftover in root.glob(f"{_BUILDING}*"):  # of a rebuild that was killed
            shutil.rmtree(leftover)
        folder = root / f"{_BUILDING}{new_name()}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # published: it was renamed and is not there any more


def generation_of(folder: Path) -> str:
    """The name a folder that is being written will have."""
    return folder.name.removeprefix(_BUILDING)


def publish(folder: Path) -> Path:
    """Make a finished generation the live one; readers see the one before or this one, never something between."""
    root, name = folder.parent, generation_of(folder)
    for file in folder.rglob("*"):
        _sync(file)
    _sync(folder)
    published = folder.rename(root / name)
    pointer = root / f"{CURRENT}.new"
    pointer.write_text(f"{name}\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(root / CURRENT)
    _sync(root)
    _prune(root, live=name)
    return published


def generations(root: Path) -> list[str]:
    """Every published generation, newest first."""
    return sorted((entry.name for entry in root.iterdir() if _NAME.fullmatch(entry.name)), reverse=True)


def _prune(root: Path, *, live: str) -> None:
    older = [name for name in generations(root) if name != live]
    for name in older[KEPT - 1 :]:
        shutil.rmtree(root / name)


def _sync(path: Path) -> None:
    """What was written is on the disk, not only on its way there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
