"""Keys at the door: readers may need one, whoever administers the index always does, and guessing one takes for ever."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from flask import Response, request

from server.errors import AdminKeyNeeded, KeyNeeded, KeyUnknown, NoAdminKey, TooMany
from server.keys import Keys, Role
from server.limits import Limiter

View = TypeVar("View", bound=Callable[..., Response])

OPEN = ("/healthz", "/readyz", "/static/")  # whatever keys there are
GUESSES_PER_MINUTE, GUESSES_AT_ONCE = 6, 10
BEARER: list[dict[str, list[str]]] = [{"key": []}]  # how OpenAPI names it


class Access:
    """``guesses`` counts the wrong keys of each client."""

    def __init__(self, keys: Keys, guesses: Limiter) -> None:
        self._keys, self._guesses = keys, guesses

    def check(self) -> None:
        """Whether the request at hand may read. Raises KeyNeeded, KeyUnknown, TooMany."""
        if self._keys.reading_needs_one and not request.path.startswith(OPEN):
            self._role(_given())

    def admin_only(self, view: View) -> View:
        """A route for who sends the admin key as a bearer token: what a browser sends by itself is not enough."""

        @wraps(view)
        def guarded(*arguments: object, **named: object) -> Response:
            if not self._keys.admin:
                raise NoAdminKey
            given = request.authorization
            if self._role(given.token if given and given.type == "bearer" else None) != "admin":
                raise AdminKeyNeeded
            return view(*arguments, **named)

        return guarded  # type: ignore[return-value]

    def _role(self, given: str | None) -> Role:
        client = request.remote_addr or ""
        if given is None:
            raise KeyNeeded
        if wait_s := self._guesses.wait_s(client, spend=False):
            raise TooMany(seconds=math.ceil(wait_s))
        role = self._keys.role(given)
        if role is None:
            self._guesses.wait_s(client)
            raise KeyUnknown
        return role


def _given() -> str | None:
    """The key of the request: a bearer token, or the password that a browser asked its user for."""
    given = request.authorization
    if given is None:
        return None
    return given.token if given.type == "bearer" else given.password
