"""When do the files change?  Told by the operating system, or by looking again and again where ``WATCHFILES_FORCE_POLLING`` is
set, which network folders need.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

SETTLED_MS = 2000  # nobody has written for so long
NEVER_SETTLED_MS = 60_000  # where somebody writes on and on, this is long enough
LOOK_MS = 500  # between two looks at whether the folders themselves are still the same
_Identity = tuple[tuple[int, int] | None, ...]


def changes(
    paths: Sequence[Path], index: Path, stop: threading.Event, *, settled_ms: int = SETTLED_MS
) -> Iterator[None]:
    """At once, when watching has begun, and then each time something below ``paths`` has changed and settled.

    What happens between two of them is not missed. The index's own files do not count. Ends when ``stop`` is set.
    """
    own = index.resolve()

    def counts(change: Change, name: str) -> bool:
        path = Path(name)
        return not path.name.startswith(".") and not path.is_relative_to(own)

    while not stop.is_set():
        before = _identities(paths)
        there = [path.resolve() for path in paths if path.exists()]
        if not there:
            stop.wait(LOOK_MS / 1000)
            continue
        begun = False
        for found in watch(
            *there,
            watch_filter=counts,
            step=settled_ms,
            debounce=max(settled_ms, NEVER_SETTLED_MS),
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            ignore_permission_denied=True,
        ):
            if found or not begun:
                begun = True
                yield
            if _identities(paths) != before or _is_gone(found, there):
                break  # what stands there now, nobody watches yet


def _is_gone(found: Iterable[tuple[Change, str]], paths: Sequence[Path]) -> bool:
    """Whether one of the paths was removed; another one in its place may even have its number."""
    return any(change is Change.deleted and Path(name) in paths for change, name in found)


def _identities(paths: Sequence[Path]) -> _Identity:
    return tuple(_identity(path) for path in paths)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_dev, told.st_ino
