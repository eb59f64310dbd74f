"""Counts the faults that were injected, and says so at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.editions import an_edition

INJECTED: Counter[str] = Counter()


@pytest.fixture
def injected() -> Callable[[str], None]:
    """Call it once for each fault, with its kind."""
    return lambda kind: INJECTED.update([kind])


@pytest.fixture(scope="session")
def first_edition(tmp_path_factory: pytest.TempPathFactory, tiny_static: Path) -> Path:
    """An index of one generation that says 甲版; to be copied. Its encoder is tiny: it is opened a few hundred times."""
    root = tmp_path_factory.mktemp("first") / "index"
    an_edition(root, "甲版", tiny_static)
    return root


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if INJECTED:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(INJECTED.items()))
        terminalreporter.write_line(f"faults injected: {INJECTED.total()} ({kinds})")
