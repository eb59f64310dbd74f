"""Counts the faults that tests injected, over all processes that ran them, and says so at the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

INJECTED: Counter[str] = Counter()
KEY = "faults injected"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A pytest-xdist worker sends its counts home."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[KEY] = dict(INJECTED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    INJECTED.update(getattr(node, "workeroutput", {}).get(KEY, {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if INJECTED:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(INJECTED.items()))
        terminalreporter.write_line(f"{KEY}: {INJECTED.total()} ({kinds})")
