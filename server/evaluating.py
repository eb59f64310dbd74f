"""What `baowen eval` does: opens or builds an index, asks, compares, writes."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.encoder import DEFAULT_ENCODER, load_encoder
from retriever import rebuild as conductor
from retriever.domain import Mode
from retriever.errors import FloorsBroken, NoQuestions
from retriever.evaluation import (
    Comparison,
    PairSet,
    QuestionSet,
    Run,
    broken_floors,
    compare,
    gate,
    measure,
    measure_pairs,
    read_floors,
    read_run,
    read_sets,
    write_run,
)
from retriever.evaluation.beir import corpus_lines, is_beir
from retriever.evaluation.measuring import Progress
from retriever.search import Searcher
from server.messages import texts
from server.messages.evaluation import PICTURE, SCORES
from server.scores import broken_text, comparison_lines, run_lines
from server.scores_page import write_page
from server.settings import Settings
from server.stores import open_searcher

PICTURE_FILE = "reliability.png"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked `baowen eval` for."""

    questions: tuple[Path, ...]
    corpus: tuple[Path, ...] = ()
    out: Path | None = None
    against: Path | None = None
    require: str = ""
    html: Path | None = None
    png: Path | None = None
    index_named: bool = False  # whether the index was named, so that a BEIR folder's own corpus is not asked for


def evaluate(wanted: Wanted, settings: Settings, say: Callable[[str], None], progress: Progress | None) -> None:
    """Measure, tell and write. What could fail without measuring fails first; FloorsBroken comes last."""
    floors = read_floors(wanted.require)
    before = read_run(wanted.against) if wanted.against else None
    sets = read_sets(wanted.questions)
    asked = [one for one in sets if isinstance(one, QuestionSet)]
    run = _measured(wanted, settings, sets, say, progress)
    say("\n".join(run_lines(run, settings.language)))
    if wanted.out:
        write_run(run, wanted.out)
    comparison = compare(before, run) if before else None
    if comparison:
        say("\n" + "\n".join(comparison_lines(comparison, wanted.against, settings.language)))
    _write_pictures(wanted, settings, run, comparison)
    if broken := broken_floors(run, asked, floors):
        raise FloorsBroken(figures=broken_text(broken))


def golden_gate(files: Sequence[Path], floor: float | None, mode: Mode) -> conductor.Gate:
    """The check of `baowen rebuild --gate`. Raises what reading the files raises, before anything is rebuilt."""
    return gate(golden_sets(files), floor=floor, mode=mode)


def golden_sets(files: Sequence[Path]) -> list[QuestionSet]:
    """The questions of `--gate`. Raises NoQuestions."""
    sets = read_sets(files)
    for file, one in zip(files, sets, strict=True):
        if isinstance(one, PairSet):  # sentence pairs say nothing about an index
            raise NoQuestions(file=file)
    return [one for one in sets if isinstance(one, QuestionSet)]


def _measured(
    wanted: Wanted,
    settings: Settings,
    sets: Sequence[QuestionSet | PairSet],
    say: Callable[[str], None],
    progress: Progress | None,
) -> Run:
    asked = [one for one in sets if isinstance(one, QuestionSet)]
    pairs = [one for one in sets if isinstance(one, PairSet)]
    if asked:
        with _searcher(wanted, settings, say, progress) as searcher:
            run = measure(searcher, asked, progress)
    else:
        run = Run(settings.encoder or DEFAULT_ENCODER, ())
    if pairs:
        encoder = load_encoder(run.encoder, settings.encoder_options)
        run = replace(run, sets=(*run.sets, *(measure_pairs(encoder, one) for one in pairs)))
    return run


@contextlib.contextmanager
def _searcher(
    wanted: Wanted, settings: Settings, say: Callable[[str], None], progress: Progress | None
) -> Iterator[Searcher]:
    """Over the index of the settings, or over a temporary one of the corpus that was named or that BEIR brings."""
    corpus = wanted.corpus or (() if wanted.index_named else tuple(filter(is_beir, wanted.questions)))
    with contextlib.ExitStack() as opened:
        if corpus:
            aside = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="baowen-eval-")))
            root = aside / "index"
            paths = [_written_out(path, aside / f"beir-{n}.jsonl") for n, path in enumerate(corpus)]
            report = conductor.rebuild(
                paths, root, encoder=settings.encoder, options=settings.encoder_options, progress=progress
            )
            if report.problem_count:
                first = report.problems[0].message(settings.language)
                say(texts(SCORES, settings.language)["problems"].format(count=report.problem_count, first=first))
            settings = settings.model_copy(update={"index": root, "store": None})
        searcher = open_searcher(settings)
        yield opened.enter_context(closing(searcher))


def _written_out(path: Path, aside: Path) -> Path:
    """The path as it is, or the corpus of a BEIR folder under the keys that a rebuild reads."""
    if not is_beir(path):
        return path
    with aside.open("w", encoding="utf-8", errors="surrogatepass") as out:
        out.writelines(corpus_lines(path))
    return aside


def _write_pictures(wanted: Wanted, settings: Settings, run: Run, comparison: Comparison | None) -> None:
    for folder in {wanted.png, wanted.html} - {None}:
        assert folder is not None
        folder.mkdir(parents=True, exist_ok=True)
        if run.calibration:
            from retriever.evaluation.picture import write_picture

            labels = texts(PICTURE, settings.language)
            write_picture(run.calibration, folder / PICTURE_FILE, labels, plain=texts(PICTURE, "en"))
    if wanted.html:
        picture = PICTURE_FILE if run.calibration else None
        write_page(run, comparison, wanted.html / "index.html", settings.language, picture=picture)
