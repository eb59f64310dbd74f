"""What ``baowen rebuild --store`` does: writes a slice, or everything, into Milvus and publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.errors import GateWithoutPublish, NotTogether
from server.messages import in_language
from server.messages.stores import SAY

if TYPE_CHECKING:  # slow to import
    from retriever.index.milvus.publishing import Contents
    from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked ``baowen rebuild --store`` for."""

    paths: tuple[Path, ...]
    part: str | None
    report: Path | None
    gate: tuple[Path, ...]
    gate_floor: float | None
    strict: bool
    publish: bool
    discard: bool
    full: bool
    watch: bool

    @property
    def only_publishes(self) -> bool:
        return self.publish and not self.paths and not self.part

    def refuse_what_does_not_go_together(self) -> None:
        """Raises NotTogether, GateWithoutPublish."""
        reading: dict[str, object] = {
            "PATHS": self.paths,
            "--report": self.report,
            "--strict": self.strict,
            "--full": self.full,
        }
        slicing: dict[str, object] = {"--slice": self.part, "--publish": self.publish}
        apart: dict[str, tuple[bool, dict[str, object]]] = {
            "--discard": (self.discard, reading | slicing | {"--gate": self.gate, "--watch": self.watch}),
            "--watch": (self.watch, slicing),
            "--publish": (self.only_publishes, reading),
        }
        for option, (given, others) in apart.items():
            for other, wanted in others.items():
                if given and wanted:
                    raise NotTogether(option=option, other=other)
        if self.gate and self.part and not self.publish:
            raise GateWithoutPublish


def rebuild_store(settings: Settings, wanted: Wanted) -> None:
    """Without a slice everything is made and published; a slice is published with ``publish`` alone."""
    from retriever.rebuild.slices import discard_slices
    from server.stores import published, the_gate

    store = settings.address
    assert store is not None

    def say(key: str, **facts: object) -> None:
        click.echo(in_language(SAY[key], settings.language).format(store=store, **facts))

    if wanted.discard:
        given_up = discard_slices(store)
        say("discarded" if given_up else "nothing_to_discard", generation=given_up)
        return
    gate = the_gate(wanted.gate, wanted.gate_floor, settings)  # before anything is made: its files may be unreadable
    if not wanted.only_publishes:
        _make(settings, wanted)
    if wanted.publish or not wanted.part:
        _tell(published(settings, gate), settings)
    else:
        say("slice_made", part=wanted.part)


def _make(settings: Settings, wanted: Wanted) -> None:
    from retriever.index.milvus.slices import Slice
    from retriever.report import reporting
    from server.stores import make_slices
    from server.terminal import progress_bars

    part = Slice.read(wanted.part) if wanted.part else None
    with reporting(wanted.report, settings.language) as seen, progress_bars(settings.language, seen) as progress:
        make_slices(
            settings,
            wanted.paths or (settings.articles,),
            part,
            progress=progress,
            seen=seen,
            strict=wanted.strict,
            full=wanted.full,
        )
    # The sums come last, and are told when it is published: no index of this machine was made.
    *told, _ = seen.report().lines(settings.language)
    click.echo("\n".join(told), nl=bool(told))


def _tell(contents: Contents, settings: Settings) -> None:
    made = contents.manifest
    counts = {"articles": made.articles, "passages": made.passages, "characters": made.characters}
    said = in_language(SAY["published"], settings.language)
    click.echo(said.format(store=settings.address, generation=made.generation, **counts))
