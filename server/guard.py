"""What holds for every request: its id, the host it names, the headers that go out with it, its line in the log."""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from server.errors import UnknownHost

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def guard(app: Flask, host: str) -> None:
    """Put the guard before ``app``, which listens on ``host``."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()
        if not host_allowed(request.host, host):
            raise UnknownHost(host=request.host)

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-Id"] = g.request_id
        # Paths only: the query string may hold a question, and questions are not logged.
        took_ms = (time.perf_counter() - g.began) * 1000
        log.info("%s %r %d %.1f ms %s", request.method, request.path, response.status_code, took_ms, g.request_id)
        return response


def host_allowed(named: str, bound: str) -> bool:
    """Whether a request that names this host may pass: a page elsewhere can point its own name at this machine.

    >>> host_allowed("127.0.0.1:8000", "127.0.0.1"), host_allowed("evil.example", "127.0.0.1")
    (True, False)
    """
    if not is_loopback(bound):
        return True  # reached under names we cannot know; that needs an admin key
    name = host_name(named)
    return name == bound or is_loopback(name)


def host_name(named: str) -> str:
    """The host without its port.

    >>> host_name("[::1]:8000"), host_name("LOCALHOST:80")
    ('::1', 'localhost')
    """
    if named.startswith("["):
        return named[1:].partition("]")[0].lower()
    return named.partition(":")[0].lower()


def is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False  # a name, not an address
