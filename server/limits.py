"""How often a client may ask: the generic cell rate algorithm (ATM Forum, 1996) over memory that all workers share.

A client has one number, the time at which it has used up what it asked for; it may run ahead of the clock by the burst. The
numbers stand in a table of fixed size, found by a keyed hash of the client, so that no crowd of clients fills the memory. Two
clients in one place share a limit (at 1,000 clients at once, 1 in 65), and two processes that write at the same moment let one
request more through: neither does harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import mmap
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

SLOTS = 65_536
SECRET_BYTES = 16
SIZE = SECRET_BYTES + 8 * SLOTS


class Limiter:
    """``per_minute`` requests a minute from each client in the long run, ``burst`` of them at once."""

    def __init__(
        self, name: str, per_minute: int, burst: int, table: mmap.mmap, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name, self._period_s, self._burst, self._clock = name, 60.0 / per_minute, burst, clock
        self._secret = table[:SECRET_BYTES]
        self._spent_until = memoryview(table)[SECRET_BYTES:].cast("d")

    def wait_s(self, client: str, *, spend: bool = True) -> float:
        """0.0 where the client may go on, else in how many seconds; ``spend`` counts this request."""
        slot, now = self._slot(client), self._clock()
        spent_until = max(self._spent_until[slot], now)
        ahead = spent_until - now - (self._burst - 1) * self._period_s
        if ahead > 0:
            return ahead
        if spend:
            self._spent_until[slot] = spent_until + self._period_s
        return 0.0

    def _slot(self, client: str) -> int:
        named = f"{self._name} {network_of(client)}".encode()
        return int.from_bytes(hashlib.blake2b(named, key=self._secret, digest_size=8).digest(), "big") % SLOTS


class Share:
    """How many requests of one client a process attends to at the same time: at most ``most``.

    A body that never ends holds a thread for as long as its client likes, and nothing can end it. So nobody gets them all.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, client: str) -> bool:
        network = network_of(client)
        with self._lock:
            held = self._held.get(network, 0)
            if held >= self._most:
                return False
            self._held[network] = held + 1
            return True

    def give_back(self, client: str) -> None:
        network = network_of(client)
        with self._lock:
            self._held[network] -= 1
            if not self._held[network]:
                del self._held[network]


def network_of(client: str) -> str:
    """Whoever holds an IPv6 network has 2⁶⁴ addresses of their own: those count as one.

    >>> network_of("192.0.2.7"), network_of("2001:db8::1:2:3")
    ('192.0.2.7', '2001:db8::/64')
    """
    if ":" not in client:
        return client
    try:
        return str(ipaddress.ip_network((client.partition("%")[0], 64), strict=False))
    except ValueError:
        return client


def shared_table(file: Path | None) -> mmap.mmap:
    """The table in ``file``, made where there is none; of this process alone where no file is named."""
    if file is None:
        table = mmap.mmap(-1, SIZE)
        table[:SECRET_BYTES] = secrets.token_bytes(SECRET_BYTES)
        return table
    with tempfile.NamedTemporaryFile(dir=file.parent) as made:
        made.write(secrets.token_bytes(SECRET_BYTES) + bytes(8 * SLOTS))
        made.flush()
        with contextlib.suppress(FileExistsError):
            os.link(made.name, file)  # whole or not at all, and never over one that is in use
    with file.open("r+b") as opened:
        return mmap.mmap(opened.fileno(), SIZE)
