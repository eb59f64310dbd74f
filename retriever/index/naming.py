"""What generations are called: when they were begun, so that names sort as they were made, whatever the clock does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
_SECOND = "%Y%m%dT%H%M%SZ"
_TICKS = 0x10000  # in a second


def is_name(name: str) -> bool:
    """Whether a generation may be called so.

    >>> is_name("20261120T123523Z-1aa2"), is_name("20261320T123523Z-1aa2"), is_name("../20261120T123523Z-1aa2")
    (True, False, False)
    """
    if not _NAME.fullmatch(name):
        return False
    try:
        datetime.strptime(name[:16], _SECOND)
    except ValueError:
        return False
    return True


def name_at(moment: datetime) -> str:
    """The digits after the second are its 65,536ths."""
    return f"{moment.astimezone(UTC):{_SECOND}}-{moment.microsecond * _TICKS // 1_000_000:04x}"


def next_name(now: datetime, taken: Iterable[str]) -> str:
    """A name that comes after all that are taken: where the clock was put back, the newest one's next tick.

    >>> next_name(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), ["20250101T000000Z-ffff"])
    '20260102T030405Z-0000'
    >>> next_name(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), ["20270101T000000Z-ffff"])
    '20270101T000001Z-0000'
    """
    newest, own = max(taken, default=""), name_at(now)
    return own if own > newest else _after(newest)


def _after(name: str) -> str:
    second, tick = datetime.strptime(name[:16], _SECOND), int(name[17:], 16) + 1
    if tick == _TICKS:
        second, tick = second + timedelta(seconds=1), 0
    return f"{second:{_SECOND}}-{tick:04x}"
