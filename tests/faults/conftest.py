"""What every fault is injected into, and where it is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from faults.editions import an_edition
from tally import INJECTED


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
