"""Which characters stand beside which in the pairs that articles print: counted by slices, put together when they are published."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from retriever.index.milvus.connection import Connection
from retriever.index.milvus.records import Record, pieces, whole

Side = Literal["followers", "preceders"]
SIDES: tuple[Side, ...] = ("followers", "preceders")
REMEMBERED = 1 << 13  # characters, a few hundred neighbours each
_OF_SLICE = "of_slice"


def neighbours_of(pairs: Iterable[str], part: int) -> Iterator[Record]:
    """The records of one slice, from its pairs of two characters."""
    found: dict[tuple[Side, str], list[str]] = defaultdict(list)
    for pair in pairs:
        first, second = pair[0], pair[1]
        found["followers", first].append(second)
        found["preceders", second].append(first)
    for (side, character), beside in found.items():
        yield from pieces(_OF_SLICE, f"{side}/{character}/{part}", "".join(sorted(beside)))


def put_together(connection: Connection, texts: str) -> Iterator[Record]:
    """The records of a generation, from those of all its slices."""
    parts: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for records in connection.each(texts, f'kind == "{_OF_SLICE}"', ["key", "value"]):
        for record in records:
            parts[record["key"].rpartition("/")[0]][record["key"]] = record
    found: dict[str, set[str]] = defaultdict(set)
    for key, own in parts.items():
        found[key.rpartition("/")[0]].update(whole(own, key, len(own)))
    for key, characters in found.items():
        yield from pieces("beside", key, "".join(sorted(characters)))


class StoredNeighbours:
    """Safe to ask from several threads."""

    def __init__(self, connection: Connection, texts: str) -> None:
        self._connection, self._texts = connection, texts
        self._remembered: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._lock = threading.Lock()

    def know(self, characters: Iterable[str]) -> None:
        """Fetch what stands beside these, as far as it is not remembered, in one go."""
        keys = [f"{side}/{character}" for character in dict.fromkeys(characters) for side in SIDES]
        with self._lock:
            unknown = [key for key in keys if key not in self._remembered]
        if not unknown:
            return
        first = self._connection.get(self._texts, [f"{key}/0" for key in unknown], ["key", "pieces", "value"])
        records: dict[str, Mapping[str, Any]] = {record["key"]: record for record in first}
        counts = {key: int(records[f"{key}/0"]["pieces"]) for key in unknown if f"{key}/0" in records}
        rest = [f"{key}/{at}" for key, count in counts.items() for at in range(1, count)]
        records |= {record["key"]: record for record in self._connection.get(self._texts, rest, ["key", "value"])}
        with self._lock:
            for key in unknown:
                told = whole(records, key, counts[key]) if key in counts else ""
                self._remembered[key] = frozenset(told)
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)

    def beside(self, side: Side, character: str) -> frozenset[str]:
        found = self._remembered.get(f"{side}/{character}")
        if found is None:
            self.know([character])
            found = self._remembered.get(f"{side}/{character}", frozenset())
        return found
