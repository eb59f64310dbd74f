"""One generation's share of collections that it has in common with others: its parts, without the articles that are gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from retriever.index.milvus.connection import Connection, Record, Route
from retriever.index.milvus.parts import Extent, Part
from retriever.index.milvus.records import page_key, whole
from retriever.index.milvus.schema import Kind, Names

# By which field a record is known to be of an article.
_ARTICLE: Mapping[Kind, str] = {"passages": "article", "articles": "number"}


class View:
    """Safe to ask from several threads."""

    def __init__(self, connection: Connection, names: Names, extent: Extent) -> None:
        self.connection, self.extent = connection, extent
        self._names = names
        self._within = [part.partition for part in extent.parts]
        self._gone = f"not in [{', '.join(map(str, extent.gone))}]" if extent.gone else ""

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.extent.parts

    def _of(self, kind: Kind) -> str:
        return self._names.of(self.extent.base, kind)

    def wake(self, routes: Sequence[Route]) -> None:
        """Search the passages once, with all the time there is."""
        self.connection.wake(self._of("passages"), routes, self._within)

    def passing(self, kind: Kind, where: str) -> str:
        """The expression together with: not gone."""
        there = f"{_ARTICLE[kind]} {self._gone}" if self._gone and kind in _ARTICLE else ""
        return " and ".join(filter(None, [where, there]))

    def count(self, kind: Kind) -> int:
        field = _ARTICLE[kind]
        # Without any expression milvus-lite counts the whole collection, whatever the partitions.
        return self.connection.count(self._of(kind), self.passing(kind, f"{field} >= 0"), self._within)

    def query(self, kind: Kind, where: str, fields: Sequence[str], most: int | None = None) -> list[Record]:
        return self.connection.query(self._of(kind), self.passing(kind, where), fields, most, self._within)

    def each(self, kind: Kind, where: str, fields: Sequence[str], most: int = -1) -> Iterator[list[Record]]:
        return self.connection.each(self._of(kind), self.passing(kind, where), fields, most, self._within)

    def get(self, kind: Kind, keys: Sequence[int | str], fields: Sequence[str]) -> list[Record]:
        """By primary keys, gone or not."""
        return self.connection.get(self._of(kind), keys, fields, self._within)

    def search(self, route: Route, where: str, fields: Sequence[str]) -> list[tuple[Record, float]]:
        """Passages."""
        passing = self.passing("passages", where)
        return self.connection.search(self._of("passages"), route, passing, fields, self._within)

    def search_together(self, routes: Sequence[Route], where: str, fields: Sequence[str]) -> list[Record]:
        """Passages."""
        passing = self.passing("passages", where)
        return self.connection.search_together(self._of("passages"), routes, passing, fields, self._within)

    def texts(self, keys: Sequence[str]) -> dict[str, str]:
        return read_texts(self.connection, self._of("texts"), keys, self._within)


def read_texts(
    connection: Connection, collection: str, keys: Sequence[str], within: Sequence[str] = ()
) -> dict[str, str]:
    """The texts of these keys, as far as there are such."""
    first = connection.get(collection, [f"{key}/0" for key in keys], ["key", "pieces", "value"], within)
    records = {record["key"]: record for record in first}
    counts = {key: int(records[f"{key}/0"]["pieces"]) for key in keys if f"{key}/0" in records}
    rest = [f"{key}/{at}" for key, count in counts.items() for at in range(1, count)]  # few texts are so long
    records |= {record["key"]: record for record in connection.get(collection, rest, ["key", "value"], within)}
    return {key: whole(records, key, count) for key, count in counts.items()}


def read_text(connection: Connection, collection: str, key: str, within: Sequence[str] = ()) -> str | None:
    """One text, None where there is none."""
    return read_texts(connection, collection, [key], within).get(key)


def page_of(view: View, file: str) -> str | None:
    """The raw text of a page as it was read last, None where there is none."""
    key = page_key(file)
    found = view.query("texts", f'kind == "{key}"', ["key"])
    newest = max((int(one["key"].split("/")[2]) for one in found), default=None)
    return None if newest is None else view.texts([f"{key}/{newest}"]).get(f"{key}/{newest}")
