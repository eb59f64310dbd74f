"""What benchmarks measured, line by line in a file, so that one table can be made of several runs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

Figures = dict[str, float]  # "step: figure" → its value


def add_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--figures", type=Path, help="a file that the figures are written to as well, as lines of JSON")


def write(file: Path | None, step: str, measured: Mapping[str, float]) -> None:
    """Add what one step measured; nowhere where no file is named."""
    if file is not None:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({f"{step}: {name}": value for name, value in measured.items()}) + "\n")


def read(file: Path) -> Figures:
    """All of them; of a figure that was measured again, the last value."""
    figures: Figures = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        figures |= json.loads(line)
    return figures
