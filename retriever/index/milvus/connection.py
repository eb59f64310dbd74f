"""Calls to Milvus: what pymilvus is asked for, each with a time limit, its errors as ours."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from retriever.errors import ExtraMissing, StoreAway, StoreError
from retriever.index.milvus.address import Address
from retriever.index.milvus.schema import FIELDS, INDEXED, MOST_AT_ONCE, NOTHING, Kind

ASKING_S = 10.0  # a call on the way to an answer
BUILDING_S = 3600.0  # loading or indexing what was written
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
        self._client = _client(store, ASKING_S)

    def close(self) -> None:
        self._client.close()

    def _call(self, name: str, *arguments: Any, timeout_s: Any = None, **named: Any) -> Any:
        """One method of pymilvus's client. Raises StoreAway, StoreError."""
        with _told(self.store):
            return getattr(self._client, name)(*arguments, timeout=timeout_s or self._timeout_s, **named)

    def _read(self, name: str, *arguments: Any, **named: Any) -> Any:
        return self._call(name, *arguments, consistency_level=self._consistency, **named)

    # what there is

    def collections(self) -> list[str]:
        return list(self._call("list_collections"))

    def aliases(self, collection: str) -> list[str]:
        return list(self._call("list_aliases", collection_name=collection)["aliases"])

    def point(self, alias: str, collection: str, *, before: bool) -> None:
        """Let the alias name this collection; ``before``: it named another until now."""
        self._call("alter_alias" if before else "create_alias", collection_name=collection, alias=alias)

    def drop_alias(self, alias: str) -> None:
        self._call("drop_alias", alias=alias)

    # collections and partitions

    def create(self, collection: str, kind: Kind, dimensions: int) -> None:
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
        """Milvus drops only what is not loaded."""
        self._call("release_collection", collection, timeout_s=BUILDING_S)
        self._call("drop_partition", collection, partition, timeout_s=BUILDING_S)

    def insert(self, collection: str, records: Sequence[Record], partition: str = "") -> None:
        self._call("insert", collection, list(records), partition_name=partition, timeout_s=BUILDING_S)

    def flush(self, collection: str) -> None:
        """What was written is on the store's disks."""
        self._call("flush", collection, timeout_s=BUILDING_S)

    def load(self, collection: str) -> None:
        """The collection can be asked from now on; at once where it could before."""
        self._call("load_collection", collection, timeout_s=BUILDING_S)

    def wake(self, collection: str, routes: Sequence[Route]) -> None:
        """One search of each, with all the time that a store takes that reads its indexes only then."""
        for one in routes:
            how = {
                "data": [one.vector],
                "anns_field": one.field,
                "limit": one.most,
                "search_params": {"metric_type": "IP"},
            }
            self._read("search", collection, timeout_s=BUILDING_S, **how)

    # asking

    def count(self, collection: str, where: str = "") -> int:
        found = self._read("query", collection, filter=where, output_fields=["count(*)"])
        return int(found[0]["count(*)"])

    def query(self, collection: str, where: str, fields: Sequence[str], most: int = MOST_AT_ONCE) -> list[Record]:
        """At most so many records that pass."""
        return list(self._read("query", collection, filter=where, output_fields=list(fields), limit=most))

    def each(self, collection: str, where: str, fields: Sequence[str], most: int = -1) -> Iterator[list[Record]]:
        """All records that pass, or the first ``most``, by their primary keys, some at a time."""
        batch = MOST_AT_ONCE if most < 0 else max(1, min(most, MOST_AT_ONCE))
        asked = {"batch_size": batch, "limit": most, "filter": where, "output_fields": list(fields)}
        iterator = self._read("query_iterator", collection, **asked)
        try:
            while records := self._told(iterator.next):
                yield list(records)
        finally:
            iterator.close()

    def get(self, collection: str, keys: Sequence[int | str], fields: Sequence[str]) -> list[Record]:
        """The records of these primary keys, as far as there are such, in any order."""
        found: list[Record] = []
        for first in range(0, len(keys), MOST_AT_ONCE):
            some = list(keys[first : first + MOST_AT_ONCE])
            found += self._read("get", collection, ids=some, output_fields=list(fields))
        return found

    def search(self, collection: str, route: Route, where: str, fields: Sequence[str]) -> list[tuple[Record, float]]:
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
        )
        return [(hit["entity"], float(hit["distance"])) for hit in found[0]]

    def search_together(
        self, collection: str, routes: Sequence[Route], where: str, fields: Sequence[str]
    ) -> list[Record]:
        """The best of every route, each record once."""
        from pymilvus import AnnSearchRequest, RRFRanker

        how = {"metric_type": "IP"}
        asked = [AnnSearchRequest([one.vector], one.field, how, one.most, expr=where or None) for one in routes]
        most = sum(one.most for one in routes)  # nothing is left out by the order that Milvus puts them into
        found = self._read("hybrid_search", collection, asked, RRFRanker(), limit=most, output_fields=list(fields))
        return [hit["entity"] for hit in found[0]]

    def _told(self, call: Callable[[], Result]) -> Result:
        with _told(self.store):
            return call()


def _client(store: Address, timeout_s: float) -> Any:
    try:
        import pymilvus
    except ModuleNotFoundError as error:
        raise ExtraMissing(package=error.name or "pymilvus", extra="milvus") from error
    logging.getLogger("pymilvus").setLevel(
        logging.CRITICAL
    )  # what it tells of errors, with tracebacks, is told by ours
    if store.is_file:
        _require_lite()
        if not Path(store.uri).parent.is_dir():
            raise StoreAway(store=store, detail=f"没有文件夹 (no such folder) {Path(store.uri).parent}")
    with _told(store):
        return pymilvus.MilvusClient(uri=store.uri, token=store.token, timeout=timeout_s)


def _require_lite() -> None:
    try:
        import milvus_lite  # noqa: F401
    except ModuleNotFoundError as error:
        raise ExtraMissing(package="milvus-lite", extra="milvus-lite") from error


@contextlib.contextmanager
def _told(store: Address) -> Iterator[None]:
    """pymilvus's errors as ours."""
    import grpc
    from pymilvus.exceptions import ConnectError, MilvusException, MilvusUnavailableException

    try:
        yield
    except (ConnectError, MilvusUnavailableException) as error:
        raise StoreAway(store=store, detail=_short(error)) from error
    except grpc.RpcError as error:
        raise StoreAway(store=store, detail=_short(error)) from error
    except MilvusException as error:
        away = "connect" in str(error).lower() or "timeout" in str(error).lower() or "unavailable" in str(error).lower()
        raise (StoreAway if away else StoreError)(store=store, detail=_short(error)) from error


def _short(error: Exception) -> str:
    told = getattr(error, "message", None) or str(error)
    return " ".join(str(told).split())[:300]
