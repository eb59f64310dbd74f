"""Opening what a store serves."""

from __future__ import annotations

from retriever.errors import IndexFormatUnknown, StoreError
from retriever.index.manifest import FORMAT
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection, Route
from retriever.index.milvus.generation import MilvusGeneration
from retriever.index.milvus.published import Generations
from retriever.index.milvus.publishing import MANIFEST, Contents, read_text
from retriever.index.milvus.schema import KINDS
from retriever.index.milvus.weights import NO_TERM


def open_store(store: Address) -> MilvusGeneration:
    """The live generation. Raises ExtraMissing, StoreAway, StoreEmpty, StoreError, IndexFormatUnknown."""
    connection = Connection(store)
    try:
        generations = Generations(connection)
        return opened(connection, generations, generations.live())
    except BaseException:
        connection.close()
        raise


def opened(connection: Connection, generations: Generations, generation: str) -> MilvusGeneration:
    """One generation, live or not. Raises StoreError, IndexFormatUnknown."""
    for kind in KINDS:
        connection.load(generations.names.of(generation, kind))
    told = read_text(connection, generations.names.of(generation, "texts"), MANIFEST)
    if told is None:
        raise StoreError(store=connection.store, detail=f"{generation}: 没有清单 (no manifest)")
    contents = Contents.of(told)
    anything = [1.0, *[0.0] * (contents.manifest.dimensions - 1)]
    routes = (Route("vector", anything, 1), Route("terms", {NO_TERM: 1.0}, 1))
    connection.wake(generations.names.of(generation, "passages"), routes)
    if contents.manifest.format != FORMAT:
        raise IndexFormatUnknown(folder=connection.store, found=contents.manifest.format, expected=FORMAT)
    return MilvusGeneration(connection, generations.names, contents, generations.slices(generation))
