"""Which generations a store holds, which one serves, and which one is being made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from retriever.errors import SlicesDisagree, StoreEmpty, StoreError
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.parts import STATE, Extent, Part
from retriever.index.milvus.schema import KINDS, Kind, Names, Own, packed, unpacked
from retriever.index.milvus.view import read_text
from retriever.index.naming import next_name

# Marks: partitions that stay empty, of a collection that is one generation's own.
PUBLISHED = "published"  # the generation was live once
_MADE, _BASE, _FROM, _WHOLE, _OUT_OF = "made_", "base_", "from_", "whole_", "out_of_"
EXTENT = "extent"


@dataclass(frozen=True, slots=True)
class Making:
    """A generation that is being made."""

    name: str
    base: str  # whose collections its parts go into
    grown_from: str | None  # the published generation whose parts it goes on from
    slices: int


class Generations:
    """The generations of one store, by its aliases, the names of its collections, and marks."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.names = connection, Names(connection.store.name)

    def all(self) -> list[str]:
        """Newest first, published or not."""
        return self.names.generations(self.connection.collections(), "contents")

    def published(self) -> list[str]:
        """Those that serve or served, newest first."""
        return [name for name in self.all() if PUBLISHED in self.marks(name)]

    def live(self) -> str:
        """The generation that serves. Raises StoreEmpty."""
        generation = self._live()
        if generation is None:
            raise StoreEmpty(store=self.connection.store)
        return generation

    def _live(self) -> str | None:
        collection = self.connection.named_by(self.names.live)
        return self.names.generation_of(collection, "contents") if collection else None

    def live_slices(self) -> int:
        """Of how many slices the generation that serves was made; 1 where none does."""
        live = self._live()
        return int(_mark(self.marks(live), _MADE).rpartition("_")[2]) if live else 1

    def extent(self, generation: str) -> Extent:
        """What a published generation is made of; its contents have to be loaded. Raises StoreError."""
        told = read_text(self.connection, self.names.of(generation, "contents"), EXTENT)
        if told is None:
            raise StoreError(store=self.connection.store, detail=f"{generation}: 没有清单 (no manifest)")
        return Extent.of(json.loads(told))

    def serve(self, generation: str) -> None:
        """Let servers answer from it, from one moment to the next."""
        before = self.connection.named_by(self.names.live)
        collection = self.names.of(generation, "contents")
        if before != collection:
            self.connection.point(self.names.live, collection, before=before is not None)

    # what is being made

    def begun(self) -> Making | None:
        """What was begun and not published, where there is something."""
        collection = self.connection.named_by(self.names.next)
        name = self.names.generation_of(collection, "making") if collection else None
        if name is None:
            return None
        live = self._live()
        if live is not None and _OUT_OF + packed(name) in self.marks(live):
            self.done(name)  # publishing broke off at its very end
            return None
        marks = self.connection.partitions(self.names.of(name, "making"))
        grown_from = _mark(marks, _FROM)
        return Making(
            name,
            unpacked(_mark(marks, _BASE)),
            unpacked(grown_from) if grown_from else None,
            int(_mark(marks, _MADE).rpartition("_")[2]),
        )

    def being_made(self, made: str, slices: int, dimensions: int, *, full: bool = False) -> Making:
        """The generation that slices go into; the first one to come begins it. ``made`` tells what all have to agree on.

        It goes on from the one that serves where that agrees too, unless everything is to be made anew (``full``).
        Raises SlicesDisagree where the one that was begun is of other slices, another encoder, other words or code.
        """
        mark = f"{_MADE}{blake2b(made.encode(), digest_size=8).hexdigest()}_of_{slices}"
        making = self.begun() or self._begin(mark, slices, dimensions, full=full)
        if mark not in self.connection.partitions(self.names.of(making.name, "making")):
            detail = (
                f"共 {making.slices} 片，现在 {slices} 片 (slices)"
                if making.slices != slices
                else "编码器、词或程序 (encoder, words, code)"
            )
            raise SlicesDisagree(store=self.connection.store, detail=detail)
        return making

    def _begin(self, mark: str, slices: int, dimensions: int, *, full: bool) -> Making:
        live = None if full else self._live()
        marks = self.marks(live) if live else []
        grown_from = live if mark in marks else None
        collections = self.connection.collections()
        name = next_name(datetime.now(UTC), self.names.generations(collections, "contents", "making"))
        base = unpacked(_mark(marks, _BASE)) if grown_from else name
        own = self.names.of(name, "making")
        self.connection.create(own, "texts")  # before what is its: whoever sweeps sees that it is somebody's
        told = [mark, _BASE + packed(base), *([_FROM + packed(grown_from)] if grown_from else [])]
        for one in told:
            self.connection.add_partition(own, one)
        if base == name:
            for kind in KINDS:
                self.connection.create(self.names.of(base, kind), kind, dimensions)
        try:
            # Created and never altered: of slices that begin at the same moment one succeeds.
            self.connection.point(self.names.next, own, before=False)
        except StoreError:
            first = self.begun()  # another slice was sooner by a moment
            if first is None or first.name == name:
                raise
            self._drop_making(name, base)
            return first
        return Making(name, base, grown_from, slices)

    def whole(self, making: Making) -> dict[int, Part]:
        """The slices that are whole, each with the part that its state is kept with."""
        marks = self.connection.partitions(self.names.of(making.name, "making"))
        parts = (Part.read(mark.removeprefix(_WHOLE)) for mark in marks if mark.startswith(_WHOLE))
        return {part.slice: part for part in parts if part is not None}

    def set_whole(self, making: Making, part: Part) -> None:
        self.connection.add_partition(self.names.of(making.name, "making"), _WHOLE + part.partition)

    def set_unfinished(self, making: Making, number: int) -> None:
        """The slice is begun anew."""
        part = self.whole(making).get(number)
        if part is not None:
            self.connection.drop_partition(self.names.of(making.name, "making"), _WHOLE + part.partition)

    def begin_part(self, making: Making, number: int) -> Part:
        """Where one slice of it is written to; what was written of it before goes."""
        texts = self.names.of(making.base, "texts")
        held = {name: Part.read(name.removeprefix(STATE)) for name in self.connection.partitions(texts)}
        own = {name: part for name, part in held.items() if part is not None and part.slice == number}
        for name, part in own.items():
            if part.making == making.name:
                self.drop_part(making.base, name)
        part = Part(number, 1 + max((one.serial for one in own.values()), default=0), making.name)
        for kind in KINDS:
            self.connection.add_partition(self.names.of(making.base, kind), part.partition)
        self.connection.add_partition(texts, part.state)
        return part

    def is_written_to(self, making: Making, part: Part) -> bool:
        """Whether nobody has begun the slice anew, published or given up meanwhile."""
        texts = self.names.of(making.base, "texts")
        return texts in self.connection.collections() and part.partition in self.connection.partitions(texts)

    def done(self, making: str) -> None:
        """It was published, or is given up: slices that are still written end with an error."""
        self.connection.drop_alias(self.names.next)
        self.connection.drop(self.names.of(making, "making"))

    # contents

    def begin_contents(self, making: Making) -> str:
        """A generation out of what was made, that nobody asks yet: its name."""
        taken = self.names.generations(self.connection.collections(), "contents", "making")
        generation = next_name(datetime.now(UTC), taken)
        own, made_of = (
            self.names.of(generation, "contents"),
            self.connection.partitions(self.names.of(making.name, "making")),
        )
        self.connection.create(own, "texts")
        for mark in (_OUT_OF + packed(making.name), *(one for one in made_of if one.startswith((_MADE, _BASE)))):
            self.connection.add_partition(own, mark)
        return generation

    def set_published(self, generation: str) -> None:
        """It is whole, and may serve."""
        if PUBLISHED not in self.marks(generation):
            self.connection.add_partition(self.names.of(generation, "contents"), PUBLISHED)

    def drop_contents(self, generation: str) -> None:
        self.connection.drop(self.names.of(generation, "contents"))

    def drop_part(self, base: str, partition: str) -> None:
        """A part, or its state alone."""
        kinds: tuple[Kind, ...] = ("texts",) if partition.startswith(STATE) else KINDS
        for kind in kinds:
            if partition in self.connection.partitions(self.names.of(base, kind)):
                self.connection.drop_partition(self.names.of(base, kind), partition)

    def _drop_making(self, name: str, base: str) -> None:
        if base == name:
            self.drop_base(base)
        self.connection.drop(self.names.of(name, "making"))

    def drop_base(self, base: str) -> None:
        for kind in KINDS:
            self.connection.drop(self.names.of(base, kind))

    def base_of(self, name: str, own: Own) -> str:
        """Whose collections a generation's parts are in."""
        return unpacked(_mark(self.connection.partitions(self.names.of(name, own)), _BASE))

    def marks(self, generation: str) -> list[str]:
        """Of a generation's contents."""
        return self.connection.partitions(self.names.of(generation, "contents"))


def _mark(marks: list[str], beginning: str) -> str:
    """The rest of the one mark that begins so; nothing where there is none."""
    return next((mark.removeprefix(beginning) for mark in marks if mark.startswith(beginning)), "")
