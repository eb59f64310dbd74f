"""The last step of a rebuild into a store: what only all slices together tell, and then the switch of an alias."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from retriever.errors import NoArticles, SlicesDisagree, SlicesMissing, StoreError
from retriever.index.duplicates import CopyFinder
from retriever.index.lexicon import lexicon_from, lexicon_told
from retriever.index.manifest import FORMAT, Manifest
from retriever.index.milvus.connection import Connection, Record
from retriever.index.milvus.neighbours import put_together
from retriever.index.milvus.published import Generations
from retriever.index.milvus.records import article_from, article_key, batched, pieces, whole
from retriever.index.milvus.schema import KINDS, NOTHING, Names
from retriever.index.milvus.slices import Slice
from retriever.index.sketches import SKETCH
from retriever.text.lexicon import Lexicon

MANIFEST = "manifest"
TOGETHER = "together"  # the partition of what all slices tell together
PUT_AT_ONCE = 1000


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


def publish(connection: Connection, slices: int | None, keep: int) -> Contents:
    """Make the generation that slices went into the live one; ``keep`` of those that served stay.

    Where ``slices`` is None, as many are looked for as were begun.
    Raises SlicesMissing, naming them, SlicesDisagree, NoArticles, StoreError: then nothing has changed.
    """
    generations = Generations(connection)
    generation = generations.begun()
    slices = slices or (generations.slices(generation) if generation else 1)
    _require_all(connection, generations, generation, slices)
    assert generation is not None
    texts = generations.names.of(generation, "texts")
    if TOGETHER in connection.partitions(texts):  # publishing broke off
        connection.drop_partition(texts, TOGETHER)
    connection.add_partition(texts, TOGETHER)
    for kind in KINDS:
        connection.flush(generations.names.of(generation, kind))
        connection.load(generations.names.of(generation, kind))
    contents = _contents(connection, generations.names, generation, slices)
    _put(connection, texts, _stories(connection, texts))
    _put(connection, texts, put_together(connection, texts))
    _put(connection, texts, pieces(MANIFEST, MANIFEST, contents.as_text()))
    connection.flush(texts)
    # Read back, so that no server can ask for what has not arrived everywhere.
    if read_text(connection, texts, MANIFEST) is None:
        raise StoreError(store=connection.store, detail=f"{generation}: 没有清单 (no manifest)")
    generations.mark(generation)
    generations.point(generations.names.live, generation)
    connection.drop_alias(generations.names.next)
    generations.keep_only(keep)
    return contents


def _require_all(connection: Connection, generations: Generations, generation: str | None, slices: int) -> None:
    held = connection.partitions(generations.names.of(generation, "texts")) if generation else []
    missing = [number for number in range(1, slices + 1) if Slice(number, slices).mark not in held]
    if missing:
        raise SlicesMissing(store=connection.store, missing="、".join(map(str, missing)), of=slices)


def read_text(connection: Connection, texts: str, key: str) -> str | None:
    """One text of a generation, None where there is none."""
    found = connection.get(texts, [f"{key}/0"], ["key", "pieces", "value"])
    if not found:
        return None
    count = int(found[0]["pieces"])
    if count > 1:  # few texts are so long
        found += connection.get(texts, [f"{key}/{at}" for at in range(1, count)], ["key", "value"])
    return whole({record["key"]: record for record in found}, key, count)


def _contents(connection: Connection, names: Names, generation: str, slices: int) -> Contents:
    texts = names.of(generation, "texts")
    read = [read_text(connection, texts, f"slice/{number}") for number in range(1, slices + 1)]
    told: list[dict[str, Any]] = [json.loads(text) for text in read if text]
    for name in ("made_with", "encoder", "encoder_fingerprint", "dimensions", "lexicon"):
        if any(one[name] != told[0][name] for one in told):
            raise SlicesDisagree(store=connection.store, detail=name)
    sums = {name: sum(one[name] for one in told) for name in ("articles", "passages", "characters", "words", "pairs")}
    for kind in ("articles", "passages"):
        counted = connection.count(names.of(generation, kind))
        if len(told) != slices or counted != sums[kind]:
            raise StoreError(store=connection.store, detail=f"{kind}: {counted} ≠ {sums[kind]}")
    if not sums["articles"]:
        raise NoArticles(paths=str(connection.store))
    issues: Counter[tuple[str | None, str | None]] = Counter()
    for one in told:
        for source, day, count in one["issues"]:
            issues[source, day] += count
    first = told[0]
    manifest = Manifest(
        format=FORMAT,
        generation=generation,
        built_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        encoder=first["encoder"],
        encoder_fingerprint=first["encoder_fingerprint"],
        dimensions=first["dimensions"],
        vectors="milvus",
        made_with=first["made_with"],
        articles=sums["articles"],
        passages=sums["passages"],
        characters=sums["characters"],
        files={},
    )
    in_order = sorted(issues.items(), key=lambda item: (item[0][1] is None, item[0][1] or "", item[0][0] or ""))
    passages = max(1, sums["passages"])
    return Contents(
        manifest,
        sums["words"] / passages,
        sums["pairs"] / passages,
        tuple((source, day, count) for (source, day), count in in_order),
        lexicon_from(first["lexicon"]),
    )


def _put(connection: Connection, texts: str, records: Iterable[Record]) -> None:
    for some in batched(records, PUT_AT_ONCE):
        connection.insert(texts, some, TOGETHER)


def _stories(connection: Connection, texts: str) -> Iterator[Record]:
    """Which articles tell the same story, whichever slices they are in. Holds 64 bytes of every article meanwhile."""
    numbers, finder = _sketches(connection, texts)

    def told(place: int) -> tuple[str, str | None]:
        text = read_text(connection, texts, article_key(int(numbers[place])))
        if text is None:
            raise StoreError(store=connection.store, detail=f"缺少文章 (an article is missing): {numbers[place]}")
        article = article_from(text)
        return article.text, article.info.date

    together: dict[int, list[int]] = {}
    for place, first in sorted(finder.groups(told).items()):
        together.setdefault(int(numbers[first]), []).append(int(numbers[place]))
    for first, members in together.items():
        yield from pieces("members", f"members/{first}", json.dumps(members))
        for number in members:
            yield {"key": f"story/{number}", "kind": "story", "pieces": 1, "value": str(first)} | NOTHING


def _sketches(connection: Connection, texts: str) -> tuple[np.ndarray[Any, np.dtype[np.int64]], CopyFinder]:
    """The numbers of all articles, ascending, and who finds their copies, with all sketches in that order."""
    found: dict[int, dict[str, Any]] = {}
    for records in connection.each(texts, 'kind == "sketch"', ["key", "pieces", "value"]):
        for record in records:
            first = int(record["key"].split("/")[1])
            found.setdefault(first, {})[record["key"]] = record
    finder, numbers = CopyFinder(), []
    for first, parts in sorted(found.items()):
        sketches = bytes.fromhex(whole(parts, f"sketch/{first}", len(parts)))
        finder.add_sketch(sketches)
        numbers.append(np.arange(first, first + len(sketches) // SKETCH.itemsize, dtype=np.int64))
    return np.concatenate([np.empty(0, np.int64), *numbers]), finder
