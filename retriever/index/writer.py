"""Writes a generation: article by article, lot by lot, and what stays of the generation before by its numbers alone.

Articles come in any order; they stand in the canonical one, so that a generation that was grown is the one that would
have been made from nothing: file by file as they stand there, then, likewise, those that name another page.
"""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors
from retriever.domain import Article, Page, Passage
from retriever.errors import IndexDamaged, IndexNotWritten
from retriever.index.columns import NO_DAY
from retriever.index.dense_writer import DensePlan, DenseWriter
from retriever.index.disk import writes
from retriever.index.duplicates import CopyFinder
from retriever.index.generations import KEPT, generation_of, live_name, publish
from retriever.index.known import KNOWN_ARTICLE, Known, Records, told_key, whole_key, write_known
from retriever.index.lexicon import write_lexicon
from retriever.index.lots import Lot, lot_of
from retriever.index.manifest import FORMAT, Manifest, seal_all
from retriever.index.postings import LexicalWriter
from retriever.index.rearranging import NONE, Numbers, Standing, put_together
from retriever.index.recovery import tidy
from retriever.index.snapshot import DENSE, LEXICON, PAIRS, STORE, WORDS, Snapshot, encoded_text, opened
from retriever.index.store import FileRecord, Store, StoreBuilder, add_copies, add_files, finished, told
from retriever.text.folding import simplify
from retriever.text.lexicon import SHIPPED, Lexicon

Encode = Callable[[Sequence[str]], Vectors]
ADDED = "added.sqlite"  # what is new, until it is put together with what stays


@dataclass(frozen=True, slots=True)
class Placed:
    """An article, where it belongs, and what it will be recognised by."""

    article: Article
    file: int  # the number of the file it begins in
    nth: int  # in that file
    late: bool  # whether it names another page
    told: bytes
    whole: bytes

    @classmethod
    def of(cls, article: Article, file: int, nth: int, *, late: bool = False) -> Placed:
        key = told_key(article)
        return cls(article, file, nth, late, key, whole_key(article, key))


class Arrivals:
    """Articles in the order they came: where each belongs and what it comes from. NONE: from nowhere."""

    def __init__(self) -> None:
        self._columns = {name: array("q") for name in ("added", "kept", "late", "file", "nth")}

    def add(self, **one: int) -> None:
        for name, column in self._columns.items():
            column.append(one[name])

    def __len__(self) -> int:
        return len(self._columns["added"])

    def __getitem__(self, name: str) -> Numbers:
        return np.array(self._columns[name], np.int64)


