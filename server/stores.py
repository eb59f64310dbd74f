"""Which index the settings mean, a folder of this machine or a store past it: whoever opens, checks or goes back asks here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from retriever.index import health
from retriever.index.recovery import RolledBack
from retriever.search import Searcher
from server.live import Live, LiveSearcher
from server.live_store import LiveStore
from server.settings import Settings

if TYPE_CHECKING:  # asked for by those that rebuild
    from retriever.index.milvus.publishing import Contents, Gate
    from retriever.index.milvus.slices import Slice
    from retriever.rebuild import HowToRead
    from retriever.report import RebuildReport, ReportBuilder

Progress = Callable[[str, int, int], None]


def open_searcher(settings: Settings, before: Searcher | None = None) -> Searcher:
    """The live generation; raises what :meth:`Searcher.open` raises. ``before`` lends its models."""
    return Searcher.open(
        settings.index,
        store=settings.address,
        encoder=settings.encoder,
        options=settings.encoder_options,
        mode=settings.mode,
        reranker=settings.reranker,
        before=before,
    )


def live_of(settings: Settings) -> Live:
    """Who holds the searcher of the newest generation."""
    if settings.address is not None:
        return LiveStore(settings.address, partial(open_searcher, settings))
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


def rebuild(settings: Settings, *, progress: Progress, strict: bool) -> RebuildReport:
    """Make the index hold what the files of ``corpus`` hold, as whoever serves it asks for. Raises what the conductors raise."""
    from retriever import rebuild as conductor
    from retriever.report import ReportBuilder

    if settings.address is not None:
        seen = ReportBuilder()
        make_slices(settings, settings.corpus, None, progress=progress, seen=seen, strict=strict)
        return seen.published(published(settings).manifest)
    return conductor.rebuild(
        settings.corpus,
        settings.index,
        how=how_to_read(settings),
        encoder=settings.encoder,
        options=settings.encoder_options,
        progress=progress,
        strict=strict,
        keep=settings.keep_generations,
    )


def how_to_read(settings: Settings) -> HowToRead:
    """How files become articles, as the settings have it."""
    from retriever.rebuild import HowToRead

    return HowToRead(settings.file_names, settings.ocr, settings.user_dictionary, settings.synonyms)


def make_slices(
    settings: Settings,
    paths: Sequence[Path],
    part: Slice | None,
    *,
    progress: Progress | None,
    seen: ReportBuilder,
    strict: bool = False,
    full: bool = False,
) -> None:
    """One slice of what the store is to hold, or all that there are one after the other; nothing is published."""
    from retriever.rebuild.slices import begun_as_a_whole, rebuild_slice

    store = settings.address
    assert store is not None
    for own in [part] if part else begun_as_a_whole(store, full=full):
        rebuild_slice(
            paths,
            store,
            own,
            how=how_to_read(settings),
            encoder=settings.encoder,
            options=settings.encoder_options,
            progress=progress,
            seen=seen,
            strict=strict,
            full=full,
        )


def published(settings: Settings, gate: Gate | None = None) -> Contents:
    """What was made in the store serves from now on."""
    from retriever.rebuild.slices import publish_slices

    assert settings.address is not None
    return publish_slices(settings.address, settings.keep_generations, gate)


def the_gate(files: Sequence[Path], floor: float | None, settings: Settings) -> Gate | None:
    """The check of ``--gate`` for a store; None where no question files are given. Raises what reading them raises."""
    if not files:
        return None
    from embeddings.encoder import load_encoder
    from retriever.evaluation.gate import require
    from retriever.index.milvus.opening import open_store
    from server.evaluating import golden_sets

    sets = golden_sets(files)

    def hold(generation: str) -> None:
        assert settings.address is not None
        opened = open_store(settings.address, generation)
        made = opened.manifest
        model = load_encoder(settings.encoder or made.encoder, settings.encoder_options, like=made.encoder_fingerprint)
        with closing(Searcher(opened, model, settings.mode)) as searcher:
            require(searcher, sets, floor)

    return hold
