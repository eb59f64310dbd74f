"""How do people reach it?  HTTP, pages and the command line: doors to the same two calls of the retriever."""

from __future__ import annotations


def version() -> str:
    """The version of the installed distribution; ``0`` when the packages run from a folder that was not installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("baowen")
    except PackageNotFoundError:
        return "0"