class SnapshotWriter:
    """Takes articles into a folder that nobody reads yet; ``before`` is the generation that this one grows from."""

    def __init__(self, folder: Path, lexicon: Lexicon = SHIPPED, before: Snapshot | None = None) -> None:
        self.folder, self.before, self._lexicon = folder, before, lexicon
        self.known = Known.open(before.folder) if before else Known(np.empty(0, KNOWN_ARTICLE))
        with writes(folder.parent):
            self._store = StoreBuilder(folder / (ADDED if before else STORE))
            self._words, self._pairs = LexicalWriter(folder / WORDS), LexicalWriter(folder / PAIRS)
        self._dense: DenseWriter | None = None
        self._records: list[Records] = []
        self._arrivals = Arrivals()
        self._days: list[str | None] = []  # of each article that was added
        self._stays: Mapping[int, int] = {}
        self._files: Sequence[FileRecord] = ()

    def is_empty(self) -> bool:
        """Whether there is no article at all."""
        stays = np.isin(self.known.records["file"], list(self._stays))
        return not len(self._arrivals) and not stays.any()

    def add_page(self, page: Page, file: int = 0) -> None:
        """A raw page of the file with that number."""
        with writes(self.folder.parent):
            self._store.add_page(page, file)

    def add(self, article: Article, passages: Sequence[Passage]) -> None:
        """One article behind the last one; its vectors follow by ``add_vectors``."""
        placed = Placed.of(article, 0, len(self._arrivals))
        self.add_lot([placed], lot_of([(article.info.title, article.text)], [passages], self._lexicon))

    def add_lot(self, articles: Sequence[Placed], lot: Lot) -> None:
        """Some articles and what they come to."""
        first = 0
        with writes(self.folder.parent):
            for placed, count in zip(articles, lot.counts.tolist(), strict=True):
                self._arrive(placed)
                self._store.add(placed.article, map(tuple, lot.spans[first : first + count].tolist()))
                first += count
            self._words.add(lot.words)
            self._pairs.add(lot.pairs)
        self._records.append(_records(articles, lot))
        if lot.vectors is not None:
            self.add_vectors(lot.vectors)

    def add_vectors(self, vectors: Vectors) -> None:
        """The vectors of the next passages, in the order they were added; shape (passages, dimensions)."""
        with writes(self.folder.parent), _faiss_errors():
            self._dense = self._dense or DenseWriter(self.folder / DENSE, vectors.shape[1])
            self._dense.add(vectors)

    def add_again(self, placed: Placed, kept: int) -> None:
        """An article whose passages, words and vectors are those of number ``kept`` before, and whose record is not."""
        self._arrive(placed, kept)
        with writes(self.folder.parent):
            self._store.add(placed.article)
        self._records.append(_records([placed], None))

    def stay(self, placed: Placed, kept: int) -> None:
        """An article that is stored already as it is, as number ``kept`` before."""
        self._arrivals.add(added=NONE, kept=kept, late=placed.late, file=placed.file, nth=placed.nth)

    def stay_files(self, files: Mapping[int, int]) -> None:
        """Everything in these files stays: a file's number before → its number now."""
        self._stays = files

    def add_files(self, files: Sequence[FileRecord]) -> None:
        """What was read, in the order of their numbers."""
        self._files = files

    def _arrive(self, placed: Placed, kept: int = NONE) -> None:
        added = self._store.articles
        self._days.append(placed.article.info.date)
        self._arrivals.add(added=added, kept=kept, late=placed.late, file=placed.file, nth=placed.nth)

    def finish(self, encoder: Encoder, made_with: str = "", encode: Encode | None = None) -> Manifest:
        """Write what is left, the manifest last. Every passage must have its vector. Raises IndexNotWritten.

        ``encode`` is how the encoder is asked for vectors that cannot be taken over.
        """
        with writes(self.folder.parent):
            added = np.concatenate([np.empty(0, KNOWN_ARTICLE), *self._records])
            order = _in_order(self.known, self._arrivals, added, self._stays)
            with ThreadPoolExecutor(2) as beside:  # numpy, SQLite and FAISS let each other work
                keywords = [
                    beside.submit(self._write_keywords, self._words, "words", order),
                    beside.submit(self._write_keywords, self._pairs, "pairs", order),
                ]
                finder = self._write_store(order)
                with _faiss_errors():
                    plan = self._write_vectors(order, encoder.dimensions, encode or encoder.encode_passages)
                for written in keywords:
                    written.result()
            write_known(self.folder, order.records, finder.verdicts)
            write_lexicon(self.folder / LEXICON, self._lexicon)
            manifest = Manifest(
                format=FORMAT,
                generation=generation_of(self.folder),
                built_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                encoder=encoder.name,
                encoder_fingerprint=encoder.fingerprint,
                dimensions=encoder.dimensions,
                vectors=plan.kind,
                made_with=made_with,
                articles=len(order.records),
                passages=int(order.records["passages"].sum()),
                characters=int(order.records["characters"].sum()),
                files=seal_all(self.folder),
            )
            manifest.write(self.folder)
        self._read_back()
        return manifest

    def _write_keywords(self, writer: LexicalWriter, name: Literal["words", "pairs"], order: _Order) -> None:
        kept = (getattr(self.before, name), order.kept_rows) if self.before else None
        writer.finish(order.added_rows, kept)

    def _write_vectors(self, order: _Order, dimensions: int, encode: Encode) -> DensePlan:
        dense = self._dense or DenseWriter(self.folder / DENSE, dimensions)
        if self.before is None:
            return dense.finish(order.added_rows)
        if dense.carries(self.before.dense, int(order.records["passages"].sum())):
            return dense.finish(order.added_rows, (self.before.dense, order.kept_rows))
        # So few are left of a compressed index that they are to be exact again, which no code becomes.
        dense = DenseWriter(self.folder / DENSE, dimensions)
        with contextlib.closing(Store(self.folder / STORE)) as store:
            for texts in _encoded_texts(store):
                dense.add(encode(texts))
        return dense.finish()

    def _write_store(self, order: _Order) -> CopyFinder:
        db, builder = self._store.db, self._store
        if self.before is not None:
            builder.set_down()
            db = put_together(
                self.folder / STORE, self.folder / ADDED, self.before.folder / STORE, order.standing, self._stays
            )
            (self.folder / ADDED).unlink()
        finder = CopyFinder()
        finder.add_sketch(np.ascontiguousarray(order.records["sketch"]).tobytes())
        with contextlib.closing(db):
            add_files(db, self._files)
            known = self.known.decided(order.now)
            add_copies(db, finder.groups(lambda number: told(db, number), known, day=self._day_of(order.standing)))
            finished(db)
        return finder

    def _day_of(self, standing: Standing) -> Callable[[int], str | None]:
        """Gives the day of an article by its number, without its text."""
        before = self.before.store.columns().day if self.before else np.empty(0, np.int32)

        def day(number: int) -> str | None:
            if (added := int(standing.added[number])) != NONE:
                return self._days[added]
            return _iso_day(int(before[standing.kept[number]]))

        return day

    def _read_back(self) -> None:
        """FAISS tells nobody when the disk was full at the very end: what was written is opened before anybody relies on it."""
        try:
            opened(self.folder).close()
        except IndexDamaged as error:
            raise IndexNotWritten(root=self.folder.parent, detail=error.facts["detail"]) from error


