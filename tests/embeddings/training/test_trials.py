"""The record of what was tried."""

from __future__ import annotations

from pathlib import Path

from embeddings.training.trials import Trial, record


def test_every_trial_is_a_line_and_none_is_lost_when_the_model_is_replaced(tmp_path: Path) -> None:
    for note in ("first try", "two\nlines\tand a tab"):
        path = record(Trial("2026-11-21", "zh", note, "epochs=2", "dev 50.0/81.2/59.9", 2.0114, 21.04), tmp_path / "zh")
    header, first, second = path.read_text(encoding="utf-8").splitlines()
    assert path == tmp_path / "trials.tsv"
    assert header.split("\t")[:3] == ["date", "model", "note"]
    assert first.split("\t") == ["2026-11-21", "zh", "first try", "epochs=2", "dev 50.0/81.2/59.9", "2.011", "21.0"]
    assert second.split("\t")[2] == "two lines and a tab"
