"""Commands that teach the encoder and measure how good answers are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from server.command import FOLDER, MODES, encoder_options, index_options, option, resolve
from server.messages.commands import HELP


@click.command(help=HELP["train"])
@click.argument("paths", nargs=-1, type=FOLDER)
@option("--index", type=FOLDER)
@option("--out", type=FOLDER)
@option("--encoder", "start", help_as="--start")
@option("--epochs", type=click.IntRange(1, 100))
@option("--minutes", type=click.FloatRange(min=0, min_open=True))
@option("--rate", type=click.FloatRange(min=0, min_open=True))
@option("--seed", type=int)
@option("--threads", type=click.IntRange(1, 256), help_as="--train-threads")
@option("--fresh", is_flag=True)
@option("--even-if-worse", is_flag=True)
@option("--file-names")
@option("--ocr", is_flag=True, default=None)
def train(
    paths: tuple[Path, ...],
    out: Path | None,
    start: str | None,
    minutes: float | None,
    fresh: bool,
    even_if_worse: bool,
    index: Path | None,
    file_names: str | None,
    ocr: bool | None,
    **how: Any,
) -> None:
    """Adapt the encoder to the articles of the paths."""
    settings = resolve({"index": index, "file_names": file_names, "ocr": ocr}).settings
    from embeddings.training.course import Adaptation
    from retriever.rebuild import HowToRead, articles_of
    from server import training

    training.train(
        articles_of(
            paths or [settings.articles],
            HowToRead(settings.file_names, settings.ocr),
            on_problem=lambda problem: click.echo(problem.message(settings.language), err=True),
        ),
        settings.index,
        out,
        start=start,
        how=Adaptation(**{name: value for name, value in how.items() if value is not None}),
        minutes=minutes,
        fresh=fresh,
        even_if_worse=even_if_worse,
        language=settings.language,
    )


@click.command("eval", help=HELP["eval"])
@click.argument("files", nargs=-1, required=True, type=FOLDER)
@index_options
@option("--corpus", multiple=True, type=FOLDER)
@option("--mode", type=click.Choice(MODES))
@encoder_options
@option("--reranker")
@option("--out", type=click.Path(path_type=Path, dir_okay=False), help_as="--run-out")
@option("--against", type=FOLDER)
@option("--require", default="")
@option("--html", type=click.Path(path_type=Path, file_okay=False))
@option("--png", type=click.Path(path_type=Path, file_okay=False))
def evaluate(
    files: tuple[Path, ...],
    corpus: tuple[Path, ...],
    out: Path | None,
    against: Path | None,
    require: str,
    html: Path | None,
    png: Path | None,
    **flags: Any,
) -> None:
    """Measure with question files."""
    settings = resolve(flags).settings
    from server import evaluating
    from server.terminal import progress_bars

    index_named = flags["index"] is not None or flags["store"] is not None
    wanted = evaluating.Wanted(files, corpus, out, against, require, html, png, index_named=index_named)
    with progress_bars() as progress:
        evaluating.evaluate(wanted, settings, click.echo, progress)
