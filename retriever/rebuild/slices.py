"""Conductor 1 past one machine: one process's share of the files → articles → passages → vectors → the store.

Every process reads all ready-made articles and keeps those whose id is its own, so that an id given twice meets itself;
of pages it reads the issues that are its own, so that an article of two pages stays in one hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from embeddings.encoder import DEFAULT_ENCODER, Encoder, load_encoder
from embeddings.options import AS_IT_COMES, EncoderOptions
from retriever import corpus
from retriever.corpus.formats import ARCHIVES, RECORDS, suffix_of
from retriever.domain import Article
from retriever.errors import SlicesUnderWay, SliceTakenOver, StoreAway, StoreError
from retriever.index.generations import KEPT
from retriever.index.known import Known
from retriever.index.lexicon import lexicon_told
from retriever.index.milvus.address import Address
from retriever.index.milvus.connection import Connection
from retriever.index.milvus.growing import SliceWriter
from retriever.index.milvus.published import Generations, Making
from retriever.index.milvus.publishing import Contents, Gate, publish
from retriever.index.milvus.slices import WHOLE, Folding, Slice
from retriever.index.milvus.state import SliceState, Sums
from retriever.index.milvus.sweeping import discard
from retriever.index.store import FileRecord
from retriever.newspaper.file_names import file_name_pattern, from_file_name
from retriever.rebuild import read_all, refusal
from retriever.rebuild.crew import Task
from retriever.rebuild.fingerprints import made_with
from retriever.rebuild.gathering import Found, Gathering
from retriever.rebuild.growth import Before
from retriever.rebuild.line import Line
from retriever.rebuild.reading import AS_IT_IS, Cutter, Details, HowToRead, sidecar_details
from retriever.rebuild.seams import Taker
from retriever.rebuild.sources import survey
from retriever.report import ReportBuilder
from retriever.text.lexicon import Lexicon, read_lexicon

Progress = Callable[[str, int, int], None]
"""Stage, "look" or "read", how many bytes of files are done, how many there are."""


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
    full: bool = False,
    folding: Folding | None = None,
) -> Sums:
    """Make one slice of what ``paths`` hold for the generation that is being made; what serves is not touched.

    What the generation that serves holds of it already is taken over, unless that was made of other slices, by another program, with
    other words or another encoder, or everything is to be made anew (``full``). A slice that broke off, or is to be made
    again, is begun anew: what it had written goes. One process at a time makes one slice. Returns what the slice holds then.
    Raises SlicesDisagree, SliceTakenOver, ProblemsRefused (where ``strict``), StoreError, WorkerLost, and what reading raises.
    """
    tell: Progress = progress or (lambda stage, done, total: None)
    seen = seen or ReportBuilder()
    model = load_encoder(encoder or DEFAULT_ENCODER, options)
    files = corpus.find_files(paths, on_problem=seen.problem)
    cutter = Cutter(how, sidecar_details(paths, seen.problem))
    lexicon = read_lexicon(how.user_dictionary, how.synonyms)
    with closing(Connection(store, builds=True)) as connection:
        generations, told = Generations(connection), _made(model, lexicon)
        making = generations.being_made(repr(told), part.of, model.dimensions, full=full)
        own = _own_files(files, part, cutter.details, how.file_names)
        sources = list(survey(own, how, cutter.details, partial(tell, "look")))
        state = SliceState() if full else _before(connection, generations, making, part)
        generations.set_unfinished(making, part.number)
        begun = generations.begin_part(making, part.number)  # what an earlier run of it left is gone
        writer = SliceWriter(connection, generations, making, begun, state, lexicon)
        task = Task(lexicon, None if model.costly else model, options)
        with (
            _told_whose(generations, making, writer),
            Line(writer, task, model.encode_passages if model.costly else None) as line,
        ):
            before = Before(_Ground(state) if state.parts else None, Known(state.records), sources)
            gathering = _Share(part, before, cutter, line, writer, seen)
            read_all(before, gathering, partial(tell, "read"))
            gathering.finish()
            seen.grown(line.articles, None if state.parts else "asked" if full else "first")
            if strict and seen.problems:
                raise refusal(seen)
            writer.finish(gathering.records(sources), told, folding or Folding.of(part.of))
    return writer.sums


def _before(connection: Connection, generations: Generations, making: Making, part: Slice) -> SliceState:
    """What the slice is in the generation that is grown from."""
    if making.grown_from is None:
        return SliceState()
    connection.load(generations.names.of(making.grown_from, "contents"))
    extent = generations.extent(making.grown_from)
    texts = generations.names.of(extent.base, "texts")
    found = next(state for state in extent.states if state.slice == part.number)
    return SliceState.read(connection, texts, found)


@contextmanager
def _told_whose(generations: Generations, making: Making, writer: SliceWriter) -> Iterator[None]:
    """Where another process has taken over, that is what is wrong."""
    try:
        yield
    except StoreAway:
        raise
    except StoreError as error:
        if generations.is_written_to(making, writer.part):
            raise
        raise SliceTakenOver(store=error.facts["store"], number=writer.part.slice) from error


class _Ground:
    """What a slice was, as far as growing from it asks."""

    def __init__(self, state: SliceState) -> None:
        self._state = state

    def files(self) -> list[FileRecord]:
        return list(self._state.files)

    def stands(self, article_id: str) -> tuple[int, str] | None:
        """The place of an article, and the file it begins in."""
        place = self._state.place(article_id)
        if place is None:
            return None
        return place, self._state.files[int(self._state.records["file"][place])].name


def begun_as_a_whole(store: Address, *, full: bool = False) -> list[Slice]:
    """The slices in which everything is made: those of what serves, or one, where nothing serves or all is to be made anew.

    What was begun as one slice and not published is given up. Raises SlicesUnderWay where several were: they may be other machines'.
    """
    with closing(Connection(store, builds=True)) as connection:
        generations = Generations(connection)
        making = generations.begun()
        if making is not None and making.slices > 1:
            raise SlicesUnderWay(store=store, of=making.slices)
        discard(generations)
        of = 1 if full else generations.live_slices()
    return [Slice(number, of) for number in range(1, of + 1)]


def publish_slices(store: Address, keep: int = KEPT, gate: Gate | None = None) -> Contents:
    """Make the generation that the slices went into the live one, ``keep`` stay; ``gate`` looks at it last of all.

    Raises NothingBegun, SlicesMissing, SlicesDisagree, NoArticles, PublishedElsewhere, StoreError, and what the gate raises: then what
    serves is unchanged.
    """
    with closing(Connection(store, builds=True)) as connection:
        return publish(connection, keep, gate)


def discard_slices(store: Address) -> str | None:
    """Give up the generation that is being made; its name, None where there is none."""
    with closing(Connection(store, builds=True)) as connection:
        return discard(Generations(connection))


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
        self, part: Slice, before: Before, cutter: Cutter, line: Line, writer: Taker, seen: ReportBuilder
    ) -> None:
        super().__init__(before, cutter, line, writer, seen)
        self._part = part

    def _add_ready(self, found: Found, article: Article) -> None:
        if self._part.holds(article.info.id):
            super()._add_ready(found, article)


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
