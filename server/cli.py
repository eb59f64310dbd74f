"""``baowen``: the command line. Every command says what it does, and anything a person can mend in one line on stderr."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from embeddings.errors import BaowenError, Language
from embeddings.options import Backend, Device
from server import version
from server.messages.commands import HELP, SAY

if TYPE_CHECKING:  # what follows is slow to import: each command imports what it needs
    from server.settings import Resolved

Command = TypeVar("Command", bound=Callable[..., Any])
MODES = ("hybrid", "dense", "lexical")
FOLDER = click.Path(path_type=Path)


class BaowenGroup(click.Group):
    """Shows every BaowenError as one line on stderr, with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BaowenError as error:
            click.echo(error.message(ctx.obj or _language()), err=True)
            ctx.exit(1)


def option(flag: str, *names: str, **how: Any) -> Callable[[Command], Command]:
    """An option with the help of its name. Without a default: what is not given is settled by load_settings."""
    return click.option(flag, *names, help=HELP[how.pop("help_as", flag)], **how)


def encoder_options(command: Command) -> Command:
    """Which encoder, and how it runs."""
    for decorate in (
        option("--encoder-device", type=click.Choice(get_args(Device))),
        option("--encoder-length", type=int),
        option("--encoder-batch", type=int),
        option("--encoder-backend", type=click.Choice(get_args(Backend))),
        option("--encoder"),
    ):
        command = decorate(command)
    return command


@click.group(cls=BaowenGroup, help=HELP["main"], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="baowen", help=HELP["version"])
def main() -> None:
    """The group; each command below is a door."""


@main.command(help=HELP["rebuild"])
@click.argument("paths", nargs=-1, type=FOLDER)
@option("--index", type=FOLDER)
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
def rebuild(
    paths: tuple[Path, ...],
    report: Path | None,
    strict: bool,
    gate: tuple[Path, ...],
    gate_floor: float | None,
    **flags: Any,
) -> None:
    """Make the index hold exactly what the paths hold."""
    settings = _resolve(flags).settings
    from retriever import rebuild as conductor
    from retriever.report import reporting
    from server.evaluating import golden_gate
    from server.terminal import progress_bars

    held = golden_gate(gate, gate_floor, settings.mode) if gate else None
    with progress_bars() as progress, reporting(report, settings.language) as seen:
        done = conductor.rebuild(
            paths or [settings.articles],
            settings.index,
            how=conductor.HowToRead(settings.file_names, settings.ocr, settings.user_dictionary, settings.synonyms),
            encoder=settings.encoder,
            options=settings.encoder_options,
            progress=progress,
            seen=seen,
            strict=strict,
            gate=held,
            keep=settings.keep_generations,
        )
    click.echo("\n".join(done.lines(settings.language)))


@main.command(help=HELP["serve"])
@option("--index", type=FOLDER)
@option("--host")
@option("--port", type=int)
@option("--mode", type=click.Choice(MODES))
@encoder_options
def serve(**flags: Any) -> None:
    """Serve the chat page and the JSON API."""
    settings = _resolve(flags).settings
    from server.serving import serve as listen

    listen(settings, lambda url: click.echo(_say("listening", settings.language, url=url)))
    click.echo(_say("stopped", settings.language))


