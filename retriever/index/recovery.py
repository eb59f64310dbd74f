"""Back to a generation that is good: by itself where the live one is damaged, or because somebody says so."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from retriever.errors import (
    IndexDamaged,
    IndexFormatUnknown,
    IndexNotWritten,
    NoOlderGeneration,
    NoSuchGeneration,
    RebuildRunning,
)
from retriever.index.disk import writes
from retriever.index.generations import (
    KEPT,
    generations,
    live_name,
    order_of_trust,
    point_to,
    remove_unless_read,
    set_aside,
)
from retriever.index.locking import write_lock
from retriever.index.manifest import Manifest, wrong_sizes

log = logging.getLogger(__name__)

Findings = Callable[[Path], list[str]]
"""What is wrong with the generation in a folder, in words; empty when sound."""


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What a rollback did."""

    before: str | None  # the generation that was live, None where nothing said which
    now: str
    passed_over: tuple[str, ...]  # generations on the way that are damaged


def roll_back(root: Path, wanted: str | None, findings: Findings) -> RolledBack:
    """Make ``wanted`` the live generation, or the newest sound one that is older than the live one.

    Nothing is deleted: the generation that was live can be named to go forward again.
    Raises NoSuchGeneration, NoOlderGeneration, IndexDamaged, RebuildRunning, IndexNotWritten, IndexNotBuilt, NotAnIndex.
    """
    order_of_trust(root)  # somebody else's folder gets no lock file
    with writes(root), write_lock(root):
        before, names = live_name(root), generations(root)
        if wanted is not None and wanted not in names:
            raise NoSuchGeneration(root=root, name=wanted, known=", ".join(names) or "-")
        passed_over: list[str] = []
        for name in [wanted] if wanted else [name for name in names if before is None or name < before]:
            wrong = findings(root / name)
            if not wrong:
                point_to(root, name)
                return RolledBack(before, name, tuple(passed_over))
            if wanted:
                raise IndexDamaged(folder=root / name, detail=wrong[0])
            passed_over.append(name)
    raise NoOlderGeneration(root=root, live=before or "-", known=", ".join(names))


def take_the_place_of(root: Path, damaged: str | None, *, serving: str) -> bool:
    """Make the sound generation ``serving`` the live one instead of ``damaged``, whose folder is set aside, never deleted.

    ``damaged`` is None where nothing says which is live. False where nothing was done: the folder may only be read,
    somebody else writes at this moment or has just put it right.
    """
    try:
        with writes(root), write_lock(root):
            if live_name(root) != damaged:
                return False
            point_to(root, serving)
            if damaged in generations(root):
                set_aside(root, damaged)
    except (RebuildRunning, IndexNotWritten) as error:
        log.warning("the index folder was left as it is: %s", error)
        return False
    return True


def tidy(root: Path, *, before: str | None, keep: int = KEPT) -> None:
    """After a generation was published: keep ``keep`` good ones, the live one and the one ``before`` it first of all.

    Damaged ones do not count; they are set aside. Nothing that goes wrong here undoes what was published.
    """
    live = live_name(root)
    others = sorted((name for name in generations(root) if name != live), key=lambda name: name != before)
    good = 1
    for name in others:  # newest first, but for the one before
        try:
            if _is_damaged(root / name):
                set_aside(root, name)
            elif good < keep:
                good += 1
            else:
                remove_unless_read(root, name)
        except OSError as error:
            log.warning("an old generation could not be tidied away, the next rebuild will try again: %s", error)


def _is_damaged(folder: Path) -> bool:
    try:
        return any(wrong_sizes(folder, Manifest.read(folder)))
    except IndexDamaged:
        return True
    except IndexFormatUnknown:
        return False  # good for the version of the program that made it
