"""Which characters stand beside which in the pairs that articles print: counted by parts, put together when they are published."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from retriever.index.milvus.connection import Connection
from retriever.index.milvus.records import Record, pieces, term_key, whole
from retriever.index.milvus.view import View, read_texts

Side = Literal["followers", "preceders"]
SIDES: tuple[Side, ...] = ("followers", "preceders")
REMEMBERED = 1 << 13  # characters, a few hundred neighbours each
_OF_PART = "of_part"


def neighbours_of(pairs: Iterable[str], part: int) -> Iterator[Record]:
    """The records of one part, from its pairs of two characters."""
    found: dict[tuple[Side, str], list[str]] = defaultdict(list)
    for pair in pairs:
        first, second = pair[0], pair[1]
        found["followers", first].append(second)
        found["preceders", second].append(first)
    for (side, character), beside in found.items():
        yield from pieces(_OF_PART, f"{side}/{character}/{part}", "".join(sorted(beside)))


def put_together(view: View) -> Iterator[Record]:
    """The records of a generation, from those of all its parts, without the pairs that nothing prints any more."""
    records: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for some in view.each("texts", f'kind == "{_OF_PART}"', ["key", "value"]):
        for record in some:
            records[record["key"].rpartition("/")[0]][record["key"]] = record
    found: dict[str, set[str]] = defaultdict(set)
    for key, own in records.items():
        found[key.rpartition("/")[0]].update(whole(own, key, len(own)))
    for pair in _gone(view):
        first, second = pair[0], pair[1]
        found[f"followers/{first}"].discard(second)
        found[f"preceders/{second}"].discard(first)
    for key, characters in found.items():
        if characters:
            yield from pieces("beside", key, "".join(sorted(characters)))


def _gone(view: View) -> Iterator[str]:
    """The pairs of which as many were done away with as there were."""
    fewer = {
        record["term"]
        for some in view.each("terms", "passages < 0", ["term"])
        for record in some
        if len(record["term"]) == 3 and record["term"][0] == "p"
    }
    keys = [term_key(term, part.id) for term in fewer for part in view.parts]
    left: Counter[str] = Counter()
    for record in view.get("terms", keys, ["term", "passages"]):
        left[record["term"]] += int(record["passages"])
    return (term[1:] for term in fewer if not left[term])


class StoredNeighbours:
    """Safe to ask from several threads."""

    def __init__(self, connection: Connection, contents: str) -> None:
        self._connection, self._contents = connection, contents
        self._remembered: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._lock = threading.Lock()

    def know(self, characters: Iterable[str]) -> None:
        """Fetch what stands beside these, as far as it is not remembered, in one go."""
        keys = [f"{side}/{character}" for character in dict.fromkeys(characters) for side in SIDES]
        with self._lock:
            unknown = [key for key in keys if key not in self._remembered]
        if not unknown:
            return
        told = read_texts(self._connection, self._contents, unknown)
        with self._lock:
            for key in unknown:
                self._remembered[key] = frozenset(told.get(key, ""))
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)

    def never_stand_together(self, first: str, second: str) -> bool:
        """Whether it is remembered that no article prints the two side by side."""
        known = self._remembered.get(f"followers/{first}")
        return known is not None and second not in known

    def beside(self, side: Side, character: str) -> frozenset[str]:
        found = self._remembered.get(f"{side}/{character}")
        if found is None:
            self.know([character])
            found = self._remembered.get(f"{side}/{character}", frozenset())
        return found
