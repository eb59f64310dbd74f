"""Writes the article store, in one go; what of it stays :mod:`~retriever.index.rearranging` copies.

Articles and pages are deflated one by one (:mod:`~retriever.index.phrases`): they come to 0.4 of what the text takes as UTF-8, and
one is unpacked in ten microseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Article, Page
from retriever.index.offset_maps import packed_map
from retriever.index.phrases import packed_text, unpacked_text
from retriever.index.store import COLUMNS, INFO, FileRecord, columns_of

# An article is one or two thousand bytes: a tenth of the file would be empty ends of small pages.
LAYOUT = "PRAGMA encoding = 'UTF-8'; PRAGMA page_size = 16384"
# The file is written aside and checked before anybody reads it: a journal would only double the writing. Ids come in any
# order: with the default of 2 MB, what stands of their index is written out and read again all the time.
WRITTEN_ASIDE = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000"
SCHEMA = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
    title TEXT, subtitle TEXT, source TEXT, date TEXT, page TEXT, author TEXT, url TEXT, kind TEXT,
    text BLOB NOT NULL,  -- as phrases.packed_text gives it
    raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL,
    offsets BLOB NOT NULL  -- zlib of int64 triples: clean start, raw start, length
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY,  -- the row of the vector and of the keyword index
    article INTEGER NOT NULL REFERENCES articles (number),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, paragraph INTEGER NOT NULL
);
CREATE TABLE copies (  -- articles that are not alone in telling their story
    article INTEGER PRIMARY KEY REFERENCES articles (number),
    story INTEGER NOT NULL  -- the number of the first article that tells it
);
CREATE TABLE parts (  -- where an article goes on that begins on another page
    article INTEGER NOT NULL REFERENCES articles (number),
    start INTEGER NOT NULL,  -- in the article's text
    file TEXT NOT NULL, page TEXT, raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL, offsets BLOB NOT NULL,
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE TABLE pages (
    file TEXT NOT NULL, origin INTEGER NOT NULL,  -- the number of the file that it was read from
    encoding TEXT NOT NULL, text BLOB NOT NULL,  -- as phrases.packed_text gives it
    PRIMARY KEY (file, origin)
);
CREATE TABLE files (  -- what was read
    number INTEGER PRIMARY KEY, name TEXT NOT NULL,
    content BLOB NOT NULL,  -- SHA-256
    read_as BLOB NOT NULL,  -- what else decides what is found in it
    account TEXT NOT NULL  -- JSON: what the report tells of it, and what other files change about it
);
"""
INDEXES = """
CREATE INDEX article_source ON articles (source, date);
CREATE INDEX article_date ON articles (date);
CREATE INDEX article_file ON articles (file, raw_start);
CREATE INDEX passage_article ON passages (article);
CREATE INDEX copy_story ON copies (story);
"""
Span3 = tuple[int, int, int]  # start, end, paragraph of a passage
_info = attrgetter(*INFO)


class StoreBuilder:
    """Writes articles and passages in the order of their rows."""

    def __init__(self, file: Path) -> None:
        self.db = begun(file)
        self.articles = self.passages = 0

    def add_page(self, page: Page, origin: int = 0) -> None:
        """A raw page of the file with that number."""
        row = (page.file, origin, page.encoding, packed_text(page.text))
        self.db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?)", row)

    def add(self, article: Article, passages: Sequence[Span3] = ()) -> None:
        """One article, and start, end and paragraph of its passages. Raises sqlite3.IntegrityError where the id is there."""
        spans = np.array(passages, np.int64).reshape(-1, 3)
        self.add_lot([article], [packed_text(article.text)], np.array([len(spans)]), spans)

    def add_lot(
        self,
        articles: Sequence[Article],
        texts: Iterable[bytes | memoryview],
        counts: NDArray[np.integer],
        spans: NDArray[np.integer],
    ) -> None:
        """Some articles, with their texts as ``packed_text`` gives them; ``counts`` tells how many of ``spans`` each has."""
        numbers = range(self.articles, self.articles + len(articles))
        rows = (
            (number, *_info(article.info), text, *article.raw, packed_map(article.offsets))
            for number, article, text in zip(numbers, articles, texts, strict=True)
        )
        marks = ", ".join("?" * (len(INFO) + 5))
        self.db.executemany(f"INSERT INTO articles VALUES ({marks})", rows)
        for number, article in zip(numbers, articles, strict=True):
            for part in article.further:
                where = (number, part.start, part.file, part.page, *part.raw, packed_map(part.offsets))
                self.db.execute("INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)", where)
        of_article = np.repeat(np.arange(numbers.start, numbers.stop), counts)
        own = zip(range(self.passages, self.passages + len(spans)), of_article.tolist(), *spans.T.tolist(), strict=True)
        self.db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?)", own)
        self.articles += len(articles)
        self.passages += len(spans)

    def close(self) -> None:
        """Everything is in: the store can be opened."""
        finished(self.db)

    def set_down(self) -> None:
        """What was written so far is in the file, and the file is let go of."""
        self.db.execute("COMMIT")
        self.db.close()


def begun(file: Path) -> sqlite3.Connection:
    """An empty store that is being written."""
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript(f"{LAYOUT}; {WRITTEN_ASIDE}; {SCHEMA} BEGIN;")
    return db


def finished(db: sqlite3.Connection) -> None:
    """Everything is in the store: its indexes are made, its columns stand beside it, and it is closed."""
    db.execute("COMMIT")
    db.executescript(INDEXES)
    _, _, file = db.execute("PRAGMA database_list").fetchone()
    columns_of(db).write(Path(file).with_name(COLUMNS))
    db.close()


def told(db: sqlite3.Connection, number: int) -> tuple[str, str | None]:
    """Text and date of an article."""
    packed, day = db.execute("SELECT text, date FROM articles WHERE number = ?", (number,)).fetchone()
    return unpacked_text(packed), day


def add_files(db: sqlite3.Connection, files: Iterable[FileRecord]) -> None:
    """What was read, in the order of their numbers."""
    rows = ((number, f.name, f.content, f.read_as, f.account) for number, f in enumerate(files))
    db.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", rows)


def add_copies(db: sqlite3.Connection, stories: Mapping[int, int]) -> None:
    """Article → the first article of its story, by their numbers."""
    db.executemany("INSERT INTO copies VALUES (?, ?)", sorted(stories.items()))
