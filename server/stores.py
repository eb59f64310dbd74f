"""Which index the settings mean, a folder of this machine or a store past it: whoever opens, checks or goes back asks here."""

from __future__ import annotations

from retriever.index import health
from retriever.index.recovery import RolledBack
from retriever.search import Searcher
from server.live import Live, LiveSearcher
from server.live_store import LiveStore
from server.settings import Settings


def open_searcher(settings: Settings) -> Searcher:
    """The live generation; raises what :meth:`Searcher.open` raises."""
    return Searcher.open(
        settings.index,
        store=settings.address,
        encoder=settings.encoder,
        options=settings.encoder_options,
        mode=settings.mode,
        reranker=settings.reranker,
    )


def live_of(settings: Settings) -> Live:
    """Who holds the searcher of the newest generation."""
    if settings.address is not None:
        return LiveStore(settings.address, lambda: open_searcher(settings))
    return LiveSearcher(
        settings.index,
        encoder=settings.encoder,
        options=settings.encoder_options,
        mode=settings.mode,
        reranker=settings.reranker,
    )


def able_to_serve(settings: Settings) -> Settings:
    """The settings with one process, where the store is a file: milvus-lite lets no second one open it."""
    if settings.address is not None and settings.address.is_file:
        return settings.model_copy(update={"workers": 1})
    return settings


def place_of(settings: Settings) -> object:
    """Where the index is, as a person is told."""
    return settings.address or settings.index


def flag_of(settings: Settings) -> str:
    """The same as it is written on the command line."""
    return f"--store {settings.address}" if settings.address else f"--index {settings.index}"


def check(settings: Settings, *, deep: bool) -> list[str]:
    """What is wrong with the index, in words; empty when sound."""
    if settings.address is not None:
        from retriever.index.milvus.upkeep import check_store

        return check_store(settings.address, deep=deep)
    return health.check(settings.index, deep=deep)


def roll_back(settings: Settings, wanted: str | None) -> RolledBack:
    """Make an older generation the live one."""
    if settings.address is not None:
        from retriever.index.milvus.upkeep import rollback_store

        return rollback_store(settings.address, wanted)
    return health.rollback(settings.index, wanted)
