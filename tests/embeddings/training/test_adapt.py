"""Adapting an encoder to an archive: what a person who dares to run it can count on."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import load_encoder
from embeddings.static import StaticEncoder
from embeddings.training.adapt import adapt, archive_of
from embeddings.training.course import Adaptation
from embeddings.training.errors import FolderTaken, TrainingInterrupted, TrainingRunning
from embeddings.training.outcome import Outcome
from embeddings.training.sitting import CHECKPOINT, Ended, Event, GoingOn, Limits, Stepped
from tests.embeddings.training.archive import SYNONYMS, stories

ROOT = Path(__file__).parents[3]
SLOW = "tests.embeddings.training.slow_training"
HOW = Adaptation(epochs=3, rate=0.05, learnt=1, batch=64, threads=1)
WORSE = Adaptation(epochs=1, rate=30.0, batch=64, threads=1)  # leaps that forget everything


class Run:
    """One archive, one start; whatever is told is kept."""

    def __init__(self, start: StaticEncoder) -> None:
        self.start = start
        self.told: list[Event] = []

    def __call__(self, out: Path, how: Adaptation = HOW, **more: object) -> Outcome:
        self.told = []
        archive = archive_of(more.pop("articles", stories()), SYNONYMS)  # type: ignore[arg-type]
        return adapt(archive, self.start, out, how, tell=self.told.append, today="2026-11-21", **more)  # type: ignore[arg-type]

    @property
    def steps(self) -> list[int]:
        return [event.step for event in self.told if isinstance(event, Stepped)]


@pytest.fixture
def run(start: StaticEncoder) -> Run:
    return Run(start)


@pytest.fixture(scope="module")
def adapted(start: StaticEncoder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    out = tmp_path_factory.mktemp("adapted") / "encoder"
    return out, Run(start)(out)


def weights_of(folder: Path) -> bytes:
    return (folder / "0_StaticEmbedding" / "model.safetensors").read_bytes()


def test_an_adapted_encoder_finds_more_of_what_it_never_learnt(
    adapted: tuple[Path, Outcome], start: StaticEncoder
) -> None:
    out, outcome = adapted
    assert outcome.better
    assert outcome.after["all"].mrr10 > outcome.before["all"].mrr10 + 0.05
    assert outcome.nearer > outcome.farther
    assert load_encoder(str(out)).fingerprint != start.fingerprint
    assert not out.with_name("encoder.training").exists(), "nothing is left lying about"


def test_the_same_articles_in_another_order_give_the_same_weights(
    adapted: tuple[Path, Outcome], run: Run, tmp_path: Path
) -> None:
    run(tmp_path / "again", articles=stories()[::-1])
    assert weights_of(tmp_path / "again") == weights_of(adapted[0])
    run(tmp_path / "other", replace(HOW, seed=8))
    assert weights_of(tmp_path / "other") != weights_of(adapted[0])


def test_killed_and_started_again_it_ends_with_the_very_same_weights(
    adapted: tuple[Path, Outcome], start_folder: Path, tmp_path: Path
) -> None:
    def process(pause_s: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", SLOW, str(start_folder), str(tmp_path / "encoder"), pause_s]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    for killed_at in (7, 16):  # the second time inside another epoch
        with process("0.02") as going:
            assert going.stdout is not None
            next(line for line in going.stdout if line.startswith(f"Stepped(step={killed_at},"))
            going.kill()
        assert not (tmp_path / "encoder").exists()
    with process("0") as going:
        told = going.communicate()[0]
    assert going.returncode == 0
    assert "GoingOn(step=15" in told
    assert weights_of(tmp_path / "encoder") == weights_of(adapted[0])


def test_ctrl_c_keeps_every_step_and_the_same_command_goes_on(
    adapted: tuple[Path, Outcome], run: Run, tmp_path: Path
) -> None:
    asked = count(1)
    with pytest.raises(TrainingInterrupted, match="同一条命令"):
        run(tmp_path / "encoder", limits=Limits(stop=lambda: next(asked) == 9))
    assert run.steps[-1] == 9
    run(tmp_path / "encoder")
    assert run.steps[0] == 10
    assert weights_of(tmp_path / "encoder") == weights_of(adapted[0])


def test_a_checkpoint_of_other_articles_or_settings_is_not_taken_up(run: Run, tmp_path: Path) -> None:
    with pytest.raises(TrainingInterrupted):
        run(tmp_path / "encoder", limits=Limits(stop=lambda: True))
    for changed in ({"articles": stories()[1:]}, {"how": replace(HOW, epochs=2)}):
        with pytest.raises(TrainingInterrupted):
            run(tmp_path / "encoder", limits=Limits(stop=lambda: True), **changed)
        assert run.steps == [1]
    with pytest.raises(TrainingInterrupted):
        run(tmp_path / "encoder", limits=Limits(stop=lambda: True), fresh=True)
    assert run.steps == [1]


def test_what_is_no_better_replaces_nothing_until_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    good = run(tmp_path / "encoder")
    before = weights_of(tmp_path / "encoder")
    outcome = run(tmp_path / "encoder", WORSE)
    assert not outcome.better
    assert outcome.standing == good.after
    assert weights_of(tmp_path / "encoder") == before
    run(tmp_path / "encoder", WORSE, even_if_worse=True)
    assert run.steps == [], "nothing is learnt twice"
    assert weights_of(tmp_path / "encoder") != before


def test_a_repeated_run_is_no_failure(adapted: tuple[Path, Outcome], run: Run, tmp_path: Path) -> None:
    run(tmp_path / "encoder")
    again = run(tmp_path / "encoder")
    assert again.better
    assert again.repeated
    assert weights_of(tmp_path / "encoder") == weights_of(adapted[0])


def test_somebody_elses_folder_is_not_touched(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("…", encoding="utf-8")
    with pytest.raises(FolderTaken):
        run(tmp_path / "letters")
    assert [file.name for file in tmp_path.rglob("*")] == ["letters", "to-mother.txt"]


def test_two_trainings_do_not_write_into_one_folder(run: Run, start: StaticEncoder, tmp_path: Path) -> None:
    def meanwhile() -> bool:
        with pytest.raises(TrainingRunning, match="pid"):
            Run(start)(tmp_path / "encoder")
        return True

    with pytest.raises(TrainingInterrupted):
        run(tmp_path / "encoder", limits=Limits(stop=meanwhile))


def test_it_stops_when_the_score_rises_no_more_and_when_the_time_is_over(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "a", Adaptation(epochs=50, rate=30.0, batch=64, patience=2, threads=1))
    ended = run.told[-1]
    assert isinstance(ended, Ended)
    assert ended.why == "patience"
    assert len(run.steps) < 40
    ticks = count(step=10)
    run(tmp_path / "b", limits=Limits(minutes=1, clock=lambda: next(ticks)))
    ended = run.told[-1]
    assert isinstance(ended, Ended)
    assert ended.why == "minutes"


def test_the_card_tells_how_it_was_made_and_no_text(adapted: tuple[Path, Outcome]) -> None:
    card = (adapted[0] / "README.md").read_text(encoding="utf-8")
    after = adapted[1].after["all"]
    assert f"→ {after.mrr10:.1%}" in card
    assert "170 articles" in card
    assert "2026-11-21" in card
    assert "tiny" in card
    assert not any(story.title in card for story in stories())


def test_the_curve_stands_beside_the_model(adapted: tuple[Path, Outcome]) -> None:
    with (adapted[0] / "curve.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(len(rows)))
    assert float(rows[0]["mrr10"]) < max(float(row["mrr10"]) for row in rows if row["mrr10"])
    losses = [float(row["loss"]) for row in rows[1:]]
    assert np.mean(losses[-5:]) < np.mean(losses[:5])


def test_the_curve_is_drawn_where_matplotlib_is(adapted: tuple[Path, Outcome]) -> None:
    pytest.importorskip("matplotlib")
    assert (adapted[0] / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_bar_is_told_how_many_steps_there_are(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "encoder")
    begun = run.told[0]
    assert isinstance(begun, GoingOn)
    assert begun.step == 0
    assert abs(begun.steps - run.steps[-1]) <= 3
    assert not (tmp_path / "encoder.training" / CHECKPOINT).exists()
