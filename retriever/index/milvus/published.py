"""Which generations a store holds, which one serves, and which one is being made."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b

from retriever.errors import SlicesDisagree, StoreEmpty, StoreError
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.schema import KINDS, Names
from retriever.index.naming import next_name

PUBLISHED = "published"  # a partition that stays empty: the generation was live once
_MADE = "made_"


class Generations:
    """The generations of one store, by its aliases and the names of its collections."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.names = connection, Names(connection.store.name)

    def all(self) -> list[str]:
        """Newest first, whatever became of them."""
        return self.names.generations(self.connection.collections())

    def published(self) -> list[str]:
        """Those that serve or served, newest first."""
        return [name for name in self.all() if PUBLISHED in self.connection.partitions(self._texts(name))]

    def named_by(self, alias: str) -> str | None:
        """The generation that an alias names."""
        for generation in self.all():
            if alias in self.connection.aliases(self.names.of(generation, "passages")):
                return generation
        return None

    def live(self) -> str:
        """The generation that serves. Raises StoreEmpty."""
        generation = self.named_by(self.names.live)
        if generation is None:
            raise StoreEmpty(store=self.connection.store)
        return generation

    def point(self, alias: str, generation: str) -> None:
        """Let the alias name it, from one moment to the next."""
        named = self.named_by(alias)
        if named != generation:
            self.connection.point(alias, self.names.of(generation, "passages"), before=named is not None)

    def being_made(self, made: str, slices: int, dimensions: int) -> str:
        """The generation that slices go into; the first one to come begins it. ``made`` tells what all have to agree on.

        Raises SlicesDisagree where the one that was begun is of other slices, another encoder, other words or code.
        """
        mark = f"{_MADE}{blake2b(made.encode(), digest_size=8).hexdigest()}_of_{slices}"
        generation = self.begun() or self._begun(mark, dimensions)
        marks = [one for one in self.connection.partitions(self._texts(generation)) if one.startswith(_MADE)]
        if marks != [mark]:
            found = marks[0].rpartition("_")[2] if marks else "?"
            detail = (
                f"共 {found} 片，现在 {slices} 片 (slices)"
                if found != str(slices)
                else "编码器、词或程序 (encoder, words, code)"
            )
            raise SlicesDisagree(store=self.connection.store, detail=detail)
        return generation

    def begun(self) -> str | None:
        """The generation that was begun and not published, where there is one."""
        generation = self.named_by(self.names.next)
        if generation is not None and generation == self.named_by(self.names.live):
            self.connection.drop_alias(self.names.next)  # publishing broke off at its very end
            return None
        return generation

    def slices(self, generation: str) -> int:
        """Of how many slices a generation was made."""
        marks = (one for one in self.connection.partitions(self._texts(generation)) if one.startswith(_MADE))
        return max((int(mark.rpartition("_")[2]) for mark in marks), default=1)

    def _begun(self, mark: str, dimensions: int) -> str:
        generation = next_name(datetime.now(UTC), self.all())
        for kind in KINDS:
            self.connection.create(self.names.of(generation, kind), kind, dimensions)
        self.connection.add_partition(self._texts(generation), mark)
        try:
            # Created and never altered: of slices that begin at the same moment one succeeds.
            self.connection.point(self.names.next, self.names.of(generation, "passages"), before=False)
        except StoreError:
            first = self.named_by(self.names.next)  # another slice was sooner by a moment
            if first is None:
                raise
            self.drop(generation)
            return first
        return generation

    def drop(self, generation: str) -> None:
        for kind in KINDS:
            self.connection.drop(self.names.of(generation, kind))

    def discard(self) -> str | None:
        """What is being made is given up; its name, None where nothing was."""
        generation = self.begun()
        if generation is not None:
            self.connection.drop_alias(self.names.next)
            self.drop(generation)
        return generation

    def keep_only(self, keep: int) -> None:
        """Drop what is older than the live generation, but for the newest ``keep - 1`` that served."""
        live = self.live()
        older = [name for name in self.all() if name < live]
        kept = [name for name in self.published() if name < live][: max(0, keep - 1)]
        for generation in older:
            if generation not in kept:
                self.drop(generation)

    def mark(self, generation: str) -> None:
        """It is whole, and may serve."""
        if PUBLISHED not in self.connection.partitions(self._texts(generation)):
            self.connection.add_partition(self._texts(generation), PUBLISHED)

    def _texts(self, generation: str) -> str:
        return self.names.of(generation, "texts")
