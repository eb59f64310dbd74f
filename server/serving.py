"""From settings to a listening server: waitress, a socket of our own, and a stop that finishes answers."""

from __future__ import annotations

import errno
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from server.errors import CannotListen, PortInUse, UnsafeBind
from server.guard import is_loopback
from server.settings import Settings


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. ``announce`` gets the address once it can be opened.

    Raises UnsafeBind, PortInUse, CannotListen, and what create_app raises.
    """
    refuse_unsafe(settings)
    # The socket comes first: a port in use is told before an index is loaded for nothing.
    with bind(settings.host, settings.port) as listener:
        from waitress.server import create_server

        from server.app import create_app

        log_to_stderr(settings)
        server = create_server(
            create_app(settings),
            sockets=[listener],
            threads=settings.threads,
            ident=None,
            # Flask tells what is too large in our words; this is the stop for what would fill the disk.
            max_request_body_size=max(1 << 20, settings.max_body_bytes * 4),
        )
        signal.signal(signal.SIGTERM, _stop)
        announce(address(settings.host, listener.getsockname()[1]))
        server.run()  # returns on SIGINT and SIGTERM, when what is being answered has been answered


def log_to_stderr(settings: Settings) -> None:
    """Our own lines at the level of the settings; libraries only when something is wrong."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    for package in ("server", "retriever", "embeddings"):
        logging.getLogger(package).setLevel(settings.log_level.upper())


def refuse_unsafe(settings: Settings) -> None:
    if not is_loopback(settings.host) and settings.admin_key is None:
        raise UnsafeBind(host=settings.host)


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the address, not yet listening. Raises PortInUse, CannotListen."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(host=host, port=port, detail=error.strerror or error) from error
    try:
        if hasattr(signal, "SIGHUP"):  # POSIX: a port may be taken again right after a stop; on Windows this means more
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        # Linux tells of another listener only now.
        listener.listen(0)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(port=port, other=port + 1 if port < 65535 else 0) from error
        raise CannotListen(host=host, port=port, detail=error.strerror or error) from error
    return listener


def address(host: str, port: int) -> str:
    """
    >>> address("::1", 8000), address("0.0.0.0", 80)
    ('http://[::1]:8000/', 'http://127.0.0.1:80/')
    """
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reachable}]:{port}/" if ":" in reachable else f"http://{reachable}:{port}/"


def _stop(signum: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
