"""The article store: one read-only SQLite file with every article, where its passages stand, the raw pages, and the files read.

:mod:`~retriever.index.store_writer` writes it and says what stands in it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Article, ArticleInfo, ArticleList, Filters, Passage, PrintedPart, cited
from retriever.index.columns import Columns
from retriever.index.offset_maps import unpacked_map
from retriever.index.phrases import unpacked_text

COLUMNS = "columns"  # the folder beside it
MAPPED = f"PRAGMA mmap_size = {1 << 40}"  # read where the system holds it, and shared with other processes
INFO = ("id", "file", "title", "subtitle", "source", "date", "page", "author", "url", "kind")
_INFO_COLUMNS = ", ".join(f"a.{name}" for name in INFO)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file that was read: what it is recognised by, and what was told of it."""

    name: str
    content: bytes  # SHA-256; empty where it changed while it was read
    read_as: bytes  # a digest of what else decides what is found in it
    account: str  # JSON


def columns_of(db: sqlite3.Connection) -> Columns:
    """What of a finished store stands beside it as arrays."""
    # From the index alone: the table's rows hold the articles' texts.
    told = db.execute("SELECT number, source, date FROM articles INDEXED BY article_source").fetchall()
    articles = [(source, day) for _, source, day in sorted(told, key=itemgetter(0))]
    passages = np.zeros(len(articles), np.int64)
    for number, count in db.execute("SELECT article, count(*) FROM passages GROUP BY article"):
        passages[number] = count
    return Columns.of(articles, passages)


class Store:
    """An opened article store. Safe to read from several threads: each gets a connection of its own."""

    def __init__(self, file: Path) -> None:
        self._uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._columns = Columns.open(file.with_name(COLUMNS))
        # Ready-made articles name no further page: then no passage is asked for one.
        self._goes_on = self._db().execute("SELECT 1 FROM parts LIMIT 1").fetchone() is not None

    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            db.execute(MAPPED)
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
        if not rows:
            return []
        marks, turns = ", ".join("?" * len(rows)), self._turns(rows) if self._goes_on else {}
        found = self._db().execute(
            f'SELECT p.row, p.article, a.text, p.start, p."end", p.paragraph, {_INFO_COLUMNS} '
            f"FROM passages p JOIN articles a ON a.number = p.article WHERE p.row IN ({marks})",
            [int(row) for row in rows],
        )
        texts, by_row = dict[int, str](), dict[int, tuple[Passage, ArticleInfo]]()
        for row, number, packed, start, end, paragraph, *info in found:
            if number not in texts:
                texts[number] = unpacked_text(packed)
            passage = Passage(info[0], start, end, paragraph, texts[number][start:end])
            by_row[row] = passage, cited(ArticleInfo(*info), turns.get(row, ()), start, end)
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
        number, text, raw_start, raw_end, offsets, *info = row
        further = db.execute(
            "SELECT file, page, raw_start, raw_end, offsets FROM parts WHERE article = ? ORDER BY start", (number,)
        )
        parts = tuple(
            PrintedPart(file, page, (start, end), unpacked_map(packed)) for file, page, start, end, packed in further
        )
        return Article(ArticleInfo(*info), unpacked_text(text), (raw_start, raw_end), unpacked_map(offsets), parts)

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
        # Two given folders may hold pages of one name: the later one's counts.
        row = self._db().execute("SELECT text FROM pages WHERE file = ? ORDER BY origin DESC", (file,)).fetchone()
        return unpacked_text(row[0]) if row else None

    def articles(self, filters: Filters, page: int, page_size: int) -> ArticleList:
        """One page of the articles that pass the filters, newest first, undated last."""
        numbers = self._columns.newest(filters, (page - 1) * page_size, page_size).tolist()
        found = self._db().execute(
            f"SELECT a.number, {_INFO_COLUMNS} FROM articles a WHERE a.number IN ({', '.join('?' * len(numbers))})",
            numbers,
        )
        by_number = {number: ArticleInfo(*info) for number, *info in found}
        listed = tuple(by_number[number] for number in numbers)
        return ArticleList(listed, self._columns.how_many(filters), page, page_size)

    def rows(self, filters: Filters) -> NDArray[np.int64]:
        """The rows of every passage whose article passes the filters, ascending; ``columns`` tells the same sooner."""
        where, values = _where(filters)
        found = self._db().execute(
            f"SELECT p.row FROM articles a JOIN passages p ON p.article = a.number WHERE {where} ORDER BY p.row", values
        )
        return np.fromiter((row for (row,) in found), np.int64)

    def columns(self) -> Columns:
        """Paper, day and passages of every article as arrays."""
        return self._columns

    def columns_again(self) -> Columns:
        """The same, from the articles themselves."""
        return columns_of(self._db())

    def sources(self) -> tuple[tuple[str | None, int], ...]:
        """Every paper and how many articles it has, most first."""
        return self._columns.papers()

    def issues(self) -> tuple[tuple[str | None, str | None, int], ...]:
        """Paper, day and number of articles of every issue, oldest first, undated last."""
        return self._columns.issues()

    def neighbours(self, article_id: str) -> tuple[ArticleInfo | None, ArticleInfo | None]:
        """The articles that stand before and after it on its raw page; none where its file held whole articles."""
        # By the index of files alone ("+"): of a paper that names neither itself nor its day, all pages would be looked through.
        found = self._db().execute(
            f"SELECT {_INFO_COLUMNS} FROM articles own JOIN articles a "
            "ON a.file = own.file AND +a.source IS own.source AND +a.date IS own.date "
            "WHERE own.id = ? AND EXISTS (SELECT 1 FROM pages WHERE pages.file = own.file) ORDER BY a.raw_start, a.number",
            (article_id,),
        )
        page = [ArticleInfo(*row) for row in found]
        at = next((at for at, info in enumerate(page) if info.id == article_id), None)
        if at is None:
            return None, None
        return page[at - 1] if at else None, page[at + 1] if at + 1 < len(page) else None

    def cut_articles(self) -> Iterator[tuple[Article, list[Passage]]]:
        """Every article with its passages, in the order of their numbers."""
        for (article_id,) in self._db().execute("SELECT id FROM articles ORDER BY number"):
            article = self.article(article_id)
            assert article is not None
            found = self._db().execute(
                'SELECT p.start, p."end", p.paragraph FROM passages p JOIN articles a ON a.number = p.article '
                "WHERE a.id = ? ORDER BY p.row",
                (article_id,),
            )
            yield (
                article,
                [Passage(article_id, start, end, at, article.text[start:end]) for start, end, at in found],
            )

    def files(self) -> list[FileRecord]:
        """What was read, in the order of their numbers."""
        found = self._db().execute("SELECT name, content, read_as, account FROM files ORDER BY number")
        return [FileRecord(*row) for row in found]

    def stands(self, article_id: str) -> tuple[int, str] | None:
        """The number of an article, and the file it begins in."""
        row = self._db().execute("SELECT number, file FROM articles WHERE id = ?", (article_id,)).fetchone()
        return None if row is None else (row[0], row[1])

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
