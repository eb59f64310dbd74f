"""The address the service listens on: whether it may be taken, and what it is called."""

from __future__ import annotations

import errno
import signal
import socket

from server.errors import CannotListen, PortInUse, UnsafeBind
from server.guard import is_loopback
from server.settings import Settings


def refuse_unsafe(settings: Settings) -> None:
    """Raises UnsafeBind where others could reach a service that nobody has a key to."""
    keyed = settings.admin_key is not None or settings.admin_key_file is not None
    if not (is_loopback(settings.host) or keyed or settings.insecure):
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


def free_address(host: str, port: int) -> tuple[str, int]:
    """The address in numbers, with a free port where 0 is asked for. Raises PortInUse, CannotListen."""
    with bind(host, port) as listener:
        numbers: tuple[str, int] = listener.getsockname()[:2]
    return numbers


def address(host: str, port: int) -> str:
    """
    >>> address("::1", 8000), address("0.0.0.0", 80)
    ('http://[::1]:8000/', 'http://127.0.0.1:80/')
    """
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reachable}]:{port}/" if ":" in reachable else f"http://{reachable}:{port}/"
