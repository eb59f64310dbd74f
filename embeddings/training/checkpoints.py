"""A training's state on disk: one safetensors file, whole or not there, that only the same run goes on from."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from embeddings.training.errors import CheckpointDamaged, writing_to
from embeddings.training.learner import Arrays

BEST = "best"  # the vectors of the best round so far, beside the learner's own arrays
PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class Round:
    """What the watched slice said after ``step`` steps: R@1, R@10 and MRR@10, shares of its questions."""

    step: int
    r1: float
    r10: float
    mrr10: float


@dataclass(slots=True)
class Progress:
    """How far a run is. ``run`` names its articles and settings; ``epoch`` and ``batch`` the next batch to learn.

    ``stopped`` is why it ended ("" while it has not), ``seconds`` the time spent learning, earlier sittings included.
    """

    run: str
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0
    stopped: str = ""
    losses: list[float] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)

    @property
    def steps(self) -> int:
        return len(self.losses)

    @property
    def best(self) -> Round:
        """The earliest of the best."""
        return max(self.rounds, key=lambda done: (done.mrr10, -done.step))


def save_checkpoint(path: Path, progress: Progress, arrays: Arrays) -> None:
    """Written aside, brought to the disk, then renamed: a kill at any moment leaves this checkpoint or the one before."""
    with writing_to(path):
        replace_file(path, save(arrays, metadata={PROGRESS: json.dumps(asdict(progress))}))


def load_checkpoint(path: Path, run: str) -> tuple[Progress, Arrays] | None:
    """Where ``run`` stopped; None where there is no checkpoint, or one of other articles or settings.

    Raises CheckpointDamaged.
    """
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="np") as file:
            kept = json.loads(file.metadata()[PROGRESS])
            if kept["run"] != run:
                return None
            arrays = {name: np.asarray(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118 (not a dict)
        progress = Progress(**{**kept, "rounds": [Round(**done) for done in kept["rounds"]]})
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointDamaged(path=path, detail=error) from error
    return progress, arrays


def replace_file(path: Path, content: bytes) -> None:
    """All at once: whoever reads ``path`` sees what was there before, or all of ``content``."""
    aside = path.with_name(f".{path.name}.new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
