"""One process of waitress: pure Python, for platforms that granian has no build for."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from waitress.server import create_server

from server.app import create_app
from server.listening import address, bind
from server.logs import log_to_stderr
from server.settings import Settings


def serve_with_waitress(settings: Settings, announce: Callable[[str], None]) -> None:
    # The socket comes first: a port in use is told before an index is loaded for nothing.
    with bind(settings.host, settings.port) as listener:
        log_to_stderr(settings)
        server = create_server(
            create_app(settings, warmed=True),
            sockets=[listener],
            threads=min(settings.threads, 8),
            connection_limit=1000,
            ident=None,
            # Flask tells what is too large in our words; this is the stop for what would fill the disk.
            max_request_body_size=max(1 << 20, settings.max_body_bytes * 4),
        )
        signal.signal(signal.SIGTERM, _stop)
        announce(address(settings.host, listener.getsockname()[1]))
        server.run()  # returns on SIGINT and SIGTERM, when what is being answered has been answered


def _stop(signum: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
