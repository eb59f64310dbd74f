"""Opening what a store serves."""

from __future__ import annotations

from retriever.errors import IndexFormatUnknown, StoreError
from retriever.index.manifest import FORMAT
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection, Route
from retriever.index.milvus.generation import MilvusGeneration
from retriever.index.milvus.published import Generations
from retriever.index.milvus.publishing import MANIFEST, Contents
from retriever.index.milvus.schema import KINDS
from retriever.index.milvus.view import View, read_text
from retriever.index.milvus.weights import NO_TERM


def open_store(store: Address, generation: str | None = None) -> MilvusGeneration:
    """The live generation, or the one that is named. Raises ExtraMissing, StoreAway, StoreEmpty, StoreError, IndexFormatUnknown."""
    connection = Connection(store)
    try:
        generations = Generations(connection)
        return opened(connection, generations, generation or generations.live())
    except BaseException:
        connection.close()
        raise


def opened(connection: Connection, generations: Generations, generation: str) -> MilvusGeneration:
    """One generation, live or not. Raises StoreError, IndexFormatUnknown."""
    names = generations.names
    own = names.of(generation, "contents")
    connection.load(own)
    told = read_text(connection, own, MANIFEST)
    if told is None:
        raise StoreError(store=connection.store, detail=f"{generation}: 没有清单 (no manifest)")
    contents, extent = Contents.of(told), generations.extent(generation)
    if contents.manifest.format != FORMAT:
        raise IndexFormatUnknown(folder=connection.store, found=contents.manifest.format, expected=FORMAT)
    for kind in KINDS:
        connection.load(names.of(extent.base, kind))
    view = View(connection, names, extent)
    anything = [1.0, *[0.0] * (contents.manifest.dimensions - 1)]
    view.wake((Route("vector", anything, 1), Route("terms", {NO_TERM: 1.0}, 1)))
    return MilvusGeneration(view, contents, own)
