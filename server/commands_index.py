"""Commands that look at what there is: how pages are cut, what the index holds, whether it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from server.command import FOLDER, index_options, option, resolve, say
from server.messages.commands import HELP


@click.command(help=HELP["articles"])
@click.argument("paths", nargs=-1, type=FOLDER)
@index_options
@option("--json", "as_json", is_flag=True, help_as="--json-lines")
def articles(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """How pages were cut into articles; without paths, what the index holds."""
    settings = resolve(flags).settings
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
        click.echo(say("articles_total", settings.language, count=count))


@click.command(help=HELP["check"])
@index_options
@option("--deep", is_flag=True)
@click.pass_context
def check(ctx: click.Context, /, deep: bool, **flags: Any) -> None:
    """Whether the index is sound; exit code 1 when it is not."""
    settings = resolve(flags).settings
    from retriever.index import health
    from retriever.index.generations import damaged_generations
    from server import stores

    findings, root = stores.check(settings, deep=deep), stores.place_of(settings)
    for name in [] if settings.store else damaged_generations(settings.index):
        click.echo(say("set_aside", settings.language, folder=settings.index / f"damaged-{name}"))
    if findings:
        click.echo(say("unsound", settings.language, root=root, count=len(findings)), err=True)
        click.echo("\n".join(f"- {finding}" for finding in findings), err=True)
        click.echo(say("unsound_next", settings.language, where=stores.flag_of(settings)), err=True)
    else:
        click.echo(say("sound", settings.language, root=root))
    kept = health.check_kept(settings.index, deep=True) if deep and not settings.store else None
    if kept and kept.of_another_format:
        click.echo(say("kept_outdated", settings.language, names=", ".join(kept.of_another_format)))
    if kept and kept.damaged:
        click.echo(say("kept_unsound", settings.language, count=len(kept.damaged)), err=True)
        click.echo("\n".join(f"- {finding}" for finding in kept.damaged), err=True)
    if findings or (kept and kept.damaged):
        ctx.exit(1)


@click.command(help=HELP["rollback"])
@click.argument("generation", required=False)
@index_options
def rollback(generation: str | None, **flags: Any) -> None:
    """Make an older generation the live one."""
    settings = resolve(flags).settings
    from server import stores

    done = stores.roll_back(settings, generation)
    for name in done.passed_over:
        click.echo(say("rollback_passed_over", settings.language, name=name))
    if done.before == done.now:
        click.echo(say("rollback_same", settings.language, now=done.now))
    else:
        click.echo(
            say(
                "rolled_back",
                settings.language,
                now=done.now,
                before=done.before or "-",
                where=stores.flag_of(settings),
            )
        )
