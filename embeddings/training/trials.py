"""The record of what was tried: one row a training run, in a table beside the model's folder that outlives the model."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from embeddings.training.measure import Score
from embeddings.training.recipe import Recipe

TRIALS = "trials.tsv"
COLUMNS = ("date", "model", "note", "settings", "scores", "loss", "minutes")


@dataclass(frozen=True, slots=True)
class Trial:
    """``settings`` are those that differ from the recipe's defaults; ``scores`` R@1/R@10/MRR@10 of each set."""

    date: str
    model: str
    note: str
    settings: str
    scores: str
    loss: float
    minutes: float


def changed_settings(recipe: Recipe, **others: Any) -> str:
    """
    >>> changed_settings(Recipe(epochs=2), start="earlier", vocabulary=None)
    'epochs=2 start=earlier'
    """
    plain = Recipe()
    names = [field.name for field in fields(recipe)]
    changed = {name: getattr(recipe, name) for name in names if getattr(recipe, name) != getattr(plain, name)}
    given = {name: value for name, value in others.items() if value is not None}
    return " ".join(f"{name}={value}" for name, value in (changed | given).items())


def scores_in_short(scores: Mapping[str, Score]) -> str:
    """
    >>> scores_in_short({"crud_para.dev.queries.jsonl": Score(154, 9, 0.5, 0.812, 0.599)})
    'crud_para.dev 50.0/81.2/59.9'
    """
    return ", ".join(
        f"{name.removesuffix('.queries.jsonl')} {s.r1:.1%}/{s.r10:.1%}/{s.mrr10:.1%}".replace("%", "")
        for name, s in scores.items()
    )


def record(trial: Trial, out: Path) -> Path:
    """Append a row to ``trials.tsv`` beside the model folder ``out``; the first row brings the header."""
    path = out.parent / TRIALS
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        if is_new:
            rows.writerow(COLUMNS)
        note = " ".join(trial.note.split())  # a row is a line
        figures = (trial.scores, f"{trial.loss:.3f}", f"{trial.minutes:.1f}")
        rows.writerow([trial.date, trial.model, note, trial.settings, *figures])
    return path
