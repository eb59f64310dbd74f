"""The article store: one read-only SQLite file with every article, where its passages stand, and the raw pages."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Article, ArticleInfo, ArticleList, Facets, Filters, OffsetMap, Page, Passage

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
CREATE TABLE continuations (  -- two articles that are one, on two pages
    head INTEGER NOT NULL REFERENCES articles (number), tail INTEGER NOT NULL REFERENCES articles (number)
);
CREATE TABLE pages (file TEXT PRIMARY KEY, encoding TEXT NOT NULL, text BLOB NOT NULL);  -- zlib of UTF-8
"""
_INDEXES = """
CREATE INDEX article_source ON articles (source, date);
CREATE INDEX article_date ON articles (date);
CREATE INDEX passage_article ON passages (article);
CREATE INDEX copy_story ON copies (story);
CREATE INDEX continuation_head ON continuations (head);
CREATE INDEX continuation_tail ON continuations (tail);
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
        offsets = zlib.compress(np.asarray(article.offsets.runs, np.int64).tobytes(), 6)
        row = (self.articles, *info, article.text, *article.raw, offsets)
        self._db.execute(f"INSERT INTO articles VALUES ({', '.join('?' * len(row))})", row)
        for passage in passages:
            where = (self.passages, self.articles, passage.start, passage.end, passage.paragraph)
            self._db.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?)", where)
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

    def add_continuations(self, halves: Iterable[tuple[str, str]]) -> None:
        """Ids of an article and of the one it goes on in, on another page."""
        number = "(SELECT number FROM articles WHERE id = ?)"
        self._db.executemany(f"INSERT INTO continuations VALUES ({number}, {number})", halves)

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
        self._lock = threading.Lock()
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
        """The passages of these rows, in the order asked, each with what its article is cited by."""
        marks = ", ".join("?" * len(rows))
        found = self._db().execute(
            f'SELECT p.row, substr(a.text, p.start + 1, p."end" - p.start), p.start, p."end", p.paragraph, {_INFO_COLUMNS} '
            f"FROM passages p JOIN articles a ON a.number = p.article WHERE p.row IN ({marks})",
            [int(row) for row in rows],
        )
        by_row = {
            row: (Passage(info[0], start, end, paragraph, text), ArticleInfo(*info))
            for row, text, start, end, paragraph, *info in found
        }
        return [by_row[int(row)] for row in rows]

    def article(self, article_id: str) -> Article | None:
        found = self._db().execute(
            f"SELECT text, raw_start, raw_end, offsets, {_INFO_COLUMNS} FROM articles a WHERE id = ?", (article_id,)
        )
        row = found.fetchone()
        if row is None:
            return None
        text, raw_start, raw_end, packed, *info = row
        triples = np.frombuffer(zlib.decompress(packed), np.int64).reshape(-1, 3).tolist()
        runs = tuple((clean, raw, length) for clean, raw, length in triples)
        return Article(
            ArticleInfo(*info),
            text,
            (raw_start, raw_end),
            OffsetMap(runs),
        )

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

    def halves(self, article_id: str) -> tuple[tuple[ArticleInfo, ...], tuple[ArticleInfo, ...]]:
        """The articles this one begins in, and those it goes on in, on other pages."""

        def other(wanted: str, own: str) -> tuple[ArticleInfo, ...]:
            found = self._db().execute(
                f"SELECT {_INFO_COLUMNS} FROM continuations c JOIN articles a ON a.number = c.{wanted} "
                f"WHERE c.{own} = (SELECT number FROM articles WHERE id = ?) ORDER BY a.number",
                (article_id,),
            )
            return tuple(ArticleInfo(*row) for row in found)

        return other("head", "tail"), other("tail", "head")

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
        """The rows of every passage whose article passes the filters, ascending."""
        where, values = _where(filters)
        found = self._db().execute(
            f"SELECT p.row FROM articles a JOIN passages p ON p.article = a.number WHERE {where} ORDER BY p.row", values
        )
        return np.fromiter((row for (row,) in found), np.int64)

    def facets(self, rows: Sequence[int]) -> Facets:
        """How many articles of each paper and year the passages of ``rows`` stand in, most first."""
        db, marks = self._db(), ", ".join(str(int(row)) for row in rows)
        chosen = f"(SELECT DISTINCT article FROM passages WHERE row IN ({marks}))"

        def count(what: str) -> tuple[tuple[str, int], ...]:
            query = (
                f"SELECT {what} AS value, count(*) FROM articles a WHERE a.number IN {chosen} "
                "AND value IS NOT NULL GROUP BY value ORDER BY count(*) DESC, value"
            )
            return tuple(db.execute(query))

        return Facets(count("a.source"), count("substr(a.date, 1, 4)"))

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
