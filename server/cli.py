"""``baowen``: the command line. Every command says what it does, and anything a person can mend in one line on stderr."""

from __future__ import annotations

from typing import Any

import click

from server import version
from server.command import MODES, BaowenGroup, encoder_options, index_options, option, resolve, say
from server.commands_index import articles, check, rollback
from server.commands_learning import evaluate, train
from server.commands_rebuild import rebuild
from server.commands_tools import mcp
from server.messages.commands import HELP


@click.group(cls=BaowenGroup, help=HELP["main"], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="baowen", help=HELP["version"])
def main() -> None:
    """The group; each command below is a door."""


@main.command(help=HELP["serve"])
@index_options
@option("--host")
@option("--port", type=int)
@option("--workers", type=click.IntRange(1, 256))
@option("--insecure", is_flag=True, default=None)
@option("--mode", type=click.Choice(MODES))
@encoder_options
@option("--reranker")
def serve(**flags: Any) -> None:
    """Serve the chat page and the JSON API."""
    settings = resolve(flags).settings
    from server.serving import serve as listen
    from server.stores import able_to_serve

    listen(able_to_serve(settings), lambda url: click.echo(say("listening", settings.language, url=url)))
    click.echo(say("stopped", settings.language))


@main.command(help=HELP["ask"])
@click.argument("question")
@index_options
@option("--mode", type=click.Choice(MODES))
@encoder_options
@option("--reranker")
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
    settings = resolve(flags).settings
    from server.filtering import filters_from
    from server.present import answer_out
    from server.stores import open_searcher
    from server.terminal import answer_lines

    filters = filters_from(source, date_from, date_to)
    searcher = open_searcher(settings)
    answer = answer_out(searcher.ask(question, top_k=top_k, filters=filters))
    click.echo(answer.model_dump_json(indent=2) if as_json else "\n".join(answer_lines(answer, settings.language)))


@main.command(help=HELP["key"])
def key() -> None:
    """A new key and its hash."""
    language = resolve({}).settings.language
    from server.keys import hashed, new_key

    made = new_key()
    click.echo(say("new_key", language, made=made, hashed=hashed(made)))


@main.command(help=HELP["settings"])
def settings() -> None:
    """Every setting with its value, where it came from, what it does."""
    resolved = resolve({})
    from server.terminal import settings_lines

    click.echo("\n".join(settings_lines(resolved, resolved.settings.language)))


for command in (rebuild, articles, check, rollback, train, evaluate, mcp):
    main.add_command(command)
