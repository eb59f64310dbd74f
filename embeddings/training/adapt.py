"""The conductor of ``baowen train``: an archive's own articles → an encoder that knows them better, or none at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from embeddings.static import StaticEncoder, is_static_folder
from embeddings.training.adapted_card import adapted_card
from embeddings.training.checkpoints import Progress
from embeddings.training.corpus import Article
from embeddings.training.course import Adaptation, set_course
from embeddings.training.curve import write_curve
from embeddings.training.errors import FolderTaken, TrainingRunning, writing_to
from embeddings.training.exam import set_exam
from embeddings.training.export import put_in_place, write_model, write_text
from embeddings.training.heldout import Split, set_apart
from embeddings.training.outcome import Outcome, compare
from embeddings.training.sitting import Limits, Sitting, Tell
from embeddings.training.synonyms import Synonyms

CANDIDATE = "candidate"
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Archive:
    """What is learnt from. ``synonyms`` lead from everyday words to printed ones and back."""

    split: Split
    read: int  # articles, before equal and short ones were left out
    synonyms: Synonyms


def archive_of(articles: Sequence[Article], synonyms: Synonyms) -> Archive:
    """Raises TooFewArticles."""
    return Archive(set_apart(articles), len(articles), synonyms)


def adapt(
    archive: Archive,
    start: StaticEncoder,
    out: Path,
    how: Adaptation,
    *,
    tell: Tell,
    today: str,
    limits: Limits | None = None,
    fresh: bool = False,
    even_if_worse: bool = False,
) -> Outcome:
    """Learn from the archive; put the result in ``out`` if it beats the start, and what stood there, on the exam.

    The same articles in any order, settings, start and threads give the same vectors, however often the run was killed
    and taken up again. Raises FolderTaken, TrainingRunning, TrainingInterrupted, TrainingUnwritable, CheckpointDamaged.
    """
    torch.set_num_threads(how.threads)
    split, synonyms = archive.split, archive.synonyms
    with working_folder(out) as work:
        course = set_course(split.learnt, synonyms, start.tokenizer, how)
        watched = set_exam(split.watched, split.learnt, synonyms)
        sitting = Sitting(run_of(archive, start, how), course, watched, start, work, fresh=fresh)
        weights = sitting.learn(limits or Limits(), tell)
        candidate = write_candidate(work, start, weights)
        standing = StaticEncoder.load(out) if is_static_folder(out) else None
        outcome = compare(set_exam(split.compared, split.learnt, synonyms), start, standing, candidate)
        if outcome.better or even_if_worse:
            card = adapted_card(out.name, split, archive.read, start, how, sitting.progress, outcome, today=today)
            publish(work, out, card, sitting.progress)
    return outcome


def refuse_foreign(out: Path) -> None:
    """Somebody's files are not replaced by a model. Raises FolderTaken."""
    if out.exists() and not is_static_folder(out):
        raise FolderTaken(folder=out)


@contextlib.contextmanager
def working_folder(out: Path) -> Iterator[Path]:
    """``OUT.training``, held by this process alone. Raises FolderTaken, TrainingRunning, TrainingUnwritable."""
    refuse_foreign(out)
    work = out.with_name(f"{out.name}.training")
    with writing_to(work):
        work.mkdir(parents=True, exist_ok=True)
        lock = (work / LOCK).open("a+", encoding="utf-8")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise TrainingRunning(folder=work, holder=lock.read().strip() or "?") from None
        lock.truncate(0)
        lock.write(f"pid {os.getpid()}")
        lock.flush()
        yield work


def run_of(archive: Archive, start: StaticEncoder, how: Adaptation) -> str:
    """SHA-256 over everything that decides the vectors: only the same run goes on from a checkpoint."""
    split, digest = archive.split, hashlib.sha256()
    for article in (*split.learnt, None, *split.watched, None, *split.compared):
        digest.update(json.dumps([article.title, article.text] if article else None).encode())
    decided = [start.fingerprint, asdict(how), list(archive.synonyms.partners.items())]
    digest.update(json.dumps(decided).encode())
    return digest.hexdigest()


def write_candidate(work: Path, start: StaticEncoder, weights: NDArray[np.float32]) -> StaticEncoder:
    """The new model as it will be read: what is compared is what would be used, rounding included."""
    with writing_to(work):
        return StaticEncoder.load(write_model(work / CANDIDATE, start.tokenizer, weights, card=""))


def publish(work: Path, out: Path, card: str, progress: Progress) -> None:
    """The candidate takes its place with card and curve; checkpoint and working folder have served."""
    candidate = work / CANDIDATE
    with writing_to(out):
        write_text(candidate / "README.md", card)
        write_curve(candidate, progress)
        put_in_place(candidate, out)
        shutil.rmtree(work)
