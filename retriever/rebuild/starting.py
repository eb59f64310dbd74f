"""Which generation the next one grows from: the live one, where it is sound and was made as this one would be."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embeddings.encoder import Encoder
from retriever.errors import IndexDamaged, IndexFormatUnknown
from retriever.index.generations import live_name
from retriever.index.known import Known
from retriever.index.manifest import Manifest, wrong_contents
from retriever.index.snapshot import Snapshot, opened
from retriever.report.records import Anew


@dataclass(frozen=True, slots=True)
class Start:
    """The generation to grow from, or why there is none."""

    snapshot: Snapshot | None
    anew: Anew | None


@contextlib.contextmanager
def starting_from(root: Path, encoder: Encoder, made_with: str, *, full: bool) -> Iterator[Start]:
    """The live generation, opened and compared byte for byte: what is taken over from it is sealed as good."""
    live = live_name(root)
    anew = "first" if live is None else "asked" if full else _unlike(root / live, encoder, made_with)
    if live is None or anew is not None:
        yield Start(None, anew)
        return
    try:
        snapshot = opened(root / live)
    except IndexDamaged:
        yield Start(None, "damaged")
        return
    with contextlib.closing(snapshot):
        yield Start(snapshot, None) if _is_sound(snapshot) else Start(None, "damaged")


def _is_sound(snapshot: Snapshot) -> bool:
    """Whether every byte is as it was sealed, and what only a rebuild reads can be read."""
    if any(wrong_contents(snapshot.folder, snapshot.manifest)):
        return False
    try:
        Known.open(snapshot.folder)
    except (OSError, ValueError, EOFError):
        return False
    return True


def _unlike(folder: Path, encoder: Encoder, made_with: str) -> Anew | None:
    """Why what a generation holds is not what would be made today."""
    try:
        manifest = Manifest.read(folder)
    except IndexFormatUnknown:
        return "format"
    except IndexDamaged:
        return "damaged"
    if manifest.encoder_fingerprint != encoder.fingerprint:
        return "encoder"
    return "code" if manifest.made_with != made_with else None
