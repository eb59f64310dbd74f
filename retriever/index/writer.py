"""Writes a generation: article by article, lot by lot, and what stays of the generation before by its numbers alone.

Articles come in any order; :mod:`~retriever.index.arriving` puts them in theirs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np

from embeddings.encoder import Encoder, Vectors
from retriever.domain import Article, Page, Passage
from retriever.errors import IndexDamaged, IndexNotWritten
from retriever.index.arriving import Arrivals, Order, Placed, in_order, records_of
from retriever.index.columns import iso_day
from retriever.index.dense_writer import DensePlan, DenseWriter
from retriever.index.disk import writes
from retriever.index.duplicates import CopyFinder
from retriever.index.generations import KEPT, generation_of, live_name, publish
from retriever.index.known import KNOWN_ARTICLE, Known, Records, write_known
from retriever.index.lexicon import write_lexicon
from retriever.index.lots import Lot, lot_of
from retriever.index.manifest import FORMAT, Manifest, seal_all
from retriever.index.postings import LexicalWriter
from retriever.index.rearranging import NONE, Standing, put_together
from retriever.index.recovery import tidy
from retriever.index.snapshot import DENSE, LEXICON, PAIRS, STORE, WORDS, Snapshot, encoded_text, opened
from retriever.index.store import FileRecord, Store
from retriever.index.store_writer import StoreBuilder, add_copies, add_files, finished, told
from retriever.text.folding import simplify
from retriever.text.lexicon import SHIPPED, Lexicon

Encode = Callable[[Sequence[str]], Vectors]
ADDED = "added.sqlite"  # what is new, until it is put together with what stays


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
        self._arrive(articles, [NONE] * len(articles))
        with writes(self.folder.parent):
            self._store.add_lot([placed.article for placed in articles], lot.texts, lot.counts, lot.spans)
            self._words.add(lot.words)
            self._pairs.add(lot.pairs)
        self._records.append(records_of(articles, lot))
        if lot.vectors is not None:
            self.add_vectors(lot.vectors)

    def add_vectors(self, vectors: Vectors) -> None:
        """The vectors of the next passages, in the order they were added; shape (passages, dimensions)."""
        with writes(self.folder.parent), _faiss_errors():
            self._vectors_of(vectors.shape[1]).add(vectors)

    def add_again(self, placed: Placed, kept: int) -> None:
        """An article whose passages, words and vectors are those of number ``kept`` before, and whose record is not."""
        self._arrive([placed], [kept])
        with writes(self.folder.parent):
            self._store.add(placed.article)
        self._records.append(records_of([placed], None))

    def stay(self, placed: Placed, kept: int) -> None:
        """An article that is stored already as it is, as number ``kept`` before."""
        self._arrivals.add([placed], added=[NONE], kept=[kept])

    def stay_files(self, files: Mapping[int, int]) -> None:
        """Everything in these files stays: a file's number before → its number now."""
        self._stays = files

    def add_files(self, files: Sequence[FileRecord]) -> None:
        """What was read, in the order of their numbers."""
        self._files = files

    def _arrive(self, articles: Sequence[Placed], kept: Sequence[int]) -> None:
        """Articles that are to be added next."""
        first = self._store.articles
        self._days += [placed.article.info.date for placed in articles]
        self._arrivals.add(articles, added=range(first, first + len(articles)), kept=kept)

    def finish(self, encoder: Encoder, made_with: str = "", encode: Encode | None = None) -> Manifest:
        """Write what is left, the manifest last. Every passage must have its vector. Raises IndexNotWritten.

        ``encode`` is how the encoder is asked for vectors that cannot be taken over.
        """
        with writes(self.folder.parent):
            added = np.concatenate([np.empty(0, KNOWN_ARTICLE), *self._records])
            order = in_order(self.known, self._arrivals, added, self._stays)
            with ThreadPoolExecutor(3) as beside:  # numpy, SQLite and FAISS let each other work
                keywords = [
                    beside.submit(self._write_keywords, self._words, "words", order),
                    beside.submit(self._write_keywords, self._pairs, "pairs", order),
                ]
                vectors = None
                if self._carries_vectors(order, encoder.dimensions):
                    vectors = beside.submit(self._write_vectors, order, encoder.dimensions)
                finder = self._write_store(order)
                for written in keywords:
                    written.result()
            again = encode or encoder.encode_passages
            plan = vectors.result() if vectors else self._encode_again(encoder.dimensions, again)
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

    def _write_keywords(self, writer: LexicalWriter, name: Literal["words", "pairs"], order: Order) -> None:
        kept = (getattr(self.before, name), order.kept_rows) if self.before else None
        writer.finish(order.added_rows, kept)

    def _carries_vectors(self, order: Order, dimensions: int) -> bool:
        """Whether what there was before can be taken over."""
        rows = int(order.records["passages"].sum())
        return self.before is None or self._vectors_of(dimensions).carries(self.before.dense, rows)

    def _vectors_of(self, dimensions: int) -> DenseWriter:
        self._dense = self._dense or DenseWriter(self.folder / DENSE, dimensions)
        return self._dense

    def _write_vectors(self, order: Order, dimensions: int) -> DensePlan:
        kept = (self.before.dense, order.kept_rows) if self.before else None
        with _faiss_errors():
            return self._vectors_of(dimensions).finish(order.added_rows, kept)

    def _encode_again(self, dimensions: int, encode: Encode) -> DensePlan:
        """So few are left of a compressed index that they are to be exact again, which no code becomes."""
        dense = DenseWriter(self.folder / DENSE, dimensions)
        with _faiss_errors(), contextlib.closing(Store(self.folder / STORE)) as store:
            for texts in _encoded_texts(store):
                dense.add(encode(texts))
            return dense.finish()

    def _write_store(self, order: Order) -> CopyFinder:
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
            return iso_day(int(before[standing.kept[number]]))

        return day

    def _read_back(self) -> None:
        """FAISS tells nobody when the disk was full at the very end: what was written is opened before anybody relies on it."""
        try:
            opened(self.folder).close()
        except IndexDamaged as error:
            raise IndexNotWritten(root=self.folder.parent, detail=error.facts["detail"]) from error


def _encoded_texts(store: Store) -> Iterator[list[str]]:
    """What an encoder is given for every passage, in the order of the rows, an article at a time."""
    for article, passages in store.cut_articles():
        if passages:
            yield [simplify(encoded_text(article, passage)) for passage in passages]


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
