"""Conductor 1: files → articles → passages → vectors → snapshot. Afterwards the index holds exactly what the paths hold.

Only what has changed since the generation before is read, cut and encoded. ``python -m retriever.rebuild PATHS… --index
DIR`` does it without the rest of the service.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from embeddings.encoder import DEFAULT_ENCODER, Encoder, load_encoder
from embeddings.options import AS_IT_COMES, EncoderOptions
from retriever import corpus
from retriever.errors import NoArticles, ProblemsRefused
from retriever.index.disk import require_room, room_needed, text_bytes
from retriever.index.generations import KEPT, writing
from retriever.index.writer import SnapshotWriter, publish_snapshot
from retriever.rebuild.crew import Task
from retriever.rebuild.fingerprints import made_with
from retriever.rebuild.gathering import Gathering
from retriever.rebuild.growth import Before
from retriever.rebuild.line import Line
from retriever.rebuild.reading import AS_IT_IS, Cutter, HowToRead, articles_of, sidecar_details
from retriever.rebuild.sources import survey
from retriever.rebuild.starting import starting_from
from retriever.rebuild.vectors import passage_encoder
from retriever.report import RebuildReport, ReportBuilder
from retriever.text.lexicon import read_lexicon

__all__ = ["Gate", "HowToRead", "Progress", "articles_of", "rebuild"]

Progress = Callable[[str, int, int], None]
"""Stage, how much of it is done, how much there is: "look" and "read" in bytes of files, "write" and "gate" from 0 to 1."""
Gate = Callable[[Path, Encoder], None]
"""Looks at a finished generation that nobody reads yet, and raises where it must not go live."""
UTF8_BYTES = 3  # of a Chinese character


def rebuild(
    paths: Sequence[Path],
    root: Path,
    *,
    how: HowToRead = AS_IT_IS,
    encoder: str | None = None,
    options: EncoderOptions = AS_IT_COMES,
    progress: Progress | None = None,
    seen: ReportBuilder | None = None,
    strict: bool = False,
    gate: Gate | None = None,
    keep: int = KEPT,
    full: bool = False,
) -> RebuildReport:
    """Make the index in ``root`` hold exactly what ``paths`` hold, and make it the live one; ``keep`` generations stay.

    What the live generation holds already is taken over, unless it is damaged or was made by another program, with other
    words or another encoder, or everything is to be made anew (``full``); the outcome is the same. A file that cannot be
    read is left out and told in the report; where ``strict``, it ends the rebuild after everything was read
    (ProblemsRefused). ``gate`` looks at the new generation last of all. Nothing changes then, nor where there is no
    article at all (NoArticles), not enough room (NotEnoughRoom, before anything is written) or anything else goes wrong
    (IndexNotWritten, RebuildRunning, WorkerLost): the generation before stays live. ``seen`` is told of everything while
    it runs.
    """
    tell = progress or (lambda stage, done, total: None)
    seen = seen or ReportBuilder()
    model = load_encoder(encoder or DEFAULT_ENCODER, options)
    files = corpus.find_files(paths, on_problem=seen.problem)
    require_room(root, room_needed((file.path for file in files), model.dimensions))
    cutter = Cutter(how, sidecar_details(paths, seen.problem))
    lexicon = read_lexicon(how.user_dictionary, how.synonyms)
    code = made_with(lexicon)
    with contextlib.ExitStack() as opened:
        folder = opened.enter_context(writing(root))
        sources = list(survey(files, how, cutter.details, partial(tell, "look")))
        start = opened.enter_context(starting_from(root, model, code, full=full))
        writer = SnapshotWriter(folder, lexicon, start.snapshot)
        grown_from = start.snapshot.generation if start.snapshot else None
        encode = opened.enter_context(passage_encoder(folder, grown_from, model))
        task = Task(lexicon, None if model.costly else model, options)
        # Of files that have changed hardly anything may be new.
        expected = 0 if start.snapshot else text_bytes(file.path for file in files) / UTF8_BYTES
        with Line(writer, task, encode if model.costly else None, expected=expected) as line:
            before = Before(start.snapshot.store if start.snapshot else None, writer.known, sources)
            gathering = Gathering(before, cutter, line, writer, seen)
            read_all(before, gathering, partial(tell, "read"))
            gathering.finish()
        seen.grown(line.articles, start.anew)
        if strict and seen.problems:
            raise refusal(seen)
        if writer.is_empty():
            raise NoArticles(paths=", ".join(map(str, paths)))
        tell("write", 0, 1)
        writer.add_files(gathering.records(sources))
        manifest = writer.finish(model, code, encode)
        if gate:
            tell("gate", 0, 1)
            gate(writer.folder, model)
            tell("gate", 1, 1)
        publish_snapshot(writer, keep)
        tell("write", 1, 1)
    return seen.published(manifest)


def read_all(before: Before, gathering: Gathering, tell: Callable[[int, int], None]) -> None:
    """The files that are new or have changed, and then those that stayed the same but for what was found in these."""
    some = before.to_read()
    done, total = 0, sum(source.size for source in some)
    while some:
        for source in some:
            tell(done, total)
            gathering.read(source, partial(_tell_from, tell, done, total))
            done += source.size
        some = before.touched()
        total += sum(source.size for source in some)
    tell(done, total)


def _tell_from(tell: Callable[[int, int], None], start: int, total: int, done: int) -> None:
    tell(min(start + done, total), total)


def refusal(seen: ReportBuilder) -> ProblemsRefused:
    """Why a strict rebuild ends."""
    first = seen.problems[0]
    return ProblemsRefused(count=seen.problem_count, first_zh=first.message("zh"), first_en=first.message("en"))
