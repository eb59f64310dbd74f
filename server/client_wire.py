"""How the client's requests travel: one connection each, no redirect followed, every failure a ClientError."""

from __future__ import annotations

import http.client
import ipaddress
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from pydantic import BaseModel, ValidationError

from embeddings.errors import Language
from server.client_errors import ClientError, NotBaowen, TimedOut, Unreachable, WrongField, kind_of

Model = TypeVar("Model", bound=BaseModel)


class Wire:
    """To the service at ``url``. ``timeout`` is in seconds, from one sign of life to the next. Raises Unreachable."""

    def __init__(self, url: str, key: str | None, timeout: float, language: Language) -> None:
        self.url, self._timeout = url.rstrip("/"), timeout
        self._headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {key}"} if key else {})
        try:
            self._opener = _opener(urlsplit(self.url).hostname or "")
        except ValueError as error:
            raise Unreachable(url=url, detail=error) from error

    def fetch(self, model: type[Model], address: str, body: Mapping[str, Any] | None = None) -> Model:
        """The whole of a reply. Raises ClientError."""
        return self.read(model, self.json(b"".join(self.lines(address, body))))

    def lines(self, address: str, body: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """A reply line by line, as it comes. Raises ClientError."""
        try:
            with self._open(self._request(address, body)) as response:
                yield from response
        except TimeoutError as error:
            raise TimedOut(url=self.url, seconds=self._timeout) from error
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(url=self.url, detail=_named(error)) from error

    def json(self, told: bytes) -> Any:
        """Raises NotBaowen."""
        try:
            return json.loads(told)
        except (ValueError, RecursionError) as error:
            raise NotBaowen(url=self.url, detail="no JSON") from error

    def read(self, model: type[Model], told: Any) -> Model:
        """Raises NotBaowen."""
        try:
            # A newer service may say more than is known here.
            return model.model_validate(told, extra="ignore")
        except ValidationError as error:
            finding = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(step) for step in finding["loc"])
            raise NotBaowen(url=self.url, detail=f"{where}: {finding['msg']}") from None

    def problem(self, told: Any, status: int = 0, wait: str = "", request_id: str | None = None) -> ClientError:
        """What the service said no with; where that is no problem+json, it was not Baowen that answered."""
        if not isinstance(told, dict) or not all(isinstance(told.get(key), str) for key in ("title", "detail")):
            return NotBaowen(url=self.url, detail=f"status {status}")
        status = told["status"] if isinstance(told.get("status"), int) else status
        return kind_of(status)(
            status=status,
            kind=str(told.get("type", "")).rpartition(":")[2],
            title=told["title"],
            detail=told["detail"],
            errors=tuple(_wrong_fields(told.get("errors"))),
            retry_after_s=float(wait) if wait.isascii() and wait.isdecimal() else None,
            request_id=request_id,
        )

    def _request(self, address: str, body: Mapping[str, Any] | None) -> Request:
        data = None if body is None else json.dumps(body).encode()
        try:
            return Request(
                self.url + address, data, self._headers | ({"Content-Type": "application/json"} if data else {})
            )
        except ValueError as error:
            raise Unreachable(url=self.url, detail=error) from error

    def _open(self, request: Request) -> http.client.HTTPResponse:
        try:
            return cast(http.client.HTTPResponse, self._opener.open(request, timeout=self._timeout))
        except HTTPError as error:
            with error:
                told = error.read(1 << 20)
            wait, request_id = error.headers.get("Retry-After", ""), error.headers.get("X-Request-Id")
            raise self.problem(_json_or_none(told), error.code, wait, request_id) from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise TimedOut(url=self.url, seconds=self._timeout) from error
            raise Unreachable(url=self.url, detail=error.reason) from error
        except ValueError as error:  # an address that is none, or a key; which is not repeated
            raise Unreachable(url=self.url, detail=type(error).__name__) from None


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is told as a problem: followed, it would take the key along to wherever it leads."""

    def redirect_request(self, *request: Any) -> None:
        return None


def _opener(host: str) -> OpenerDirector:
    """The environment's proxy for services elsewhere; none for this machine's own, which no proxy can reach."""
    return build_opener(_NoRedirect, *([ProxyHandler({})] if _is_loopback(host) else []))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def events(lines: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    """The events of a stream: name and data; comments are signs of life and nothing else.

    >>> list(events(iter([b": ping\\n", b"event: answer\\n", b"data: {}\\n", b"\\n"])))
    [('answer', '{}')]
    """
    name, data = "", []
    for line in lines:
        key, _, value = line.decode("utf-8", "replace").rstrip("\r\n").partition(":")
        if key == "event":
            name = value.removeprefix(" ")
        elif key == "data":
            data.append(value.removeprefix(" "))
        elif not key and not value and data and not line.startswith(b":"):
            yield name, "\n".join(data)
            name, data = "", []


def _named(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()


def _json_or_none(told: bytes) -> Any:
    try:
        return json.loads(told)
    except (ValueError, RecursionError):
        return None


def _wrong_fields(told: Any) -> Iterator[WrongField]:
    for error in told if isinstance(told, list) else []:
        if isinstance(error, dict):
            yield WrongField(str(error.get("pointer", "")), str(error.get("detail", "")))