def _iso_day(number: int) -> str | None:
    """20220803 as 2022-08-03."""
    return None if number == NO_DAY else f"{number // 10_000:04}-{number // 100 % 100:02}-{number % 100:02}"


def _encoded_texts(store: Store) -> Iterator[list[str]]:
    """What an encoder is given for every passage, in the order of the rows, an article at a time."""
    for article, passages in store.cut_articles():
        if passages:
            yield [simplify(encoded_text(article, passage)) for passage in passages]


@dataclass(frozen=True, slots=True)
class _Order:
    """The canonical order: what is known of each article, where it comes from, and where rows go."""

    records: Records
    standing: Standing
    added_rows: Numbers  # the final row of each that was added
    kept_rows: Numbers  # the final row of each there was before, NONE where it is gone
    now: Numbers  # the number of each article there was before, NONE where it is gone


def _in_order(known: Known, arrivals: Arrivals, added: Records, files: Mapping[int, int]) -> _Order:
    """Those that stay with their files, and those that came one by one, in the order of place."""
    before = known.records
    now = np.full(max(int(before["file"].max(initial=0)), *files, 0) + 1, NONE, np.int64)
    now[list(files)] = list(files.values())
    stays = np.flatnonzero(now[before["file"]] >= 0)
    late = np.concatenate([before["late"][stays], arrivals["late"]])
    file = np.concatenate([now[before["file"][stays]], arrivals["file"]])
    order = np.lexsort((np.concatenate([stays, arrivals["nth"]]), file, late))
    from_added = np.concatenate([np.full(len(stays), NONE), arrivals["added"]])[order]
    from_kept = np.concatenate([stays, arrivals["kept"]])[order]
    records = np.empty(len(order), KNOWN_ARTICLE)
    is_new, is_kept = from_added != NONE, from_kept != NONE
    records[is_kept] = before[from_kept[is_kept]]
    for name in ("told", "whole"):
        records[name][is_new] = added[name][from_added[is_new]]
    made = is_new & ~is_kept
    records[made] = added[from_added[made]]
    records["late"], records["file"] = late[order], file[order]
    first_before, first_added, first = (_firsts(some["passages"]) for some in (before, added, records))
    own = np.where(made, from_added, NONE)
    standing = Standing(
        added=from_added,
        kept=from_kept,
        rows=first,
        passages=records["passages"].astype(np.int64),
        added_rows=_taken(first_added, own),
        kept_rows=_taken(first_before, from_kept),
    )
    numbers_now = np.full(len(before), NONE, np.int64)
    numbers_now[from_kept[is_kept]] = np.flatnonzero(is_kept)
    return _Order(
        records,
        standing,
        _moved(added["passages"], own, first),
        _moved(before["passages"], from_kept, first),
        numbers_now,
    )


def _firsts(passages: NDArray[np.uint32]) -> Numbers:
    """The first row of each article, from how many rows each has."""
    ends = np.cumsum(passages, dtype=np.int64)
    return ends - passages


def _taken(values: Numbers, at: Numbers) -> Numbers:
    return np.where(at == NONE, NONE, values[at] if len(values) else NONE)


def _moved(passages: NDArray[np.uint32], numbers: Numbers, first: Numbers) -> Numbers:
    """Where each row goes: ``passages`` of each article where it was, ``numbers`` its number there for each final article."""
    goes = np.full(len(passages), NONE, np.int64)
    came = numbers != NONE
    goes[numbers[came]] = first[came]
    counts = passages.astype(np.int64)
    within = np.arange(int(counts.sum())) - np.repeat(_firsts(passages), counts)
    starts = np.repeat(goes, counts)
    return np.where(starts == NONE, NONE, starts + within)


def _records(articles: Sequence[Placed], lot: Lot | None) -> Records:
    made = np.zeros(len(articles), KNOWN_ARTICLE)
    for name in ("told", "whole"):
        keys = b"".join(getattr(placed, name) for placed in articles)
        made[name] = np.frombuffer(keys, "<u8").reshape(-1, 2)
    made["characters"] = [len(placed.article.text) for placed in articles]
    if lot is not None:
        made["passages"], made["sketch"] = lot.counts, lot.sketches
    return made


@contextlib.contextmanager
def _faiss_errors() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:  # what FAISS makes of a full disk
        raise OSError(str(error)) from error


def publish_snapshot(writer: SnapshotWriter, keep: int = KEPT) -> Path:
    """Make what was written the live generation; ``keep`` good ones stay, it included."""
    root = writer.folder.parent
    before = live_name(root)
    published = publish(writer.folder)
    tidy(root, before=before, keep=keep)
    return published
