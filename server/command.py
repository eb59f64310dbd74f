"""What every command of ``baowen`` is made of: its options, its settings, and how an error is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from embeddings.errors import BaowenError, Language
from embeddings.options import Backend, Device
from server.messages.commands import HELP, SAY

if TYPE_CHECKING:  # slow to import
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
            click.echo(error.message(ctx.obj or early_language()), err=True)
            ctx.exit(1)


def option(flag: str, *names: str, **how: Any) -> Callable[[Command], Command]:
    """An option with the help of its name. Without a default: what is not given is settled by load_settings."""
    return click.option(flag, *names, help=HELP[how.pop("help_as", flag)], **how)


def index_options(command: Command) -> Command:
    """Which index: a folder, or a store past this machine."""
    return option("--index", type=FOLDER)(option("--store")(command))


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


def resolve(flags: dict[str, Any]) -> Resolved:
    from server.settings import load_settings

    if flags.get("index") is not None and flags.get("store") is None:
        flags = flags | {"store": ""}  # a folder that is named is meant, whatever the environment says of a store
    resolved = load_settings(flags, os.environ)
    click.get_current_context().find_root().obj = resolved.settings.language
    return resolved


def early_language() -> Language:
    """For errors that come before the settings are settled."""
    return "en" if os.environ.get("BAOWEN_LANGUAGE") == "en" else "zh"


def say(key: str, language: Language, **facts: Any) -> str:
    from server.messages import in_language

    return in_language(SAY[key], language).format(**facts)