@main.command(help=HELP["ask"])
@click.argument("question")
@option("--index", type=FOLDER)
@option("--mode", type=click.Choice(MODES))
@encoder_options
@option("--top-k", type=click.IntRange(1, 50), default=5, show_default=True)
@option("--source", multiple=True)
@option("--from", "date_from")
@option("--to", "date_to")
@option("--json", "as_json", is_flag=True)
def ask(
    question: str,
    top_k: int,
    source: tuple[str, ...],
    date_from: str | None,
    date_to: str | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Ask one question."""
    settings = _resolve(flags).settings
    from retriever.search import Searcher
    from server.filtering import filters_from
    from server.present import answer_out
    from server.terminal import answer_lines

    filters = filters_from(source, date_from, date_to)
    searcher = Searcher.open(
        settings.index, encoder=settings.encoder, options=settings.encoder_options, mode=settings.mode
    )
    answer = answer_out(searcher.ask(question, top_k=top_k, filters=filters))
    click.echo(answer.model_dump_json(indent=2) if as_json else "\n".join(answer_lines(answer, settings.language)))


@main.command(help=HELP["articles"])
@click.argument("paths", nargs=-1, type=FOLDER)
@option("--index", type=FOLDER)
@option("--json", "as_json", is_flag=True, help_as="--json-lines")
def articles(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """How pages were cut into articles; without paths, what the index holds."""
    settings = _resolve(flags).settings
    from retriever.rebuild import HowToRead, articles_of
    from server.present import article_out
    from server.terminal import article_line, articles_of_index

    count = 0
    how = HowToRead(settings.file_names, settings.ocr)
    for article in articles_of(paths, how) if paths else articles_of_index(settings):
        count += 1
        shown = article_out(article)
        click.echo(shown.model_dump_json() if as_json else article_line(shown, settings.language))
    if not as_json:
        click.echo(_say("articles_total", settings.language, count=count))


@main.command(help=HELP["check"])
@option("--index", type=FOLDER)
@option("--deep", is_flag=True)
@click.pass_context
def check(ctx: click.Context, /, deep: bool, **flags: Any) -> None:
    """Whether the index is sound; exit code 1 when it is not."""
    settings = _resolve(flags).settings
    from retriever.index import health
    from retriever.index.generations import damaged_generations

    findings = health.check(settings.index, deep=deep)
    for name in damaged_generations(settings.index):
        click.echo(_say("set_aside", settings.language, folder=settings.index / f"damaged-{name}"))
    if not findings:
        click.echo(_say("sound", settings.language, root=settings.index))
        return
    click.echo(_say("unsound", settings.language, root=settings.index, count=len(findings)), err=True)
    click.echo("\n".join(f"- {finding}" for finding in findings), err=True)
    click.echo(_say("unsound_next", settings.language, root=settings.index), err=True)
    ctx.exit(1)


@main.command(help=HELP["rollback"])
@click.argument("generation", required=False)
@option("--index", type=FOLDER)
def rollback(generation: str | None, **flags: Any) -> None:
    """Make an older generation the live one."""
    settings = _resolve(flags).settings
    from retriever.index import health

    done = health.rollback(settings.index, generation)
    for name in done.passed_over:
        click.echo(_say("rollback_passed_over", settings.language, name=name))
    if done.before == done.now:
        click.echo(_say("rollback_same", settings.language, now=done.now))
    else:
        click.echo(_say("rolled_back", settings.language, now=done.now, before=done.before or "-", root=settings.index))


@main.command(help=HELP["train"])
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
    settings = _resolve({"index": index, "file_names": file_names, "ocr": ocr}).settings
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


@main.command("eval", help=HELP["eval"])
@click.argument("files", nargs=-1, required=True, type=FOLDER)
@option("--index", type=FOLDER)
@option("--corpus", multiple=True, type=FOLDER)
@option("--mode", type=click.Choice(MODES))
@encoder_options
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
    settings = _resolve(flags).settings
    from server import evaluating
    from server.terminal import progress_bars

    index_named = flags["index"] is not None
    wanted = evaluating.Wanted(files, corpus, out, against, require, html, png, index_named=index_named)
    with progress_bars() as progress:
        evaluating.evaluate(wanted, settings, click.echo, progress)


@main.command(help=HELP["settings"])
def settings() -> None:
    """Every setting with its value, where it came from, what it does."""
    resolved = _resolve({})
    from server.terminal import settings_lines

    click.echo("\n".join(settings_lines(resolved, resolved.settings.language)))


def _resolve(flags: dict[str, Any]) -> Resolved:
    from server.settings import load_settings

    resolved = load_settings(flags, os.environ)
    click.get_current_context().find_root().obj = resolved.settings.language
    return resolved


def _language() -> Language:
    """For errors that come before the settings are settled."""
    return "en" if os.environ.get("BAOWEN_LANGUAGE") == "en" else "zh"


def _say(key: str, language: Language, **facts: Any) -> str:
    from server.messages import in_language

    return in_language(SAY[key], language).format(**facts)
