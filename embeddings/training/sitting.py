"""Learning from where the checkpoint stands to the end of the course, or to the next interruption."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.static import StaticEncoder
from embeddings.training.checkpoints import BEST, Progress, Round, load_checkpoint, save_checkpoint
from embeddings.training.course import Course
from embeddings.training.curve import write_curve
from embeddings.training.errors import TrainingInterrupted, writing_to
from embeddings.training.exam import Exam, marks, sit
from embeddings.training.learner import Learner
from embeddings.training.pairs import Task

CHECKPOINT = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class GoingOn:
    """How many steps an earlier sitting learnt (0: this one begins anew), and about how many there are in all."""

    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class Stepped:
    step: int
    loss: float


@dataclass(frozen=True, slots=True)
class Ended:
    """Why learning ended ("epochs", "patience" or "minutes"), and the round whose vectors are kept."""

    why: str
    best: Round


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a sitting from outside, and how much a kill may cost; nothing here changes what a step teaches.

    ``stop`` is asked after each step; checkpoints are written so many seconds apart, and at the end.
    """

    minutes: float | None = None
    checkpoint_seconds: float = 60.0
    stop: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic


Event = GoingOn | Stepped | Round | Ended
Tell = Callable[[Event], None]


class Sitting:
    """One process's part in a run. ``work`` is where checkpoint and curve stand while the run lasts."""

    def __init__(self, run: str, course: Course, exam: Exam, start: StaticEncoder, work: Path, *, fresh: bool) -> None:
        self._course, self._exam, self._start, self._work = course, exam, start, work
        self._learner = Learner(start.weights)
        found = None if fresh else load_checkpoint(work / CHECKPOINT, run)
        self.progress, arrays = found or (Progress(run), {BEST: start.weights})
        self._best = arrays.pop(BEST)
        if found:
            self._learner.restore(arrays)

    def learn(self, limits: Limits, tell: Tell) -> NDArray[np.float32]:
        """The vectors of the best round. Raises TrainingInterrupted with all steps kept; the next sitting goes on."""
        course, progress = self._course, self.progress
        if progress.stopped == "minutes":  # this time more of them may be allowed
            progress.stopped = ""
        plan = course.plan(progress.epoch)
        tell(GoingOn(progress.steps, len(plan) * course.how.epochs))
        began = limits.clock() - progress.seconds
        saved = limits.clock()
        if not progress.rounds:
            self._end_round(tell)
        while not progress.stopped:
            self._step(plan, tell)
            if progress.batch == len(plan):
                progress.epoch, progress.batch = progress.epoch + 1, 0
                plan = course.plan(progress.epoch)
            progress.seconds = limits.clock() - began
            progress.stopped = self._why_stop(limits)
            if limits.stop() and not progress.stopped:
                self._save()
                raise TrainingInterrupted(steps=progress.steps, path=self._work / CHECKPOINT)
            if limits.clock() - saved >= limits.checkpoint_seconds:
                self._save()
                saved = limits.clock()
        if progress.rounds[-1].step < progress.steps:
            self._end_round(tell)
        self._save()
        tell(Ended(progress.stopped, progress.best))
        return self._best

    def _step(self, plan: Sequence[Sequence[Task]], tell: Tell) -> None:
        course, progress = self._course, self.progress
        here = progress.epoch, progress.batch
        batch = course.make(plan[progress.batch], *here)
        progress.losses.append(self._learner.step(batch, rate=course.rate(*here, of=len(plan))))
        progress.batch += 1
        tell(Stepped(progress.steps, progress.losses[-1]))
        if course.ends_round(progress.batch, of=len(plan)):
            self._end_round(tell)

    def _end_round(self, tell: Tell) -> None:
        """Sit the exam; the vectors of the best round are kept."""
        progress = self.progress
        weights = self._learner.between(self._course.how.learnt)
        found = marks(self._exam, sit(replace(self._start, weights=weights), self._exam))["all"]
        progress.rounds.append(Round(progress.steps, found.r1, found.r10, found.mrr10))
        if progress.best is progress.rounds[-1]:
            self._best = weights
        with writing_to(self._work):
            write_curve(self._work, progress)
        tell(progress.rounds[-1])

    def _why_stop(self, limits: Limits) -> str:
        progress, how = self.progress, self._course.how
        since_best = len(progress.rounds) - 1 - progress.rounds.index(progress.best)
        if progress.epoch == how.epochs:
            return "epochs"
        if since_best >= how.patience:
            return "patience"
        return "minutes" if limits.minutes is not None and progress.seconds >= 60 * limits.minutes else ""

    def _save(self) -> None:
        save_checkpoint(self._work / CHECKPOINT, self.progress, {**self._learner.state(), BEST: self._best})
