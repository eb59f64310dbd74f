"""The article store: one read-only SQLite file with every article, where its passages stand, the raw pages, and the files read.

Articles and pages are deflated one by one (:mod:`~retriever.index.phrases`): they come to 0.4 of what the text takes as UTF-8, and
one is unpacked in ten microseconds. What :class:`StoreBuilder`
writes in one go for a collection that is read for the first time, :mod:`~retriever.index.rearranging` puts together where most
of it was there already.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from retriever.index.phrases import packed_text, unpacked_text

COLUMNS = "columns"  # the folder beside it
# An article is one or two thousand bytes: a tenth of the file would be empty ends of small pages.
LAYOUT = "PRAGMA encoding = 'UTF-8'; PRAGMA page_size = 16384"
MAPPED = f"PRAGMA mmap_size = {1 << 40}"  # read where the system holds it, and shared with other processes
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
_INFO = ("id", "file", "title", "subtitle", "source", "date", "page", "author", "url", "kind")
_INFO_COLUMNS = ", ".join(f"a.{name}" for name in _INFO)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file that was read: what it is recognised by, and what was told of it."""

    name: str
    content: bytes  # SHA-256; empty where it changed while it was read
    read_as: bytes  # a digest of what else decides what is found in it
    account: str  # JSON


class StoreBuilder:
    """Writes articles and passages in the order of their rows."""

    def __init__(self, file: Path) -> None:
        self.db = begun(file)
        self.articles = self.passages = self.characters = 0

    def add_page(self, page: Page, origin: int = 0) -> None:
        """A raw page of the file with that number."""
        row = (page.file, origin, page.encoding, packed_text(page.text))
        self.db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?)", row)

    def add(self, article: Article, passages: Iterable[Span3] = ()) -> None:
        """One article, and start, end and paragraph of its passages. Raises sqlite3.IntegrityError where the id is there."""
        info = [getattr(article.info, name) for name in _INFO]
        row = (self.articles, *info, packed_text(article.text), *article.raw, _packed(article.offsets))
        self.db.execute(f"INSERT INTO articles VALUES ({', '.join('?' * len(row))})", row)
        for part in article.further:
            where = (self.articles, part.start, part.file, part.page, *part.raw, _packed(part.offsets))
            self.db.execute("INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)", where)
        for start, end, paragraph in passages:
            self.db.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?)", (self.passages, self.articles, start, end, paragraph)
            )
            self.passages += 1
        self.articles += 1
        self.characters += len(article.text)

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
    # The file is written aside and checked before anybody reads it: a journal would only double the writing.
    db.executescript(f"{LAYOUT}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA} BEGIN;")
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
            PrintedPart(file, page, (start, end), _unpacked(packed)) for file, page, start, end, packed in further
        )
        return Article(ArticleInfo(*info), unpacked_text(text), (raw_start, raw_end), _unpacked(offsets), parts)

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
        """Paper, day and passages of every article as arrays."""
        return self._columns

    def columns_again(self) -> Columns:
        """The same, from the articles themselves."""
        return columns_of(self._db())

    def sources(self) -> tuple[tuple[str | None, int], ...]:
        """Every paper and how many articles it has, most first."""
        counted = self._db().execute("SELECT source, count(*) FROM articles GROUP BY source").fetchall()
        return tuple(sorted(counted, key=lambda paper: (-paper[1], paper[0] is not None, paper[0] or "")))

    def issues(self) -> tuple[tuple[str | None, str | None, int], ...]:
        """Paper, day and number of articles of every issue, oldest first, undated last."""
        counted = self._db().execute(
            "SELECT source, date, count(*) FROM articles INDEXED BY article_source GROUP BY source, date"
        )
        return tuple(sorted(counted, key=lambda issue: (issue[1] is None, issue[1] or "", issue[0] or "")))

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
