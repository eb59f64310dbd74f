"""What is no longer needed is dropped: older generations, what was given up, parts that no generation is made of any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from retriever.index.milvus.parts import STATE, Extent, Part
from retriever.index.milvus.published import PUBLISHED, Generations
from retriever.index.naming import name_at

LEFT_FOR = timedelta(hours=1)  # what was begun and is named by nothing is in the way of nobody for so long


def discard(generations: Generations) -> str | None:
    """What is being made is given up; its name, None where nothing was."""
    making = generations.begun()
    if making is not None:
        generations.done(making.name)
        sweep(generations)
    return making.name if making else None


def keep_only(generations: Generations, keep: int) -> None:
    """Drop what is older than the live generation, but for the newest ``keep - 1`` that served; then sweep."""
    live, published = generations.live(), generations.published()
    kept = [name for name in published if name < live][: max(0, keep - 1)]
    for generation in generations.all():
        if generation < live and generation not in kept:
            generations.drop_contents(generation)
    sweep(generations)


def sweep(generations: Generations) -> None:
    """Drop the parts that no generation is made of any more, and whatever broke off when it was begun."""
    connection, names = generations.connection, generations.names
    bases = names.generations(connection.collections(), "texts")
    held = {base: connection.partitions(names.of(base, "texts")) for base in bases}
    # Looked at in this order: whatever is held already by something new, that is among these.
    collections = connection.collections()
    makings = set(_makings(generations, names.generations(collections, "making")))
    used: dict[str, set[str]] = {generations.base_of(name, "making"): set() for name in makings}
    for generation in names.generations(collections, "contents"):
        if PUBLISHED in generations.marks(generation):
            connection.load(names.of(generation, "contents"))
            extent = generations.extent(generation)
            used.setdefault(extent.base, set()).update(_partitions(extent))
        else:
            used.setdefault(generations.base_of(generation, "contents"), set())
    for base in bases:
        if base not in used:
            generations.drop_base(base)
            continue
        for partition in held[base]:
            part = Part.read(partition.removeprefix(STATE))
            if part is not None and partition not in used[base] and part.making not in makings:
                generations.drop_part(base, partition)


def _makings(generations: Generations, found: list[str]) -> Iterator[str]:
    """Those that something comes of yet; the others are dropped."""
    connection, names = generations.connection, generations.names
    collection = connection.named_by(names.next)
    begun = names.generation_of(collection, "making") if collection else None
    for name in found:
        if name == begun or name > name_at(datetime.now(UTC) - LEFT_FOR):
            yield name
        else:
            connection.drop(names.of(name, "making"))


def _partitions(extent: Extent) -> set[str]:
    return {part.partition for part in extent.parts} | {part.state for part in extent.states}
