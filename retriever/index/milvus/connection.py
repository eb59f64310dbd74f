"""Calls to Milvus: what pymilvus is asked for, each with a time limit, its errors as ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeVar

from retriever.errors import StoreAway, StoreError
from retriever.index.milvus.address import Address
from retriever.index.milvus.client import client_of, told_as_ours
from retriever.index.milvus.schema import FIELDS, INDEXED, MOST_AT_ONCE, NOTHING, PRIMARY, Kind, quoted

ASKING_S = 10.0  # a call on the way to an answer
BUILDING_S = 3600.0  # loading or indexing what was written
NOT_LOADED = re.compile(r"not (fully )?loaded|'released'")
Record = Mapping[str, Any]
Result = TypeVar("Result")


class Route(NamedTuple):
    """One of the searches that are made together: in which vectors, for what, how many of its best."""

    field: str
    vector: Any
    most: int


class Connection:
    """Safe to use from several threads. ``timeout_s`` is the most that one call may take, connecting included.

    Whoever ``builds`` reads everything that was written, and waits for it; a published generation does not change, so
    whoever asks waits for nothing.
    """

    def __init__(self, store: Address, *, builds: bool = False) -> None:
        """Raises ExtraMissing, StoreAway."""
        self.store, self._timeout_s = store, BUILDING_S if builds else ASKING_S
        self._consistency = "Strong" if builds else "Bounded"
        self._client = client_of(store, ASKING_S)

    def close(self) -> None:
        self._client.close()

    def _call(self, name: str, *arguments: Any, timeout_s: Any = None, **named: Any) -> Any:
        """One method of pymilvus's client. Raises StoreAway, StoreError."""
        with told_as_ours(self.store):
            return getattr(self._client, name)(*arguments, timeout=timeout_s or self._timeout_s, **named)

    def _read(self, name: str, collection: str, *arguments: Any, **named: Any) -> Any:
        read = partial(self._call, name, collection, *arguments, consistency_level=self._consistency, **named)
        try:
            return read()
        except StoreAway:
            raise
        except StoreError as error:
            if not NOT_LOADED.search(str(error.facts["detail"])):
                raise
        self.load(collection)  # Milvus was started anew, or somebody has released it
        return read()

    # what there is

    def collections(self) -> list[str]:
        return list(self._call("list_collections"))

    def named_by(self, alias: str) -> str | None:
        """The collection that an alias names."""
        try:
            return str(self._call("describe_alias", alias=alias)["collection_name"])
        except StoreAway:
            raise
        except StoreError:
            if alias in self._call("list_aliases")["aliases"]:
                raise
            return None

    def point(self, alias: str, collection: str, *, before: bool) -> None:
        """Let the alias name this collection; ``before``: it named another until now."""
        self._call("alter_alias" if before else "create_alias", collection_name=collection, alias=alias)

    def drop_alias(self, alias: str) -> None:
        self._call("drop_alias", alias=alias)

    # collections and partitions

    def create(self, collection: str, kind: Kind, dimensions: int = 0) -> None:
        """An empty collection with its indexes; nothing of it is loaded."""
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        for name, type_name, options in FIELDS[kind]:
            given = dict(options) | ({"dim": dimensions} if name == "vector" else {})
            if "element_type" in given:
                given["element_type"] = DataType[given["element_type"]]
            schema.add_field(name, DataType[type_name], **given)
        indexes = self._client.prepare_index_params()
        for name in INDEXED[kind]:
            indexes.add_index(name, index_type="INVERTED")
        for name, type_name, _ in FIELDS[kind]:
            if type_name == "SPARSE_FLOAT_VECTOR":
                indexes.add_index(name, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            elif type_name == "FLOAT_VECTOR":
                exact = name in NOTHING or self.store.is_file
                indexes.add_index(name, index_type="FLAT" if exact else "AUTOINDEX", metric_type="IP")
        self._call("create_collection", collection, schema=schema, consistency_level="Strong", timeout_s=BUILDING_S)
        self._call("create_index", collection, indexes, sync=False, timeout_s=BUILDING_S)

    def drop(self, collection: str) -> None:
        self._call("drop_collection", collection, timeout_s=BUILDING_S)

    def partitions(self, collection: str) -> list[str]:
        return list(self._call("list_partitions", collection))

    def add_partition(self, collection: str, partition: str) -> None:
        self._call("create_partition", collection, partition)

    def drop_partition(self, collection: str, partition: str) -> None:
        """Milvus drops only what is not loaded; milvus-lite loads whole collections alone, and drops whatever it is told to."""
        if not self._is_lite:
            self._call("release_partitions", collection, [partition], timeout_s=BUILDING_S)
        self._call("drop_partition", collection, partition, timeout_s=BUILDING_S)

    @cached_property
    def _is_lite(self) -> bool:
        return "lite" in str(self._call("get_server_version")).lower()

    def insert(self, collection: str, records: Sequence[Record], partition: str = "") -> None:
        self._call("insert", collection, list(records), partition_name=partition, timeout_s=BUILDING_S)

    def flush(self, collection: str) -> None:
        """What was written is on the store's disks."""
        self._call("flush", collection, timeout_s=BUILDING_S)

    def load(self, collection: str) -> None:
        """The collection can be asked from now on; at once where it could before."""
        self._call("load_collection", collection, timeout_s=BUILDING_S)

    def wake(self, collection: str, routes: Sequence[Route], within: Sequence[str]) -> None:
        """One search of each, with all the time that a store takes that reads its indexes only then."""
        for one in routes:
            how = {
                "data": [one.vector],
                "anns_field": one.field,
                "limit": one.most,
                "search_params": {"metric_type": "IP"},
                "partition_names": list(within),
            }
            self._read("search", collection, timeout_s=BUILDING_S, **how)

    # asking; ``within`` names the partitions that are asked, all of them where it is empty

    def count(self, collection: str, where: str = "", within: Sequence[str] = ()) -> int:
        found = self._read("query", collection, filter=where, output_fields=["count(*)"], partition_names=list(within))
        return int(found[0]["count(*)"])

    def query(
        self, collection: str, where: str, fields: Sequence[str], most: int | None = None, within: Sequence[str] = ()
    ) -> list[Record]:
        """At most so many records that pass."""
        asked = {"filter": where, "output_fields": list(fields), "limit": most or MOST_AT_ONCE}
        return list(self._read("query", collection, partition_names=list(within), **asked))

    def each(
        self, collection: str, where: str, fields: Sequence[str], most: int = -1, within: Sequence[str] = ()
    ) -> Iterator[list[Record]]:
        """All records that pass, or the first ``most``, by their primary keys, some at a time."""
        batch = MOST_AT_ONCE if most < 0 else max(1, min(most, MOST_AT_ONCE))
        asked = {"batch_size": batch, "limit": most, "filter": where, "output_fields": list(fields)}
        iterator = self._read("query_iterator", collection, partition_names=list(within), **asked)
        try:
            while records := self._told(iterator.next):
                yield list(records)
        finally:
            iterator.close()

    def get(
        self, collection: str, keys: Sequence[int | str], fields: Sequence[str], within: Sequence[str] = ()
    ) -> list[Record]:
        """The records of these primary keys, as far as there are such, in any order."""
        found: list[Record] = []
        primary = PRIMARY[collection.rpartition("_")[2]]
        for first in range(0, len(keys), MOST_AT_ONCE):
            # Not by pymilvus's own get: a quotation mark or a line break in a key is too much for that.
            some = ", ".join(
                quoted(key) if isinstance(key, str) else str(key) for key in keys[first : first + MOST_AT_ONCE]
            )
            asked = {"filter": f"{primary} in [{some}]", "output_fields": list(fields)}
            found += self._read("query", collection, partition_names=list(within), **asked)
        return found

    def search(
        self, collection: str, route: Route, where: str, fields: Sequence[str], within: Sequence[str] = ()
    ) -> list[tuple[Record, float]]:
        """The records nearest by inner product, best first, each with it."""
        found = self._read(
            "search",
            collection,
            data=[route.vector],
            anns_field=route.field,
            limit=route.most,
            filter=where,
            output_fields=list(fields),
            search_params={"metric_type": "IP"},
            partition_names=list(within),
        )
        return [(hit["entity"], float(hit["distance"])) for hit in found[0]]

    def search_together(
        self, collection: str, routes: Sequence[Route], where: str, fields: Sequence[str], within: Sequence[str] = ()
    ) -> list[Record]:
        """The best of every route, each record once."""
        from pymilvus import AnnSearchRequest, RRFRanker

        how = {"metric_type": "IP"}
        asked = [AnnSearchRequest([one.vector], one.field, how, one.most, expr=where or None) for one in routes]
        most = sum(one.most for one in routes)  # nothing is left out by the order that Milvus puts them into
        asks = {"limit": most, "output_fields": list(fields), "partition_names": list(within)}
        found = self._read("hybrid_search", collection, asked, RRFRanker(), **asks)
        return [hit["entity"] for hit in found[0]]

    def _told(self, call: Callable[[], Result]) -> Result:
        with told_as_ours(self.store):
            return call()
