"""Is what a store serves whole, and which generation may serve in its place?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import lru_cache

from retriever.domain import Article
from retriever.errors import NoOlderGeneration, NoSuchGeneration, RetrieverError
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection, Record
from retriever.index.milvus.opening import opened
from retriever.index.milvus.published import Generations
from retriever.index.milvus.records import info_from
from retriever.index.milvus.schema import Kind
from retriever.index.milvus.view import View
from retriever.index.recovery import RolledBack

_SPANS = ("row", "start", "ends", "info", "text")


def check_store(store: Address, *, deep: bool = False) -> list[str]:
    """What is wrong with the generation that serves, in words; ``deep`` compares every passage with its article."""
    try:
        with closing(Connection(store, builds=True)) as connection:
            generations = Generations(connection)
            return list(_findings(connection, generations, generations.live(), deep=deep))
    except RetrieverError as error:
        return [str(error)]


def rollback_store(store: Address, wanted: str | None = None) -> RolledBack:
    """Make the generation before, or the one that is ``wanted``, the live one; one that is not whole is passed over.

    Raises StoreEmpty, NoSuchGeneration, NoOlderGeneration; then nothing has changed.
    """
    with closing(Connection(store, builds=True)) as connection:
        generations = Generations(connection)
        live, published = generations.live(), generations.published()
        known = "、".join(published)
        if wanted is not None and wanted not in published:
            raise NoSuchGeneration(root=store, name=wanted, known=known)
        passed_over: list[str] = []
        for name in [wanted] if wanted else [name for name in published if name < live]:
            if any(_findings(connection, generations, name)):
                passed_over.append(name)
                continue
            generations.serve(name)
            return RolledBack(before=live, now=name, passed_over=tuple(passed_over))
        raise NoOlderGeneration(root=store, live=live, known=known)


def _findings(
    connection: Connection, generations: Generations, generation: str, *, deep: bool = False
) -> Iterator[str]:
    made = opened(connection, generations, generation)
    view = View(connection, generations.names, generations.extent(generation))
    told: tuple[tuple[Kind, int], ...] = (("articles", made.manifest.articles), ("passages", made.manifest.passages))
    for kind, count in told:
        if (found := view.count(kind)) != count:
            yield f"{generation}: {kind} {found} ≠ {count}"
    if deep:
        for records in view.each("passages", "", _SPANS):
            yield from (f"{generation}: {wrong}" for wrong in _misplaced(made.store.article, records))


def _misplaced(article: Callable[[str], Article | None], records: Iterable[Record]) -> Iterator[str]:
    """The passages that do not stand in their articles as they say."""
    remembered = lru_cache(maxsize=1000)(article)
    for record in records:
        article_id = info_from(record["info"]).id
        whole = remembered(article_id)
        if whole is None or whole.text[record["start"] : record["ends"]] != record["text"]:
            yield f"{article_id} {record['start']}-{record['ends']}"
