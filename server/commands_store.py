"""What ``baowen rebuild --store`` does: writes a slice, or everything, into Milvus and publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.errors import NotIntoStore
from server.messages import in_language
from server.messages.stores import SAY

if TYPE_CHECKING:  # slow to import
    from server.settings import Settings


def refuse_together(given: Mapping[str, object]) -> None:
    """Raises NotIntoStore for an option that only a folder knows."""
    for option, value in given.items():
        if value:
            raise NotIntoStore(option=option)


def rebuild_store(
    settings: Settings,
    paths: tuple[Path, ...],
    part: str | None,
    report: Path | None,
    *,
    strict: bool,
    publish: bool,
    discard: bool,
) -> None:
    """Without a slice everything is made and published; a slice is published with ``publish`` alone."""
    from retriever.index.milvus.slices import WHOLE, Slice
    from retriever.rebuild import HowToRead
    from retriever.rebuild.slices import discard_slices, publish_slices, rebuild_slice
    from retriever.report import reporting
    from server.terminal import progress_bars

    store, own = settings.address, Slice.read(part) if part else WHOLE
    assert store is not None

    def say(key: str, **facts: object) -> None:
        click.echo(in_language(SAY[key], settings.language).format(**facts))

    if discard:
        given_up = discard_slices(store)
        say("discarded" if given_up else "nothing_to_discard", generation=given_up)
        return
    only_publish = publish and not paths and not part
    if not only_publish:
        with reporting(report, settings.language) as seen, progress_bars(settings.language, seen) as progress:
            made = rebuild_slice(
                paths or (settings.articles,),
                store,
                own,
                how=HowToRead(settings.file_names, settings.ocr, settings.user_dictionary, settings.synonyms),
                encoder=settings.encoder,
                options=settings.encoder_options,
                progress=progress,
                seen=seen,
                strict=strict,
            )
        *told, _ = seen.report().lines(
            settings.language
        )  # the sums, told last, are told below: no index of this machine is made
        click.echo("\n".join(told), nl=bool(told))
        counts = {"articles": made.articles, "passages": made.passages, "characters": made.characters}
        if own != WHOLE:
            say("slice_made", store=store, number=own.number, of=own.of, **counts)
    if publish or not part:
        contents = publish_slices(store, None if only_publish else own.of, settings.keep_generations)
        made_of = contents.manifest
        counts = {"articles": made_of.articles, "passages": made_of.passages, "characters": made_of.characters}
        say("published", store=store, generation=made_of.generation, **counts)
