"""A snapshot: one generation of the index, written as a whole, opened from its folder alone."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, Vectors
from retriever.domain import Article, ArticleInfo, IndexStatus, Page, Passage
from retriever.errors import IndexDamaged, RetrieverError
from retriever.index.dense import DenseIndex, write_dense
from retriever.index.duplicates import CopyFinder
from retriever.index.generations import current_generation, generation_of, publish, writing
from retriever.index.lexical import LexicalBuilder, LexicalIndex
from retriever.index.manifest import FORMAT, Manifest, seal_all, wrong_contents, wrong_sizes
from retriever.index.store import Store, StoreBuilder
from retriever.text.words import pairs, search_words

DENSE, STORE, WORDS, PAIRS = "dense.faiss", "articles.sqlite", "words", "pairs"


def matching_text(article: ArticleInfo, passage: Passage) -> str:
    """What a passage is found by: its headline counts, though it never enters the quotation."""
    return f"{article.title}\n{passage.text}" if article.title else passage.text


class SnapshotWriter:
    """Takes articles one after the other into a folder that nobody reads yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = StoreBuilder(folder / STORE)
        self._words, self._pairs = LexicalBuilder(), LexicalBuilder()
        self._copies = CopyFinder()
        self._vectors: list[Vectors] = []

    def add_page(self, page: Page) -> None:
        self.store.add_page(page)

    def add(self, article: Article, passages: Sequence[Passage]) -> None:
        self.store.add(article, passages)
        self._copies.add(article.text)
        for passage in passages:
            text = matching_text(article.info, passage)
            self._words.add(search_words(text))
            self._pairs.add(pairs(text))

    def add_vectors(self, vectors: Vectors) -> None:
        """The vectors of the next passages, in the order they were added."""
        self._vectors.append(vectors)

    def finish(self, encoder: Encoder) -> Manifest:
        """Write what is left, the manifest last. Every passage must have its vector."""
        vectors = np.concatenate([np.empty((0, encoder.dimensions), np.float32), *self._vectors])
        assert len(vectors) == self.store.passages, "a passage without a vector"
        write_dense(self.folder / DENSE, vectors)
        self._words.write(self.folder / WORDS)
        self._pairs.write(self.folder / PAIRS)
        self.store.add_copies(self._copies.groups(self.store.told))
        self.store.close()
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
        return manifest


@contextlib.contextmanager
def new_snapshot(root: Path) -> Iterator[SnapshotWriter]:
    """A writer for the next generation of ``root``, discarded unless it is published inside the block."""
    with writing(root) as folder:
        yield SnapshotWriter(folder)


def publish_snapshot(writer: SnapshotWriter) -> Path:
    return publish(writer.folder)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened generation. Row ``r`` is the same passage in every part."""

    folder: Path
    manifest: Manifest
    dense: DenseIndex
    words: LexicalIndex
    pairs: LexicalIndex
    store: Store

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

    def close(self) -> None:
        self.store.close()


def open_snapshot(root: Path, generation: str | None = None) -> Snapshot:
    """The live generation, or the one named.

    Raises IndexNotBuilt, NotAnIndex, IndexFormatUnknown, or IndexDamaged where a file is missing, cut or unreadable.
    """
    folder = root / (generation or current_generation(root))
    manifest = Manifest.read(folder)
    _refuse(folder, wrong_sizes(folder, manifest))
    try:
        parts = Snapshot(
            folder,
            manifest,
            DenseIndex.open(folder / DENSE),
            LexicalIndex(folder / WORDS),
            LexicalIndex(folder / PAIRS),
            Store(folder / STORE),
        )
    except (OSError, ValueError, RuntimeError, sqlite3.Error) as error:
        raise IndexDamaged(folder=folder, detail=str(error)) from error
    counts = {len(parts.dense), len(parts.words), len(parts.pairs), manifest.passages}
    if len(counts) > 1 or parts.dense.dimensions != manifest.dimensions:
        raise IndexDamaged(folder=folder, detail=f"各部分的段落数不一致 (the parts disagree) {sorted(counts)}")
    return parts


def check(root: Path) -> list[str]:
    """What is wrong with the live generation, in words; empty when every byte is as it was published."""
    try:
        folder = root / current_generation(root)
        found = list(wrong_contents(folder, Manifest.read(folder)))
        if not found:
            snapshot = open_snapshot(root)
            found = snapshot.store.integrity()
            snapshot.close()
    except RetrieverError as error:
        return [str(error)]
    return found


def _refuse(folder: Path, findings: Iterable[str]) -> None:
    first = next(iter(findings), None)
    if first:
        raise IndexDamaged(folder=folder, detail=first)
