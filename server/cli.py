"""``baowen``: the command line. Every command says what it does, and anything a person can mend in one line on stderr."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from embeddings.errors import BaowenError, Language
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


@click.group(cls=BaowenGroup, help=HELP["main"], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="baowen", help=HELP["version"])
def main() -> None:
    """The group; each command below is a door."""


@main.command(help=HELP["rebuild"])
@click.argument("paths", nargs=-1, type=FOLDER)
@option("--index", type=FOLDER)
@option("--encoder")
@option("--file-names")
@option("--ocr", is_flag=True, default=None)
@option("--report", type=click.Path(path_type=Path, dir_okay=False))
@option("--strict", is_flag=True)
def rebuild(paths: tuple[Path, ...], report: Path | None, strict: bool, **flags: Any) -> None:
    """Make the index hold exactly what the paths hold."""
    settings = _resolve(flags).settings
    from retriever import rebuild as conductor
    from retriever.report import reporting
    from server.terminal import progress_bars

    with progress_bars() as progress, reporting(report, settings.language) as seen:
        done = conductor.rebuild(
            paths or [settings.articles],
            settings.index,
            how=conductor.HowToRead(settings.file_names, settings.ocr),
            encoder=settings.encoder,
            progress=progress,
            seen=seen,
            strict=strict,
        )
    click.echo("\n".join(done.lines(settings.language)))


@main.command(help=HELP["serve"])
@option("--index", type=FOLDER)
@option("--host")
@option("--port", type=int)
@option("--mode", type=click.Choice(MODES))
@option("--encoder")
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
@option("--encoder")
@option("--top-k", type=click.IntRange(1, 50), default=5, show_default=True)
@option("--json", "as_json", is_flag=True)
def ask(question: str, top_k: int, as_json: bool, **flags: Any) -> None:
    """Ask one question."""
    settings = _resolve(flags).settings
    from retriever.search import Searcher
    from server.present import answer_out
    from server.terminal import answer_lines

    searcher = Searcher.open(settings.index, encoder=settings.encoder, mode=settings.mode)
    answer = answer_out(searcher.ask(question, top_k=top_k))
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
@click.pass_context
def check(ctx: click.Context, /, **flags: Any) -> None:
    """Whether the index is sound; exit code 1 when it is not."""
    settings = _resolve(flags).settings
    from retriever.index import snapshot

    findings = snapshot.check(settings.index)
    if not findings:
        click.echo(_say("sound", settings.language, root=settings.index))
        return
    click.echo(_say("unsound", settings.language, root=settings.index, count=len(findings)), err=True)
    click.echo("\n".join(f"- {finding}" for finding in findings), err=True)
    ctx.exit(1)


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
