"""``baowen train`` at the terminal: articles from the files, progress while it learns, the comparison, what to do next."""

from __future__ import annotations

import contextlib
import importlib.util
import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click
import numpy as np

from embeddings.encoder import DEFAULT_ENCODER, load_encoder
from embeddings.errors import Language
from embeddings.static import StaticEncoder
from embeddings.training.adapt import Archive, adapt, archive_of, refuse_foreign
from embeddings.training.checkpoints import Round
from embeddings.training.corpus import Article as Lesson
from embeddings.training.course import Adaptation
from embeddings.training.errors import NotBetter, NotStatic
from embeddings.training.outcome import ALL, Outcome
from embeddings.training.sitting import Ended, Event, GoingOn, Limits, Stepped
from embeddings.training.synonyms import SHORTEST_WORD, Synonyms
from retriever.domain import Article
from retriever.text.folding import simplify
from retriever.text.synonyms import shipped_synonyms
from server.messages import texts
from server.messages.training import TRAINING

LOSSES_SHOWN = 20  # the loss shown is the mean of so many steps


def train(
    articles: Iterable[Article],
    index: Path,
    out: Path | None,
    *,
    start: str | None,
    how: Adaptation,
    minutes: float | None,
    fresh: bool,
    even_if_worse: bool,
    language: Language,
) -> None:
    """Adapt, tell, compare. Without ``out``, the folder ``encoder`` beside the index. Raises NotBetter and what adapt raises."""
    say = texts(TRAINING, language)
    encoder = static_encoder(start or DEFAULT_ENCODER)
    folder = (out or index.parent / "encoder").resolve()
    refuse_foreign(folder)
    click.echo(say["reading"], err=True)
    archive = archive_of([lesson_of(article) for article in articles], synonyms())
    click.echo(apart_line(archive, say), err=True)
    with stop_on_interrupt() as limits_stop, Teller(say) as tell:
        outcome = adapt(
            archive,
            encoder,
            folder,
            how,
            tell=tell,
            today=f"{datetime.now(UTC):%Y-%m-%d}",
            limits=Limits(minutes=minutes, stop=limits_stop),
            fresh=fresh,
            even_if_worse=even_if_worse,
        )
    click.echo("\n".join(outcome_lines(outcome, archive, say)))
    if importlib.util.find_spec("matplotlib") is None:
        click.echo(say["no_picture"], err=True)
    if not (outcome.better or even_if_worse):
        raise NotBetter(before=outcome.to_beat, after=outcome.after[ALL].mrr10, folder=folder)
    click.echo(say["placed"].format(folder=folder, index=index))


def static_encoder(name: str) -> StaticEncoder:
    encoder = load_encoder(name)
    if not isinstance(encoder, StaticEncoder):
        raise NotStatic(name=name, default=DEFAULT_ENCODER)
    return encoder


def lesson_of(article: Article) -> Lesson:
    """The article as encoders read it: simplified, as a rebuild hands it to them."""
    return Lesson("archive", article.info.id, simplify(article.info.title or ""), simplify(article.text))


def synonyms() -> Synonyms:
    return Synonyms.of({word: partners for word, partners in shipped_synonyms().items() if len(word) >= SHORTEST_WORD})


@contextlib.contextmanager
def stop_on_interrupt() -> Iterator[Any]:
    """Asks whether Ctrl-C was pressed: the step under way is finished first. A second one ends the program at once."""
    pressed: list[int] = []

    def press(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


class Teller:
    """Tells of every event: a bar on a terminal, a line a round where nobody watches."""

    def __init__(self, say: dict[str, str]) -> None:
        self._say = say
        self._bar: Any = None
        self._losses: list[float] = []
        self._best = -1.0

    def __enter__(self) -> Teller:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, event: Event) -> None:
        match event:
            case GoingOn():
                self._begin(event)
            case Stepped():
                self._step(event)
            case Round():
                self._round(event)
            case Ended():
                self._line(self._say[f"ended_{event.why}"].format(step=event.best.step))

    def _begin(self, event: GoingOn) -> None:
        self._line(self._say["goes_on" if event.step else "begins"].format(step=event.step, steps=event.steps))
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                desc=self._say["learning"], initial=event.step, total=event.steps, unit="step", file=sys.stderr
            )

    def _step(self, event: Stepped) -> None:
        self._losses.append(event.loss)
        if self._bar is not None:
            self._bar.set_postfix(loss=self._loss(), MRR=f"{self._best:.1%}", refresh=False)
            self._bar.update()

    def _round(self, event: Round) -> None:
        best = event.mrr10 > self._best
        self._best = max(self._best, event.mrr10)
        shown = {"step": event.step, "r1": event.r1, "r10": event.r10, "mrr10": event.mrr10}
        self._line(self._say["round"].format(loss=self._loss(), best=self._say["best"] if best else "", **shown))

    def _loss(self) -> str:
        return f"{np.mean(self._losses[-LOSSES_SHOWN:]):.3f}" if self._losses else "–"

    def _line(self, line: str) -> None:
        if self._bar is None:
            click.echo(line, err=True)
        else:
            self._bar.write(line, file=sys.stderr)


def apart_line(archive: Archive, say: dict[str, str]) -> str:
    split = archive.split
    apart = len(split.watched) + len(split.compared)
    learnt = len(split.learnt)
    return say["apart"].format(read=archive.read, learnt=learnt, apart=apart, left_out=archive.read - learnt - apart)


def outcome_lines(outcome: Outcome, archive: Archive, say: dict[str, str]) -> Iterator[str]:
    """The table of before and after, one line a kind of question."""
    yield say["compared"].format(articles=len(archive.split.compared), questions=outcome.after[ALL].questions)
    for kind, before in outcome.before.items():
        after = outcome.after[kind]
        yield say["score_row"].format(
            kind=say[f"kind_{kind}"],
            questions=after.questions,
            r1_before=before.r1,
            r1=after.r1,
            r10_before=before.r10,
            r10=after.r10,
            mrr_before=before.mrr10,
            mrr=after.mrr10,
        )
    yield say["moved"].format(nearer=outcome.nearer, farther=outcome.farther)
    if outcome.standing and not outcome.repeated:
        stood = outcome.standing[ALL]
        yield say["standing"].format(r1=stood.r1, r10=stood.r10, mrr10=stood.mrr10)
