"""``baowen rebuild``: once, or whenever files change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from embeddings.errors import BaowenError, Language
from server.command import FOLDER, encoder_options, index_options, option, resolve
from server.commands_store import Wanted, rebuild_store
from server.errors import SliceWithoutStore
from server.messages import in_language
from server.messages.commands import HELP
from server.messages.rebuilding import SAY


@click.command(help=HELP["rebuild"])
@click.argument("paths", nargs=-1, type=FOLDER)
@index_options
@option("--slice", "part", help_as="--slice")
@option("--publish", is_flag=True)
@option("--discard", is_flag=True)
@encoder_options
@option("--file-names")
@option("--ocr", is_flag=True, default=None)
@option("--user-dictionary", type=FOLDER)
@option("--synonyms", type=FOLDER)
@option("--report", type=click.Path(path_type=Path, dir_okay=False))
@option("--strict", is_flag=True)
@option("--gate", multiple=True, type=FOLDER)
@option("--gate-floor", type=click.FloatRange(0, 1))
@option("--keep-generations", type=int)
@option("--full", is_flag=True)
@option("--watch", is_flag=True)
def rebuild(
    paths: tuple[Path, ...],
    part: str | None,
    publish: bool,
    discard: bool,
    report: Path | None,
    strict: bool,
    gate: tuple[Path, ...],
    gate_floor: float | None,
    full: bool,
    watch: bool,
    **flags: Any,
) -> None:
    """Make the index hold exactly what the paths hold."""
    settings = resolve(flags).settings
    if settings.store:
        wanted = Wanted(paths, part, report, gate, gate_floor, strict, publish, discard, full, watch)
        wanted.refuse_what_does_not_go_together()
        into = partial(rebuild_store, settings, wanted)
        if watch:
            _whenever_files_change(into, paths or (settings.articles,), settings.index, settings.language)
        else:
            into()
        return
    if part or publish or discard:
        raise SliceWithoutStore
    from retriever import rebuild as conductor
    from retriever.report import reporting
    from server.evaluating import golden_gate
    from server.stores import how_to_read
    from server.terminal import progress_bars

    held = golden_gate(gate, gate_floor, settings.mode) if gate else None
    given = paths or (settings.articles,)

    def once() -> None:
        with reporting(report, settings.language) as seen, progress_bars(settings.language, seen) as progress:
            done = conductor.rebuild(
                given,
                settings.index,
                how=how_to_read(settings),
                encoder=settings.encoder,
                options=settings.encoder_options,
                progress=progress,
                seen=seen,
                strict=strict,
                gate=held,
                keep=settings.keep_generations,
                full=full,
            )
        click.echo("\n".join(done.lines(settings.language)))

    if watch:
        _whenever_files_change(once, given, settings.index, settings.language)
    else:
        once()


def _whenever_files_change(once: Callable[[], None], paths: Sequence[Path], index: Path, language: Language) -> None:
    """Now, and after every change, until Ctrl-C; a rebuild that fails is told, and the next change is waited for."""
    from retriever.rebuild.watching import changes

    try:
        for _ in changes(paths, index, threading.Event()):
            try:
                once()
            except BaowenError as error:
                click.echo(in_language(SAY["watch_failed"], language).format(why=error.message(language)), err=True)
            click.echo(in_language(SAY["watching"], language).format(paths="、".join(map(str, paths))))
    except KeyboardInterrupt:
        click.echo(in_language(SAY["watch_stopped"], language))
