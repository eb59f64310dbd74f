"""Server-sent events: what is known so far goes out at once, and a client that goes away leaves nothing running."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from queue import Empty, SimpleQueue

from flask import Response, request

PING_EVERY_S = 15.0
PING = b": ping\n\n"
EVENT_STREAM = "text/event-stream"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # nginx would hold events back

Send = Callable[[str, str], None]
"""Takes the name of an event (empty for none) and its data. Raises ClientGone where nobody listens any more."""
Work = Callable[[Send], None]


class ClientGone(Exception):
    """Nobody listens any more; whoever works for them may stop."""


def wants_stream() -> bool:
    """Whether the request at hand accepts events and asks for nothing else."""
    return request.headers.get("Accept", "").startswith(EVENT_STREAM)


def stream(
    work: Work, pool: Executor, *, on_error: Callable[[Exception], tuple[str, str]], ping_every_s: float = PING_EVERY_S
) -> Response:
    """A response of the events that ``work`` sends from a thread of ``pool``.

    What ``work`` raises ends the stream with the event that ``on_error`` makes of it: its headers are out already.
    """
    return Response(_events(work, pool, on_error, ping_every_s), mimetype=EVENT_STREAM, headers=HEADERS)


def _events(
    work: Work, pool: Executor, on_error: Callable[[Exception], tuple[str, str]], ping_every_s: float
) -> Iterator[bytes]:
    sent: SimpleQueue[bytes | None] = SimpleQueue()
    gone = threading.Event()

    def send(name: str, data: str) -> None:
        if gone.is_set():
            raise ClientGone
        sent.put(event(name, data))

    def run() -> None:
        try:
            work(send)
        except ClientGone:
            pass  # as it should
        except Exception as error:
            sent.put(event(*on_error(error)))
        finally:
            sent.put(None)

    working = pool.submit(run)
    try:
        while True:
            try:
                frame = sent.get(timeout=ping_every_s)
            except Empty:
                frame = PING  # proxies cut silent connections; and where nobody listens, this is how it shows
            if frame is None:
                return
            yield frame
    finally:
        gone.set()
        working.cancel()


def event(name: str, data: str) -> bytes:
    """One event as it travels; ``data`` may hold several lines.

    >>> event("answer", "{}")
    b'event: answer\\ndata: {}\\n\\n'
    """
    lines = "".join(f"data: {line}\n" for line in data.split("\n"))
    return (f"event: {name}\n{lines}\n" if name else f"{lines}\n").encode()
