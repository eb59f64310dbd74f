"""The generations of an index: which is live, who may write the next, and how it becomes the live one all at once.

``ROOT/CURRENT`` names the live generation, ``ROOT/<generation>/`` holds it, ``ROOT/.building-<generation>/`` is one that
is being written, ``ROOT/damaged-<generation>/`` one that was found damaged, and ``ROOT/.lock`` is held by whoever writes.
A published generation is never changed.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from retriever.errors import IndexNotBuilt, NotAnIndex
from retriever.index.disk import make_folder, sync, sync_all, writes
from retriever.index.locking import LOCK, unread, write_lock
from retriever.index.naming import is_name, next_name

log = logging.getLogger(__name__)

CURRENT = "CURRENT"
VECTOR_CACHE = "vectors.sqlite"  # beside the generations: vectors of costly encoders, shared by all of them
KEPT = 2  # good generations kept, the live one included
_NEW = f"{CURRENT}.new"
_BUILDING, _REMOVING, _DAMAGED = ".building-", ".removing-", "damaged-"


def _clock() -> datetime:
    return datetime.now(UTC)


# which there are


def current_generation(root: Path) -> str:
    """The name of the live generation. Raises IndexNotBuilt, or NotAnIndex where the folder holds something else."""
    try:
        name = (root / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        _refuse_foreign(root)
        raise IndexNotBuilt(root=root) from None
    except (OSError, UnicodeDecodeError) as error:
        raise NotAnIndex(root=root, detail=f"{CURRENT}: {error}") from error
    if not is_name(name):
        raise NotAnIndex(root=root, detail=f"{CURRENT} 里没有版本名 (no generation named in {CURRENT})")
    return name


def live_name(root: Path) -> str | None:
    """The same, None where nothing says which is live."""
    try:
        return current_generation(root)
    except (IndexNotBuilt, NotAnIndex):
        return None


def generations(root: Path) -> list[str]:
    """Every published generation, newest first."""
    return sorted(filter(is_name, _entries(root)), reverse=True)


def damaged_generations(root: Path) -> list[str]:
    """Every generation that was found damaged and set aside, newest first."""
    names = (entry.removeprefix(_DAMAGED) for entry in _entries(root) if entry.startswith(_DAMAGED))
    return sorted(filter(is_name, names), reverse=True)


def order_of_trust(root: Path) -> list[str]:
    """The live generation, then what may stand in for it: older ones from the newest on, then those a rollback left behind.

    Where nothing says which is live, the newest comes first. Raises IndexNotBuilt or NotAnIndex where there is none at all.
    """
    names = generations(root)
    try:
        live = current_generation(root)
    except (IndexNotBuilt, NotAnIndex):
        if not names:
            raise
        return names
    return [live, *(name for name in names if name < live), *(name for name in names if name > live)]


def _entries(root: Path) -> list[str]:
    return [entry.name for entry in root.iterdir()] if root.is_dir() else []


def _refuse_foreign(root: Path) -> None:
    """A folder with somebody's files in it is not an index to be, and nothing of it is touched."""
    if root.is_file():
        raise NotAnIndex(root=root, detail="这是一个文件 (a file, not a folder)")
    for entry in _entries(root):
        if entry not in (LOCK, CURRENT, _NEW) and not entry.startswith(VECTOR_CACHE) and not is_name(_bare(entry)):
            raise NotAnIndex(root=root, detail=f"里面有别的文件 {entry} (it holds {entry})")


def _bare(entry: str) -> str:
    """The generation's name in the name of a folder, in whatever state it is."""
    prefix = next((prefix for prefix in (_BUILDING, _REMOVING, _DAMAGED) if entry.startswith(prefix)), "")
    return entry.removeprefix(prefix)


# the next one


@contextlib.contextmanager
def writing(root: Path, clock: Callable[[], datetime] = _clock) -> Iterator[Path]:
    """Hold the index for writing and get an empty folder for the next generation, gone again if it is not published.

    Raises RebuildRunning where another process holds it, NotAnIndex where the folder is somebody else's, IndexNotWritten.
    """
    with contextlib.ExitStack() as held:
        with writes(root):
            _refuse_foreign(root)
            make_folder(root)
            held.enter_context(write_lock(root))
            for prefix in (_BUILDING, _REMOVING):  # of a rebuild that was killed
                for leftover in root.glob(f"{prefix}*"):
                    shutil.rmtree(leftover)
            folder = root / f"{_BUILDING}{next_name(clock(), filter(is_name, map(_bare, _entries(root))))}"
            folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # published: it was renamed and is not there any more


def generation_of(folder: Path) -> str:
    """The name a folder that is being written will have."""
    return _bare(folder.name)


def publish(folder: Path) -> Path:
    """Make a finished generation the live one; readers see the one before or this one, never something between."""
    root, name = folder.parent, generation_of(folder)
    with writes(root):
        sync_all(folder)
        pointer = _pointer(root, name)  # first, because it is what a full disk could still refuse
        published = folder.rename(root / name)
        sync(root)
        pointer.replace(root / CURRENT)
        sync(root)
    return published


def point_to(root: Path, name: str) -> None:
    """Make another published generation the live one. Only for who holds the index for writing."""
    _pointer(root, name).replace(root / CURRENT)
    sync(root)


def _pointer(root: Path, name: str) -> Path:
    pointer = root / _NEW
    pointer.write_text(f"{name}\n", encoding="utf-8")
    sync(pointer)
    return pointer


# those that go


def set_aside(root: Path, name: str) -> Path:
    """Keep a damaged generation where nobody takes it for a good one. It is never deleted by us."""
    aside = (root / name).rename(root / f"{_DAMAGED}{name}")
    sync(root)
    log.warning("generation %s is damaged and was set aside as %s", name, aside.name)
    return aside


def remove_unless_read(root: Path, name: str) -> None:
    """Delete a generation, except where somebody still answers from it: then the next rebuild does."""
    with unread(root / name) as nobody_reads:
        if nobody_reads:
            shutil.rmtree((root / name).rename(root / f"{_REMOVING}{name}"))
