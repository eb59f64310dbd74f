"""A snapshot: one generation of the index, opened from its folder alone; :mod:`~retriever.index.writer` writes it."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from embeddings.encoder import Vectors
from retriever.domain import Article, ArticleInfo, Filters, IndexStatus, Passage
from retriever.errors import IndexDamaged, RetrieverError
from retriever.index.beside import beside
from retriever.index.best import Part, best_of, best_rows
from retriever.index.checking import disagreements
from retriever.index.columns import Columns
from retriever.index.dense import DenseIndex
from retriever.index.generations import (
    generation_of,
    order_of_trust,
)
from retriever.index.lexical import LexicalIndex
from retriever.index.lexicon import open_lexicon
from retriever.index.locking import Lease
from retriever.index.manifest import MANIFEST, Manifest, wrong_contents, wrong_sizes
from retriever.index.opened import Rows, Sought, Values, Wanted
from retriever.index.store import Store
from retriever.text.folding import confused, fold
from retriever.text.lexicon import Lexicon
from retriever.text.sentences import short_spans
from retriever.text.words import pairs

log = logging.getLogger(__name__)

LEAD_CHARS = 80
BESIDE_FROM = 50_000  # passages: looking through fewer takes less than handing half of it to another thread
READ_AT_MOST = 50  # passages whose text is looked at for a word
READ_AT_ONCE = 4  # of them: mostly the first holds it, and no more is asked for
READ_WHOLE = 64 << 20  # bytes: a generation up to this size is compared with its checksums whenever it is opened
DENSE, STORE, WORDS, PAIRS, LEXICON = "dense.faiss", "articles.sqlite", "words", "pairs", "lexicon.json"


def matching_text(article: ArticleInfo, passage: Passage) -> str:
    """What a passage is found by: its headline counts, though it never enters the quotation."""
    return f"{article.title}\n{passage.text}" if article.title else passage.text


def encoded_text(article: Article, passage: Passage) -> str:
    """What a passage is encoded as: below its headline or, where there is none, below the article's first sentence.

    A passage far down seldom says what its article is about; the opening of a news story does.
    """
    return encoded_texts(article, [passage])[0]


def encoded_texts(article: Article, passages: Sequence[Passage]) -> list[str]:
    """The same of several passages of one article."""
    head = article.info.title
    if not head:
        start, end = next(short_spans(article.text, LEAD_CHARS), (0, 0))
        head = article.text[start:end].strip()
    return [f"{head}\n{passage.text}" for passage in passages]


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
        weakref.finalize(self, _let_go, self.store, self.lease, self.dense, self.words, self.pairs).atexit = False

    @property
    def generation(self) -> str:
        return self.manifest.generation

    @property
    def place(self) -> Path:
        return self.folder

    @property
    def papers(self) -> Columns:
        return self.store.columns()

    def expect(self, question: str) -> None:
        """Postings are at hand."""

    def candidates(self, sought: Sought, vector: Vectors, wanted: Wanted, filters: Filters) -> Rows:
        """The best rows of each side among those whose articles pass, each once, ascending."""
        allowed = self._allowed(filters)
        printed = partial(self._printed, sought, wanted, allowed)
        told = beside(printed) if len(self.dense) >= BESIDE_FROM else printed
        by_vector, _ = self.dense.nearest(vector, wanted.meaning, allowed)
        return np.unique(np.concatenate([*told(), by_vector]))

    def by_keywords(self, sought: Sought, k: int, filters: Filters) -> tuple[Rows, Values]:
        return self._best(sought, k, self._allowed(filters))

    def by_words(self, weights: Mapping[str, float], k: int) -> tuple[Rows, Values]:
        return best_of(self.words, weights, k)

    def by_meaning(self, vector: Vectors, k: int, filters: Filters) -> tuple[Rows, Values]:
        return self.dense.nearest(vector, k, self._allowed(filters))

    def cosines(self, vector: Vectors, rows: Rows) -> Values:
        return self.dense.cosines(vector, rows)

    def beside(self, rows: Rows) -> Rows:
        """The rows of all passages of the articles in which ``rows`` stand, ascending."""
        article_of = self.store.columns().article_of
        articles = np.unique(article_of[rows])
        first, last = (np.searchsorted(article_of, articles, side=side) for side in ("left", "right"))
        return np.concatenate([np.empty(0, np.int64), *map(np.arange, first, last)])

    def texts_with(self, word: str) -> Iterator[str]:
        """The first passages, with their headlines, that hold a Han word, as texts are compared."""
        together = [pair for pair in pairs(word) if len(pair) == 2]
        rows, sought = self.pairs.rows_of(*together)[:READ_AT_MOST].tolist(), confused(word)
        for first in range(0, len(rows), READ_AT_ONCE):
            for own, article in self.store.passages(rows[first : first + READ_AT_ONCE]):
                if sought in (text := confused(fold(matching_text(article, own)))):
                    yield text

    def _allowed(self, filters: Filters) -> Rows | None:
        return self.store.columns().rows(filters) if filters else None

    def _printed(self, sought: Sought, wanted: Wanted, allowed: Rows | None) -> tuple[Rows, Rows]:
        """The best rows by everything that the keyword side knows, and by the typed words alone."""
        by_words, _ = self._best(sought, wanted.keywords, allowed)
        by_typed, _ = best_rows([Part(self.words, sought.typed)], wanted.typed, allowed)
        return by_words, by_typed

    def _best(self, sought: Sought, k: int, allowed: Rows | None) -> tuple[Rows, Values]:
        parts = [Part(self.words, sought.words), Part(self.pairs, sought.pairs, sought.pairs_share)]
        return best_rows(parts, k, allowed)

    def status(self) -> IndexStatus:
        return self.manifest.status(self.store.sources())

    def disagreements(self) -> list[str]:
        """What of its parts cannot be right, in words; reads everything."""
        return disagreements(self.folder, self.manifest, self.dense, self.store, (WORDS, PAIRS))

    def close(self) -> None:
        _let_go(self.store, self.lease, self.dense, self.words, self.pairs)


def _let_go(store: Store, lease: Lease, *mapped: DenseIndex | LexicalIndex) -> None:
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
