"""What holds for every request: its id, the host it names, how often, with which key, and the headers that go out with it."""

from __future__ import annotations

import ipaddress
import logging
import math
import re
import secrets
import time
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

from flask import Flask, Request, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from server.errors import AmbiguousLength, TooMany, UnknownHost
from server.limits import Limiter, Share
from server.service import Service
from server.settings import Settings

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "Baowen",  # which software it is, and in which version, is nobody's business
}
WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
CORS_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-Id",
    "Access-Control-Max-Age": "600",
}
CORS_ROOTS = ("/api/", "/v1/", "/retrieval", "/openapi.json")
GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PER_MINUTE = 600  # where others can reach the service and nothing else is said
BURST = 60
UNCOUNTED = ("/static/", "/healthz", "/readyz", "/metrics")


def guard(app: Flask, service: Service, limiter: Limiter | None) -> None:
    """Put the guard before ``app``; without a ``limiter`` anybody asks as often as they like."""
    settings = service.settings
    origins = frozenset(settings.cors_origins)
    share = Share(max(1, settings.threads // 2))
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.wsgi_app = with_headers(app.wsgi_app)  # type: ignore[assignment,method-assign]
    allowed = lru_cache(maxsize=256)(partial(host_allowed, settings=settings))

    @app.before_request
    def begin() -> Response | None:
        asked = current(request)
        environ = asked.environ
        given = environ.get("HTTP_X_REQUEST_ID", "")
        g.request_id = given if given and GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()
        if "HTTP_TRANSFER_ENCODING" in environ and "CONTENT_LENGTH" in environ:
            raise AmbiguousLength
        if not allowed(asked.host):
            raise UnknownHost(host=asked.host)
        if asked.method == "OPTIONS" and environ.get("HTTP_ORIGIN") in origins:
            return Response(status=204)  # the browser asks whether it may; keys come with the request itself
        if limiter is not None and not asked.path.startswith(UNCOUNTED):
            wait_s = limiter.wait_s(asked.remote_addr or "")
            if wait_s:
                raise TooMany(seconds=math.ceil(wait_s))
        service.access.check()
        if asked.method == "POST":
            if not share.take(asked.remote_addr or ""):
                raise TooMany(seconds=1)
            g.client = asked.remote_addr or ""
        return None

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        if "client" in g:
            share.give_back(g.client)

    @app.after_request
    def finish(response: Response) -> Response:
        asked, request_id = current(request), g.request_id
        if origins and asked.path.startswith(CORS_ROOTS):
            allow_reading(response, asked)
        response.headers.add("X-Request-Id", request_id)
        if "stream" not in asked.__dict__ and (asked.content_length or "HTTP_TRANSFER_ENCODING" in asked.environ):
            # Refused without a look at its body. What is left of that on the line is no next request: the line is closed.
            response.headers.add("Connection", "close")
        took_s = time.perf_counter() - g.began
        route = asked.url_rule.rule if asked.url_rule else "unmatched"
        service.metrics.requested(asked.method, route, response.status_code, took_s)
        if log.isEnabledFor(logging.INFO):
            # Paths only: the query string may hold a question, and questions are not logged.
            facts = {
                "method": asked.method,
                "path": asked.path,
                "status": response.status_code,
                "ms": round(took_s * 1000, 1),
                "request_id": request_id,
            }
            log.info("%(method)s %(path)r %(status)d %(ms).1f ms %(request_id)s", facts, extra={"facts": facts})
        return response

    def allow_reading(response: Response, asked: Request) -> None:
        """Let the pages of the sites that are named read the response."""
        response.headers.add("Vary", "Origin")
        if (origin := asked.headers.get("Origin", "")) in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "X-Request-Id, Retry-After"
            response.headers.update(CORS_HEADERS if asked.method == "OPTIONS" else {})


def with_headers(app: WSGI) -> WSGI:
    """``app`` with the headers that every response carries; here, because it is far quicker than in Flask."""
    always = list(HEADERS.items())

    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, headers + always, *error)

        return app(environ, start)

    return answering


def current(request: Request) -> Request:
    """The request that Flask's proxy stands for: each look through the proxy costs as much as what is looked up."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def limiter_of(settings: Settings) -> tuple[int, int] | None:
    """Requests a minute and at once; None for no limit."""
    per_minute = settings.rate_per_minute
    if per_minute is None:
        per_minute = 0 if is_loopback(settings.host) and not settings.trusted_proxies else PER_MINUTE
    return (per_minute, min(BURST, per_minute)) if per_minute else None


def host_allowed(named: str, settings: Settings) -> bool:
    """Whether a request that names this host may pass: a page elsewhere can point its own name at this machine.

    >>> alone = Settings(host="127.0.0.1", hosts=("papers.example",))
    >>> [host_allowed(name, alone) for name in ("127.0.0.1:8000", "evil.example", "papers.example:443")]
    [True, False, True]
    """
    name = host_name(named)
    if name in settings.hosts or "*" in settings.hosts:
        return True
    if not is_loopback(settings.host):
        return not settings.hosts or is_loopback(name)  # reached under names we cannot know; that needs an admin key
    return name == settings.host or is_loopback(name)


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
