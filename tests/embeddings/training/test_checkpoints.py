"""A checkpoint is whole or not there, and belongs to one run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.training.checkpoints import Progress, Round, load_checkpoint, save_checkpoint
from embeddings.training.errors import CheckpointDamaged, TrainingUnwritable

ARRAYS = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "best": np.ones(2, np.float32)}


def a_run() -> Progress:
    return Progress(
        "run", epoch=1, batch=2, losses=[2.5, 1.25], rounds=[Round(0, 0.1, 0.2, 0.15), Round(2, 0.3, 0.4, 0.35)]
    )


def test_what_was_kept_comes_back_to_the_bit(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c", a_run(), ARRAYS)
    found = load_checkpoint(tmp_path / "c", "run")
    assert found is not None
    assert found[0] == a_run()
    assert found[0].best.step == 2
    assert all(np.array_equal(found[1][name], ARRAYS[name]) for name in ARRAYS)


def test_another_runs_checkpoint_is_not_taken_up(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "c", "run") is None
    save_checkpoint(tmp_path / "c", a_run(), ARRAYS)
    assert load_checkpoint(tmp_path / "c", "another") is None


def test_a_kill_while_writing_leaves_the_checkpoint_before(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "c", a_run(), ARRAYS)
    (tmp_path / ".c.new").write_bytes((tmp_path / "c").read_bytes()[:40])
    assert load_checkpoint(tmp_path / "c", "run") is not None


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 200])
def test_a_damaged_checkpoint_says_how_to_begin_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c").write_bytes(content)
    with pytest.raises(CheckpointDamaged, match="--fresh"):
        load_checkpoint(tmp_path / "c", "run")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingUnwritable, match="nowhere"):
        save_checkpoint(tmp_path / "nowhere" / "c", a_run(), ARRAYS)
