"""Commands that other programs start."""

from __future__ import annotations

from typing import Any

import click

from server.command import MODES, encoder_options, index_options, option, resolve
from server.messages.mcp import HELP


@click.command(help=HELP)
@index_options
@option("--mode", type=click.Choice(MODES))
@encoder_options
@option("--reranker")
def mcp(**flags: Any) -> None:
    """Serve assistants that speak MCP."""
    settings = resolve(flags).settings
    from server.errors import McpMissing
    from server.serving import log_to_stderr

    try:
        from server.mcp import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("mcp", "mcp_types"):
            raise McpMissing from error
        raise
    log_to_stderr(settings)
    serve(settings)
