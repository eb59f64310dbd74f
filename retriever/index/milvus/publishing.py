"""The last step of a rebuild into a store: what only all slices together tell, and then the switch of an alias."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from retriever.errors import (
    NoArticles,
    NothingBegun,
    PublishedElsewhere,
    SlicesDisagree,
    SlicesMissing,
    StoreAway,
    StoreError,
)
from retriever.index.lexicon import lexicon_from, lexicon_told
from retriever.index.manifest import FORMAT, Manifest
from retriever.index.milvus.connection import Connection, Record
from retriever.index.milvus.neighbours import put_together
from retriever.index.milvus.parts import Extent
from retriever.index.milvus.published import EXTENT, Generations, Making
from retriever.index.milvus.records import batched, pieces
from retriever.index.milvus.schema import KINDS, Kind
from retriever.index.milvus.state import SliceState, Sums
from retriever.index.milvus.stories import stories
from retriever.index.milvus.sweeping import keep_only
from retriever.index.milvus.view import View, read_text
from retriever.text.lexicon import Lexicon

MANIFEST = "manifest"
PUT_AT_ONCE = 1000

Gate = Callable[[str], None]
"""Looks at a finished generation, by its name, that nobody asks yet, and raises where it must not go live."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a generation says of itself."""

    manifest: Manifest
    words: float  # terms of a passage, on the average
    pairs: float
    issues: tuple[tuple[str | None, str | None, int], ...]  # paper, day, articles; oldest first, undated last
    lexicon: Lexicon

    def as_text(self) -> str:
        told = {"manifest": asdict(self.manifest), "words": self.words, "pairs": self.pairs, "issues": self.issues}
        return json.dumps(told | {"lexicon": lexicon_told(self.lexicon)}, ensure_ascii=False)

    @classmethod
    def of(cls, text: str) -> Contents:
        told = json.loads(text)
        issues = tuple((source, day, count) for source, day, count in told["issues"])
        return cls(Manifest(**told["manifest"]), told["words"], told["pairs"], issues, lexicon_from(told["lexicon"]))


def publish(connection: Connection, keep: int, gate: Gate | None = None) -> Contents:
    """Make a generation out of what the slices hold, and let it serve; ``keep`` of those that served stay.

    Several may publish at once: each makes a generation of its own, they are equal, and whoever is late gives his up. Raises
    NothingBegun, SlicesMissing, naming them, SlicesDisagree, NoArticles, PublishedElsewhere, StoreError, and what ``gate``
    raises: then what serves has not changed.
    """
    generations = Generations(connection)
    making = generations.begun()
    if making is None:
        raise NothingBegun(store=connection.store)
    states = _states(connection, generations, making)
    generation = generations.begin_contents(making)
    try:
        contents = _written(connection, generations, making, generation, states)
        if gate:
            gate(generation)
    except BaseException:
        if generation in generations.all():
            generations.drop_contents(generation)
        _require_begun(generations, making)
        raise
    _require_begun(generations, making)
    try:
        generations.set_published(generation)
        generations.serve(generation)
        generations.done(making.name)
        keep_only(generations, keep)
    except StoreAway:
        raise
    except StoreError as error:
        # Another process came as far as this at the same moment: both cannot tidy up, and one of the two serves.
        begun, live = generations.begun(), generations.live()
        if begun is not None and begun.name == making.name:
            raise
        if live != generation:
            generations.drop_contents(generation)
            raise PublishedElsewhere(store=connection.store) from error
    return contents


def _require_begun(generations: Generations, making: Making) -> None:
    """Raises PublishedElsewhere."""
    begun = generations.begun()
    if begun is None or begun.name != making.name:
        raise PublishedElsewhere(store=generations.connection.store)


def _states(connection: Connection, generations: Generations, making: Making) -> list[SliceState]:
    """What the slices tell, all of which have to be whole."""
    whole = generations.whole(making)
    if missing := [number for number in range(1, making.slices + 1) if number not in whole]:
        raise SlicesMissing(store=connection.store, missing="、".join(map(str, missing)), of=making.slices)
    texts = generations.names.of(making.base, "texts")
    for kind in KINDS:
        connection.flush(generations.names.of(making.base, kind))
        connection.load(generations.names.of(making.base, kind))
    states = [SliceState.read(connection, texts, whole[number], only_told=True) for number in sorted(whole)]
    for name, told in states[0].made.items():
        if any(state.made[name] != told for state in states):
            raise SlicesDisagree(store=connection.store, detail=name)
    return states


def _written(
    connection: Connection, generations: Generations, making: Making, generation: str, states: Sequence[SliceState]
) -> Contents:
    """The contents of a generation, put where servers look for them."""
    whole = generations.whole(making)
    extent = Extent(
        making.base,
        tuple(part for state in states for part in state.parts),
        tuple(whole[number] for number in sorted(whole)),
        tuple(number for state in states for number in state.gone),
    )
    view = View(connection, generations.names, extent)
    contents = _contents(view, generation, states)
    own = generations.names.of(generation, "contents")
    before = generations.names.of(making.grown_from, "contents") if making.grown_from else None
    told = {EXTENT: json.dumps(extent.told()), MANIFEST: contents.as_text()}
    for records in (
        stories(view, states, before),
        put_together(view),
        [record for key, text in told.items() for record in pieces(key, key, text)],
    ):
        _put(connection, own, records)
    connection.flush(own)
    connection.load(own)
    # Read back, so that no server can ask for what has not arrived everywhere.
    if read_text(connection, own, MANIFEST) is None:
        raise StoreError(store=connection.store, detail=f"{generation}: 没有清单 (no manifest)")
    return contents


def _contents(view: View, generation: str, states: Sequence[SliceState]) -> Contents:
    store = view.connection.store
    sums = sum((state.sums for state in states), Sums())
    counted: tuple[tuple[Kind, int], ...] = (("articles", sums.articles), ("passages", sums.passages))
    for kind, count in counted:
        if (found := view.count(kind)) != count:
            raise StoreError(store=store, detail=f"{kind}: {found} ≠ {count}")
    if not sums.articles:
        raise NoArticles(paths=str(store))
    made: dict[str, Any] = dict(states[0].made)
    manifest = Manifest(
        format=FORMAT,
        generation=generation,
        built_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        encoder=made["encoder"],
        encoder_fingerprint=made["encoder_fingerprint"],
        dimensions=made["dimensions"],
        vectors="milvus",
        made_with=made["made_with"],
        articles=sums.articles,
        passages=sums.passages,
        characters=sums.characters,
        files={},
    )
    issues = sum((Counter(state.issues) for state in states), Counter[tuple[str | None, str | None]]())
    in_order = sorted(issues.items(), key=lambda item: (item[0][1] is None, item[0][1] or "", item[0][0] or ""))
    passages = max(1, sums.passages)
    return Contents(
        manifest,
        sums.words / passages,
        sums.pairs / passages,
        tuple((source, day, count) for (source, day), count in in_order),
        lexicon_from(made["lexicon"]),
    )


def _put(connection: Connection, collection: str, records: Iterable[Record]) -> None:
    for some in batched(records, PUT_AT_ONCE):
        connection.insert(collection, some)
