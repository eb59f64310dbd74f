"""Is a generation as it was published, and which may take its place where it is not?"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from retriever.errors import IndexDamaged, IndexFormatUnknown, RetrieverError
from retriever.index.generations import current_generation, generations, live_name, order_of_trust
from retriever.index.manifest import Manifest, wrong_contents
from retriever.index.recovery import RolledBack, roll_back
from retriever.index.snapshot import opened


def findings(folder: Path, *, deep: bool = False) -> list[str]:
    """What is wrong with the generation in ``folder``, in words; empty when every byte is as it was published.

    ``deep`` also reads every passage, vector and posting, and asks whether they fit together.
    """
    try:
        wrong = list(wrong_contents(folder, Manifest.read(folder)))
        if not wrong:
            with contextlib.closing(opened(folder)) as snapshot:
                wrong = snapshot.store.integrity() or (snapshot.disagreements() if deep else [])
    except RetrieverError as error:
        return [str(error)]
    return wrong


def damage_of(root: Path, generation: str | None) -> str:
    """Why a generation cannot be opened, in words; of None, that nothing says which is live."""
    if generation is None:
        return "CURRENT 没有指明版本 (CURRENT names no version)"
    try:
        opened(root / generation).close()
    except IndexDamaged as damage:
        return str(damage.facts["detail"])
    return ""


def stand_in_for(root: Path, generation: str) -> str | None:
    """The generation that may best take the place of a damaged one, read wholly; None where there is none."""
    others = (name for name in order_of_trust(root) if name != generation)
    return next((name for name in others if not findings(root / name)), None)


def check(root: Path, *, deep: bool = False) -> list[str]:
    """What is wrong with the live generation, in words."""
    try:
        live = current_generation(root)
    except RetrieverError as error:
        return [str(error)]
    wrong = (
        [] if live_name(root) else [f"CURRENT: 没有指明版本 (it names no generation); 最新的是 the newest is {live}"]
    )
    return wrong + findings(root / live, deep=deep)


class Kept(NamedTuple):
    """What can be said of the generations that are kept beside the live one."""

    damaged: tuple[str, ...]  # name and what is wrong
    of_another_format: tuple[str, ...]  # names; sound perhaps, for the version of the program that made them


def check_kept(root: Path, *, deep: bool = False) -> Kept:
    """Whether the other generations can still take the live one's place."""
    damaged, of_another_format = list[str](), list[str]()
    for name in order_of_trust(root)[1:] if generations(root) else []:
        try:
            Manifest.read(root / name)
        except IndexFormatUnknown:
            of_another_format.append(name)
            continue
        except RetrieverError:
            pass  # findings tells it
        damaged += [f"{name}: {finding}" for finding in findings(root / name, deep=deep)]
    return Kept(tuple(damaged), tuple(of_another_format))


def rollback(root: Path, wanted: str | None = None) -> RolledBack:
    """Make an older sound generation the live one, or the one that is ``wanted``; see :func:`~retriever.index.recovery.roll_back`."""
    return roll_back(root, wanted, findings)
