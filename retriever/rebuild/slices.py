"""Conductor 1 past one machine: one process's share of the files → articles → passages → vectors → the store.

Every process reads all ready-made articles and keeps those whose id is its own, so that an id given twice meets itself;
of pages it reads the issues that are its own, so that an article of two pages stays in one hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np

from embeddings.encoder import DEFAULT_ENCODER, Encoder, load_encoder
from embeddings.options import AS_IT_COMES, EncoderOptions
from retriever import corpus
from retriever.corpus.formats import ARCHIVES, RECORDS, suffix_of
from retriever.domain import Article
from retriever.errors import ProblemsRefused
from retriever.index.known import KNOWN_ARTICLE, Known
from retriever.index.lexicon import lexicon_told
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.published import Generations
from retriever.index.milvus.publishing import Contents, publish
from retriever.index.milvus.slices import WHOLE, Slice
from retriever.index.milvus.writer import MilvusWriter, begin_slice
from retriever.index.writer import SnapshotWriter
from retriever.newspaper.file_names import file_name_pattern, from_file_name
from retriever.rebuild.crew import Task
from retriever.rebuild.fingerprints import made_with
from retriever.rebuild.gathering import Found, Gathering
from retriever.rebuild.growth import Before
from retriever.rebuild.line import Line
from retriever.rebuild.reading import AS_IT_IS, Cutter, Details, HowToRead, sidecar_details
from retriever.rebuild.sources import Source
from retriever.report import ReportBuilder
from retriever.text.lexicon import Lexicon, read_lexicon

Progress = Callable[[str, int, int], None]
"""Stage, always "read", how many bytes of files are read, how many there are."""


def rebuild_slice(
    paths: Sequence[Path],
    store: Address,
    part: Slice = WHOLE,
    *,
    how: HowToRead = AS_IT_IS,
    encoder: str | None = None,
    options: EncoderOptions = AS_IT_COMES,
    progress: Progress | None = None,
    seen: ReportBuilder | None = None,
    strict: bool = False,
) -> MilvusWriter:
    """Write one slice of what ``paths`` hold into the generation that is being made; what serves is not touched.

    A slice that broke off, or is to be made again, is begun anew: it replaces what it had written. One process at a time
    makes one slice. Raises SlicesDisagree, ProblemsRefused (where ``strict``), StoreError, WorkerLost, and what reading raises.
    """
    seen = seen or ReportBuilder()
    model = load_encoder(encoder or DEFAULT_ENCODER, options)
    files = corpus.find_files(paths, on_problem=seen.problem)
    cutter = Cutter(how, sidecar_details(paths, seen.problem))
    lexicon = read_lexicon(how.user_dictionary, how.synonyms)
    with closing(Connection(store, builds=True)) as connection:
        generations, told = Generations(connection), _made(model, lexicon)
        generation = generations.being_made(repr(told), part.of, model.dimensions)
        writer = begin_slice(connection, generations.names, generation, part)
        own = _own_files(files, part, cutter.details, how.file_names)
        # Nothing is grown from: what a file would be recognised by is not looked at.
        sources = [Source(number, file, b"", b"", (_size(file), 0)) for number, file in enumerate(own)]
        _gather(
            sources,
            cutter,
            Task(lexicon, None if model.costly else model, options),
            model,
            writer,
            part,
            seen,
            progress,
        )
        if strict and seen.problems:
            first = seen.problems[0]
            raise ProblemsRefused(count=seen.problem_count, first_zh=first.message("zh"), first_en=first.message("en"))
        writer.finish(**told)
    return writer


def publish_slices(store: Address, slices: int | None, keep: int) -> Contents:
    """Make the generation that the slices went into the live one; ``slices`` as they were begun, where None.

    Raises SlicesMissing, SlicesDisagree, NoArticles, StoreError: then what serves is unchanged.
    """
    with closing(Connection(store, builds=True)) as connection:
        return publish(connection, slices, keep)


def discard_slices(store: Address) -> str | None:
    """Give up the generation that is being made; its name, None where there is none."""
    with closing(Connection(store, builds=True)) as connection:
        return Generations(connection).discard()


def _made(model: Encoder, lexicon: Lexicon) -> dict[str, object]:
    """What all slices of one generation have to agree on."""
    return {
        "encoder": model.name,
        "encoder_fingerprint": model.fingerprint,
        "dimensions": model.dimensions,
        "made_with": made_with(lexicon),
        "lexicon": lexicon_told(lexicon),
    }


class _Share(Gathering):
    """Gathers what is one slice's: of ready-made articles those whose id falls to it. Of the others nothing is kept."""

    def __init__(
        self, part: Slice, before: Before, cutter: Cutter, line: Line, writer: SnapshotWriter, seen: ReportBuilder
    ) -> None:
        super().__init__(before, cutter, line, writer, seen)
        self._part = part

    def _add_ready(self, found: Found, article: Article) -> None:
        if self._part.holds(article.info.id):
            super()._add_ready(found, article)


def _gather(
    sources: Sequence[Source],
    cutter: Cutter,
    task: Task,
    model: Encoder,
    writer: MilvusWriter,
    part: Slice,
    seen: ReportBuilder,
    progress: Progress | None,
) -> None:
    # A slice grows from no generation: of a SnapshotWriter only what a MilvusWriter has is asked for.
    taker = cast(SnapshotWriter, writer)
    with Line(taker, task, model.encode_passages if model.costly else None) as line:
        before = Before(None, Known(np.empty(0, KNOWN_ARTICLE)), sources)
        gathering = _Share(part, before, cutter, line, taker, seen)
        done, total = 0, sum(source.size for source in sources)
        tell: Progress = progress or (lambda stage, done, total: None)
        for source in sources:
            gathering.read(source, partial(_tell_from, tell, done, total))
            done += source.size
            tell("read", done, total)
        gathering.finish()
    seen.grown(line.articles, None)


def _tell_from(tell: Progress, start: int, total: int, done: int) -> None:
    tell("read", min(start + done, total), total)


def _size(file: corpus.SourceFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0  # reading it says why


def _is_shared(name: str) -> bool:
    return suffix_of(name) in RECORDS


def _own_files(
    files: Sequence[corpus.SourceFile], part: Slice, details: Details, template: str | None
) -> list[corpus.SourceFile]:
    """The files that a slice reads: all of ready-made articles, and the pages of its issues."""
    return [file for file in files if _is_shared(file.name) or part.holds(issue_key(file.name, details, template))]


def issue_key(name: str, details: Details, template: str | None = None) -> str:
    """What is the same for all pages of an issue: paper and day, as sidecar or file name tell them, else the folder.

    >>> issue_key("2022/周口日报-20220803-01.txt", {}) == issue_key("b/周口日报-20220803-02.txt", {})
    True
    >>> issue_key("a/001.txt", {}), issue_key("a/002.txt", {})
    ('a', 'a')
    """
    issue = from_file_name(name, file_name_pattern(template) if template else None)
    source, day, _ = details.get(name, (None, None, None))
    if day or issue.date:
        return f"{source or issue.source} {day or issue.date}"
    return name if suffix_of(name) in ARCHIVES else name.rpartition("/")[0]
