"""A snapshot: one generation of the index, written as a whole, opened from its folder alone."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, Vectors
from retriever.domain import Article, ArticleInfo, IndexStatus, Page, Passage
from retriever.errors import IndexDamaged, IndexNotWritten, RetrieverError
from retriever.index.checking import disagreements
from retriever.index.dense import DenseIndex, write_dense
from retriever.index.disk import writes
from retriever.index.duplicates import CopyFinder
from retriever.index.generations import (
    KEPT,
    generation_of,
    live_name,
    order_of_trust,
    publish,
    writing,
)
from retriever.index.lexical import LexicalBuilder, LexicalIndex
from retriever.index.lexicon import open_lexicon, write_lexicon
from retriever.index.locking import Lease
from retriever.index.manifest import FORMAT, MANIFEST, Manifest, seal_all, wrong_contents, wrong_sizes
from retriever.index.recovery import tidy
from retriever.index.store import Store, StoreBuilder
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.sentences import short_spans
from retriever.text.words import pairs

log = logging.getLogger(__name__)

LEAD_CHARS = 80
READ_WHOLE = 64 << 20  # bytes: a generation up to this size is compared with its checksums whenever it is opened
DENSE, STORE, WORDS, PAIRS, LEXICON = "dense.faiss", "articles.sqlite", "words", "pairs", "lexicon.json"


def matching_text(article: ArticleInfo, passage: Passage) -> str:
    """What a passage is found by: its headline counts, though it never enters the quotation."""
    return f"{article.title}\n{passage.text}" if article.title else passage.text


def encoded_text(article: Article, passage: Passage) -> str:
    """What a passage is encoded as: below its headline or, where there is none, below the article's first sentence.

    A passage far down seldom says what its article is about; the opening of a news story does.
    """
    head = article.info.title
    if not head:
        start, end = next(short_spans(article.text, LEAD_CHARS), (0, 0))
        head = article.text[start:end].strip()
    return f"{head}\n{passage.text}"


class SnapshotWriter:
    """Takes articles one after the other into a folder that nobody reads yet."""

    def __init__(self, folder: Path, lexicon: Lexicon = SHIPPED) -> None:
        self.folder, self._lexicon = folder, lexicon
        with writes(folder.parent):
            self.store = StoreBuilder(folder / STORE)
        self._words, self._pairs = LexicalBuilder(), LexicalBuilder()
        self._copies = CopyFinder()
        self._vectors: list[Vectors] = []

    def add_page(self, page: Page) -> None:
        with writes(self.folder.parent):
            self.store.add_page(page)

    def add(self, article: Article, passages: Sequence[Passage]) -> None:
        with writes(self.folder.parent):
            self.store.add(article, passages)
        self._copies.add(article.text)
        for passage in passages:
            text = matching_text(article.info, passage)
            self._words.add(self._lexicon.search_words(text))
            self._pairs.add(pairs(text))

    def add_vectors(self, vectors: Vectors) -> None:
        """The vectors of the next passages, in the order they were added."""
        self._vectors.append(vectors)

    def finish(self, encoder: Encoder) -> Manifest:
        """Write what is left, the manifest last. Every passage must have its vector. Raises IndexNotWritten."""
        vectors = np.concatenate([np.empty((0, encoder.dimensions), np.float32), *self._vectors])
        assert len(vectors) == self.store.passages, "a passage without a vector"
        with writes(self.folder.parent):
            self._write_parts(vectors)
            manifest = Manifest(
                format=FORMAT,
                generation=generation_of(self.folder),
                built_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                encoder=encoder.name,
                encoder_fingerprint=encoder.fingerprint,
                dimensions=encoder.dimensions,
                articles=self.store.articles,
                passages=self.store.passages,
                characters=self.store.characters,
                files=seal_all(self.folder),
            )
            manifest.write(self.folder)
        self._read_back()
        return manifest

    def _write_parts(self, vectors: Vectors) -> None:
        try:
            write_dense(self.folder / DENSE, vectors)
        except RuntimeError as error:  # what FAISS makes of a full disk
            raise OSError(str(error)) from error
        self._words.write(self.folder / WORDS)
        self._pairs.write(self.folder / PAIRS)
        write_lexicon(self.folder / LEXICON, self._lexicon)
        self.store.add_copies(self._copies.groups(self.store.told))
        self.store.close()

    def _read_back(self) -> None:
        """FAISS tells nobody when the disk was full at the very end: what was written is opened before anybody relies on it."""
        try:
            opened(self.folder).close()
        except IndexDamaged as error:
            raise IndexNotWritten(root=self.folder.parent, detail=error.facts["detail"]) from error


@contextlib.contextmanager
def new_snapshot(root: Path, lexicon: Lexicon = SHIPPED) -> Iterator[SnapshotWriter]:
    """A writer for the next generation of ``root``, discarded unless it is published inside the block."""
    with writing(root) as folder:
        yield SnapshotWriter(folder, lexicon)


def publish_snapshot(writer: SnapshotWriter, keep: int = KEPT) -> Path:
    """Make what was written the live generation; ``keep`` good ones stay, it included."""
    root = writer.folder.parent
    before = live_name(root)
    published = publish(writer.folder)
    tidy(root, before=before, keep=keep)
    return published


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Snapshot:
    """An opened generation. Row ``r`` is the same passage in every part.

    Its files are let go when it is closed, or when the last answer that uses it is done.
    """

    folder: Path
    manifest: Manifest
    dense: DenseIndex
    words: LexicalIndex
    pairs: LexicalIndex
    store: Store
    lexicon: Lexicon
    lease: Lease

    def __post_init__(self) -> None:
        weakref.finalize(self, _let_go, self.store, self.lease, self.words, self.pairs).atexit = False

    @property
    def generation(self) -> str:
        return self.manifest.generation

    def status(self) -> IndexStatus:
        made = self.manifest
        return IndexStatus(
            generation=made.generation,
            built_at=made.built_at,
            encoder=made.encoder,
            dimensions=made.dimensions,
            articles=made.articles,
            passages=made.passages,
            characters=made.characters,
            sources=self.store.sources(),
        )

    def disagreements(self) -> list[str]:
        """What of its parts cannot be right, in words; reads everything."""
        return disagreements(self.folder, self.manifest, self.dense, self.store, (WORDS, PAIRS))

    def close(self) -> None:
        _let_go(self.store, self.lease, self.words, self.pairs)


def _let_go(store: Store, lease: Lease, *mapped: LexicalIndex) -> None:
    store.close()
    lease.close()
    for index in mapped:
        # Its caches hold the index that holds them: emptied, it lets go of its mapped files now and not some time later.
        vars(index).clear()


def open_snapshot(root: Path, generation: str | None = None) -> Snapshot:
    """The generation named, or the live one; where that is damaged, the one that may best stand in for it.

    Up to READ_WHOLE bytes every file is compared with its checksum; of a larger generation only sizes and headers are.
    Raises IndexNotBuilt, NotAnIndex, IndexFormatUnknown, or IndexDamaged where a file is missing, cut or unreadable.
    """
    if generation is not None:
        return opened(root / generation)
    live, *others = order_of_trust(root)
    try:
        return opened(root / live)
    except IndexDamaged as damage:
        if order_of_trust(root)[0] != live:  # a rebuild has published meanwhile and tidied this one away
            return open_snapshot(root)
        for name in others:
            with contextlib.suppress(RetrieverError):  # what is wrong with the live one is what matters
                standing_in = opened(root / name)
                log.warning("%s", damage)
                return standing_in
        raise


def opened(folder: Path) -> Snapshot:
    """The generation in ``folder``, and no other in its place. Raises as :func:`open_snapshot` does."""
    try:
        lease = Lease(folder)
    except OSError as error:
        raise IndexDamaged(folder=folder, detail=f"{MANIFEST}: {error.strerror}") from error
    try:
        return _opened_with(lease, folder)
    except BaseException:
        lease.close()
        raise


def _opened_with(lease: Lease, folder: Path) -> Snapshot:
    manifest = Manifest.read(folder)
    if manifest.generation != generation_of(folder):
        raise IndexDamaged(folder=folder, detail=f"{MANIFEST}: 是 {manifest.generation} 的清单 (of another generation)")
    look = wrong_contents if manifest.bytes <= READ_WHOLE else wrong_sizes
    if wrong := next(look(folder, manifest), None):
        raise IndexDamaged(folder=folder, detail=wrong)
    try:
        parts = Snapshot(
            folder,
            manifest,
            DenseIndex.open(folder / DENSE),
            LexicalIndex(folder / WORDS),
            LexicalIndex(folder / PAIRS),
            Store(folder / STORE),
            open_lexicon(folder / LEXICON),
            lease,
        )
    except (OSError, ValueError, RuntimeError, sqlite3.Error) as error:
        raise IndexDamaged(folder=folder, detail=str(error)) from error
    counts = {len(parts.dense), len(parts.words), len(parts.pairs), manifest.passages}
    if len(counts) > 1 or parts.dense.dimensions != manifest.dimensions:
        raise IndexDamaged(folder=folder, detail=f"各部分的段落数不一致 (the parts disagree) {sorted(counts)}")
    return parts


def is_read_whole(folder: Path) -> bool:
    """Whether opening this generation compares every byte."""
    return Manifest.read(folder).bytes <= READ_WHOLE
