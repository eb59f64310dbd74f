"""A rebuild that is killed or fails at any step leaves the old generation or the new one, whole, and says what to do."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults.editions import an_edition, articles, edition_told

from retriever.index.generations import generations
from retriever.index.health import check

ROOT = Path(__file__).parents[2]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")


def rebuilds_with(fault: str, index: Path, encoder: Path, folder: Path) -> list[dict[str, Any]]:
    """Every rebuild of ``index`` with 乙版 that met the fault, each in ``folder/<n>``."""
    command = [sys.executable, str(Path(__file__).with_name("rebuild_with_faults.py")), fault, str(index), str(encoder)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    done = subprocess.run(
        [*command, str(articles(folder, "乙版")), str(folder)],
        env=inherited | ONE_THREAD | {"PYTHONPATH": str(ROOT), "TOKENIZERS_PARALLELISM": "false"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    met = [json.loads(line) for line in done.stdout.splitlines()]
    return [fault for fault in met if fault["step"]]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("fault", "ended_by", "at_least"),
    [
        ("kill", -signal.SIGKILL, 40),
        ("kill-in-write", -signal.SIGXFSZ, 15),
        ("fail", 1, 40),
        ("fail-in-write", 1, 15),
        ("kill-anew", -signal.SIGKILL, 15),
        ("fail-anew", 1, 15),
        ("kill-by-several", -signal.SIGKILL, 4),
        ("fail-by-several", 1, 4),
    ],
)
def test_a_rebuild_that_is_stopped_anywhere_loses_nothing_and_the_next_one_comes_through(
    first_edition: Path,
    tiny_static: Path,
    tmp_path: Path,
    injected: Callable[[str], None],
    fault: str,
    ended_by: int,
    at_least: int,
) -> None:
    met = rebuilds_with(fault, first_edition, tiny_static, tmp_path)
    assert len(met) >= at_least
    editions = set()
    for one in met:
        injected(fault)
        root = tmp_path / str(one["n"])
        told = edition_told(root)
        editions.add(told)
        where = f"{one}"
        assert told in ("甲版", "乙版"), where
        assert generations(first_edition)[0] in generations(root), where  # the one before is never lost
        assert check(root) == [], where
        assert one["code"] in (ended_by, 0), where
        if one["code"] == 1:
            assert told == "甲版" or "CURRENT" in one["step"] or one["step"].endswith(root.name), where
            assert "Check the disk space and permissions" in one["said"], where
        elif one["code"] == 0:
            assert told == "乙版", where  # tidying up afterwards is all that failed
    assert "甲版" in editions
    for one in met[:: max(1, len(met) // 6)]:
        root = tmp_path / str(one["n"])
        an_edition(root, "丙版", tiny_static)
        assert edition_told(root) == "丙版"
        assert not [entry.name for entry in root.iterdir() if entry.name.startswith(".building")]
        shutil.rmtree(root)
