"""From settings to a listening service: granian's processes, or waitress where it does not run."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from server.listening import refuse_unsafe
from server.logs import log_to_stderr
from server.settings import Settings

Announce = Callable[[str], None]

__all__ = ["log_to_stderr", "serve"]


def serve(settings: Settings, announce: Announce) -> None:
    """Serve until SIGINT or SIGTERM. ``announce`` gets the address once it can be opened.

    Raises UnsafeBind, PortInUse, CannotListen, NotServing, and what create_app raises.
    """
    refuse_unsafe(settings)
    if settings.http_server == "granian" and importlib.util.find_spec("granian"):
        from server.workers import serve_with_granian as listen
    else:
        from server.single_process import serve_with_waitress as listen
    listen(settings, announce)
