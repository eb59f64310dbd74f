"""A store put together from two: what was there before and what was added, in the order of the new generation.

What stays is copied by SQLite from file to file; no article of it becomes a Python object.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.index.store_writer import begun

Numbers = NDArray[np.int64]
NONE = -1

_STANDING = """
CREATE TEMP TABLE standing (
    number INTEGER PRIMARY KEY,
    added INTEGER,  -- the article's number among those added, where its record is new
    kept INTEGER,  -- its number before, where its passages are not new
    whole INTEGER,  -- the same where its record is not new either
    row INTEGER, added_row INTEGER, kept_row INTEGER, passages INTEGER
)
"""
_ARTICLE = (
    "id", "file", "title", "subtitle", "source", "date", "page", "author", "url", "kind",
    "text", "raw_start", "raw_end", "offsets",
)  # fmt: skip
_PART = "start, file, page, raw_start, raw_end, offsets"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where each article of the new generation comes from, in the order of its numbers; NONE where it does not."""

    added: Numbers  # number among those added, where its record is new
    kept: Numbers  # number before, where its passages are not new
    rows: Numbers  # its first row
    passages: Numbers
    added_rows: Numbers  # its first row among those added
    kept_rows: Numbers  # its first row before


def put_together(
    file: Path, added: Path, before: Path, standing: Standing, files: Mapping[int, int]
) -> sqlite3.Connection:
    """The store ``file``, without files and copies; ``files`` leads from a file's number before to its number now."""
    db = begun(file)
    try:
        db.execute("COMMIT")
        db.execute("PRAGMA temp_store = MEMORY")
        for name, other in (("added", added), ("before", before)):
            db.execute(f"ATTACH ? AS {name}", (str(other),))
        db.execute("BEGIN")
        _note(db, standing, files)
        for copy in (_copy_articles, _copy_passages, _copy_parts, _copy_pages):
            copy(db)
        db.execute("COMMIT")
        db.executescript("DROP TABLE temp.standing; DROP TABLE temp.origins; DETACH added; DETACH before; BEGIN")
    except BaseException:
        db.close()
        raise
    return db


def _note(db: sqlite3.Connection, standing: Standing, files: Mapping[int, int]) -> None:
    db.execute(_STANDING)
    whole = np.where(standing.added == NONE, standing.kept, NONE)
    columns = (
        np.arange(len(standing.rows)), standing.added, standing.kept, whole,
        standing.rows, standing.added_rows, standing.kept_rows, standing.passages,
    )  # fmt: skip
    db.executemany(
        "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?)", zip(*(c.tolist() for c in columns), strict=True)
    )
    db.execute("CREATE TEMP TABLE origins (before INTEGER PRIMARY KEY, now INTEGER)")
    db.executemany("INSERT INTO origins VALUES (?, ?)", files.items())


def _copy_articles(db: sqlite3.Connection) -> None:
    """One pass in the order of the numbers, whichever store an article comes from: pages are filled one after the other."""
    # Of the two stores at most one has the record that is asked for: all columns of the other are NULL.
    columns = ", ".join(f"coalesce(n.{name}, k.{name})" for name in _ARTICLE)
    db.execute(
        f"INSERT INTO main.articles SELECT s.number, {columns} FROM standing s "
        "LEFT JOIN added.articles n ON n.number = s.added LEFT JOIN before.articles k ON k.number = s.whole "
        "ORDER BY s.number"
    )


def _copy_passages(db: sqlite3.Connection) -> None:
    moved = (
        'SELECT s.row + p.row - s.{first} AS row, s.number, p.start, p."end", p.paragraph FROM standing s '
        "CROSS JOIN {store}.passages p ON p.row >= s.{first} AND p.row < s.{first} + s.passages WHERE {which}"
    )
    kept = moved.format(store="before", first="kept_row", which=f"s.kept <> {NONE}")
    new = moved.format(store="added", first="added_row", which=f"s.kept = {NONE}")
    db.execute(f"INSERT INTO main.passages {kept} UNION ALL {new} ORDER BY 1")


def _copy_parts(db: sqlite3.Connection) -> None:
    for store, own in (("before", "whole"), ("added", "added")):
        db.execute(
            f"INSERT INTO main.parts SELECT s.number, {_PART} FROM {store}.parts p JOIN standing s ON s.{own} = p.article"
        )


def _copy_pages(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO main.pages SELECT p.file, o.now, p.encoding, p.text FROM before.pages p "
        "JOIN origins o ON o.before = p.origin"
    )
    db.execute("INSERT INTO main.pages SELECT file, origin, encoding, text FROM added.pages")
