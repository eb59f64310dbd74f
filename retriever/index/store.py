"""The article store: one read-only SQLite file with every article, where its passages stand, and the raw pages."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.domain import (
    Article,
    ArticleInfo,
    ArticleList,
    Filters,
    OffsetMap,
    Page,
    Passage,
    PrintedPart,
    cited,
)
from retriever.index.columns import Columns

_SCHEMA = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
    title TEXT, subtitle TEXT, source TEXT, date TEXT, page TEXT, author TEXT, url TEXT, kind TEXT,
    text TEXT NOT NULL, raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL,
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
CREATE TABLE pages (file TEXT PRIMARY KEY, encoding TEXT NOT NULL, text BLOB NOT NULL);  -- zlib of UTF-8
"""
_INDEXES = """
CREATE INDEX article_source ON articles (source, date);
CREATE INDEX article_date ON articles (date);
CREATE INDEX passage_article ON passages (article);
CREATE INDEX copy_story ON copies (story);
"""
_INFO = ("id", "file", "title", "subtitle", "source", "date", "page", "author", "url", "kind")
_INFO_COLUMNS = ", ".join(f"a.{name}" for name in _INFO)


class StoreBuilder:
    """Writes articles and passages in the order of their rows."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        # The file is written aside and checked before anybody reads it: a journal would only double the writing.
        self._db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA} BEGIN;")
        self.articles = self.passages = self.characters = 0

    def add_page(self, page: Page) -> None:
        packed = zlib.compress(page.text.encode(), 6)
        self._db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", (page.file, page.encoding, packed))

    def add(self, article: Article, passages: Iterable[Passage]) -> None:
        """One article and its passages. Raises sqlite3.IntegrityError where the id is there already."""
        info = [getattr(article.info, name) for name in _INFO]
        row = (self.articles, *info, article.text, *article.raw, _packed(article.offsets))
        self._db.execute(f"INSERT INTO articles VALUES ({', '.join('?' * len(row))})", row)
        for part in article.further:
            where = (self.articles, part.start, part.file, part.page, *part.raw, _packed(part.offsets))
            self._db.execute("INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)", where)
        for passage in passages:
            stands = (self.passages, self.articles, passage.start, passage.end, passage.paragraph)
            self._db.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?)", stands)
            self.passages += 1
        self.articles += 1
        self.characters += len(article.text)

    def told(self, number: int) -> tuple[str, str | None]:
        """Text and date of an article that was added."""
        text, day = self._db.execute("SELECT text, date FROM articles WHERE number = ?", (number,)).fetchone()
        return text, day

    def add_copies(self, stories: Mapping[int, int]) -> None:
        """Article → the first article of its story, by their numbers."""
        self._db.executemany("INSERT INTO copies VALUES (?, ?)", sorted(stories.items()))

    def close(self) -> None:
        self._db.execute("COMMIT")
        self._db.executescript(_INDEXES)
        self._db.close()


class Store:
    """An opened article store. Safe to read from several threads: each gets a connection of its own."""

    def __init__(self, file: Path) -> None:
        self._uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._columns: Columns | None = None
        self._db()

    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            self._local.db = db
            with self._lock:
                self._opened.append(db)
        return db

    def close(self) -> None:
        with self._lock:
            for db in self._opened:
                db.close()
            self._opened.clear()

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, ArticleInfo]]:
        """The passages of these rows, in the order asked, each with what it is cited by: the page on which it stands."""
        marks, turns = ", ".join("?" * len(rows)), self._turns(rows)
        found = self._db().execute(
            f'SELECT p.row, substr(a.text, p.start + 1, p."end" - p.start), p.start, p."end", p.paragraph, {_INFO_COLUMNS} '
            f"FROM passages p JOIN articles a ON a.number = p.article WHERE p.row IN ({marks})",
            [int(row) for row in rows],
        )
        by_row = {
            row: (
                Passage(info[0], start, end, paragraph, text),
                cited(ArticleInfo(*info), turns.get(row, ()), start, end),
            )
            for row, text, start, end, paragraph, *info in found
        }
        return [by_row[int(row)] for row in rows]

    def _turns(self, rows: Sequence[int]) -> dict[int, list[tuple[int, str, str | None]]]:
        """Row → where its article goes on, as :func:`~retriever.domain.cited` reads it; only rows whose article does."""
        marks = ", ".join("?" * len(rows))
        found = self._db().execute(
            "SELECT p.row, t.start, t.file, t.page FROM passages p JOIN parts t ON t.article = p.article "
            f"WHERE p.row IN ({marks}) ORDER BY p.row, t.start",
            [int(row) for row in rows],
        )
        turns: dict[int, list[tuple[int, str, str | None]]] = defaultdict(list)
        for row, start, file, page in found:
            turns[row].append((start, file, page))
        return turns

    def article(self, article_id: str) -> Article | None:
        db = self._db()
        row = db.execute(
            f"SELECT a.number, text, raw_start, raw_end, offsets, {_INFO_COLUMNS} FROM articles a WHERE id = ?",
            (article_id,),
        ).fetchone()
        if row is None:
            return None
        number, text, raw_start, raw_end, packed, *info = row
        further = db.execute(
            "SELECT file, page, raw_start, raw_end, offsets FROM parts WHERE article = ? ORDER BY start", (number,)
        )
        parts = tuple(
            PrintedPart(file, page, (start, end), _unpacked(packed)) for file, page, start, end, packed in further
        )
        return Article(ArticleInfo(*info), text, (raw_start, raw_end), _unpacked(packed), parts)

    def copies(self, article_id: str) -> tuple[ArticleInfo, ...]:
        """The other articles that tell the same story in the same words, oldest first, undated last."""
        found = self._db().execute(
            f"SELECT {_INFO_COLUMNS} FROM copies own JOIN copies other ON other.story = own.story "
            "JOIN articles a ON a.number = other.article "
            "WHERE own.article = (SELECT number FROM articles WHERE id = ?) AND other.article <> own.article "
            "ORDER BY a.date IS NULL, a.date, a.number",
            (article_id,),
        )
        return tuple(ArticleInfo(*row) for row in found)

    def places(self, rows: Sequence[int]) -> list[tuple[int, int, int, str | None]]:
        """Where each of ``rows``, which ascend, stands: its article's number, start and end in it, the headline."""
        marks = ", ".join("?" * len(rows))
        found = self._db().execute(
            'SELECT p.article, p.start, p."end", a.title FROM passages p JOIN articles a ON a.number = p.article '
            f"WHERE p.row IN ({marks}) ORDER BY p.row",
            [int(row) for row in rows],
        )
        return found.fetchall()

    def stories(self, rows: Sequence[int]) -> dict[int, int]:
        """Row → story, for those of ``rows`` whose article is not alone in telling it."""
        marks = ", ".join("?" * len(rows))
        found = self._db().execute(
            f"SELECT p.row, c.story FROM passages p JOIN copies c ON c.article = p.article WHERE p.row IN ({marks})",
            [int(row) for row in rows],
        )
        return dict(found)

    def page(self, file: str) -> str | None:
        """The raw text of one page, None where the file held whole articles."""
        row = self._db().execute("SELECT text FROM pages WHERE file = ?", (file,)).fetchone()
        return zlib.decompress(row[0]).decode() if row else None

    def articles(self, filters: Filters, page: int, page_size: int) -> ArticleList:
        """One page of the articles that pass the filters, newest first, undated last."""
        where, values = _where(filters)
        total = self._db().execute(f"SELECT count(*) FROM articles a WHERE {where}", values).fetchone()[0]
        found = self._db().execute(
            f"SELECT {_INFO_COLUMNS} FROM articles a WHERE {where} "
            "ORDER BY a.date IS NULL, a.date DESC, a.number LIMIT ? OFFSET ?",
            (*values, page_size, (page - 1) * page_size),
        )
        return ArticleList(tuple(ArticleInfo(*row) for row in found), total, page, page_size)

    def rows(self, filters: Filters) -> NDArray[np.int64]:
        """The rows of every passage whose article passes the filters, ascending; ``columns`` tells the same sooner."""
        where, values = _where(filters)
        found = self._db().execute(
            f"SELECT p.row FROM articles a JOIN passages p ON p.article = a.number WHERE {where} ORDER BY p.row", values
        )
        return np.fromiter((row for (row,) in found), np.int64)

    def columns(self) -> Columns:
        """Paper, day and passages of every article as arrays; read once, when first asked for."""
        with self._reading:
            if self._columns is None:
                db = self._db()
                # From the index alone: the table's rows hold the articles' texts.
                told = db.execute("SELECT number, source, date FROM articles INDEXED BY article_source").fetchall()
                articles = [(source, day) for _, source, day in sorted(told, key=itemgetter(0))]
                passages = np.zeros(len(articles), np.int64)
                for number, count in db.execute("SELECT article, count(*) FROM passages GROUP BY article"):
                    passages[number] = count
                self._columns = Columns.of(articles, passages)
            return self._columns

    def sources(self) -> tuple[tuple[str | None, int], ...]:
        """Every paper and how many articles it has, most first."""
        return tuple(
            self._db().execute("SELECT source, count(*) FROM articles GROUP BY source ORDER BY count(*) DESC, source")
        )

    def titles(self, n: int) -> list[str]:
        """Headlines of ``n`` articles, spread over the whole store."""
        found = self._db().execute("SELECT title FROM articles WHERE title IS NOT NULL ORDER BY number").fetchall()
        step = max(1, len(found) // max(1, n))
        return [title for (title,) in found[::step][:n]]

    def integrity(self) -> list[str]:
        """What SQLite finds wrong with the file; empty when sound."""
        found = [str(message) for (message,) in self._db().execute("PRAGMA integrity_check")]
        return [message for message in found if message != "ok"]


def _packed(offsets: OffsetMap) -> bytes:
    return zlib.compress(np.asarray(offsets.runs, np.int64).tobytes(), 6)


def _unpacked(packed: bytes) -> OffsetMap:
    triples = np.frombuffer(zlib.decompress(packed), np.int64).reshape(-1, 3).tolist()
    return OffsetMap(tuple((clean, raw, length) for clean, raw, length in triples))


def _where(filters: Filters) -> tuple[str, list[str]]:
    clauses, values = ["1"], list[str]()
    if filters.sources:
        clauses.append(f"a.source IN ({', '.join('?' * len(filters.sources))})")
        values += filters.sources
    if filters.date_from:
        clauses.append("a.date >= ?")
        values.append(filters.date_from)
    if filters.date_to:
        clauses.append("a.date <= ?")
        values.append(filters.date_to)
    return " AND ".join(clauses), values
