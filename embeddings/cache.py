"""Content hash → vector, so that a rebuild encodes only the texts that changed."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np

from embeddings.encoder import Encoder, Vectors
from embeddings.errors import CacheUnusable

T = TypeVar("T")

log = logging.getLogger(__name__)

KEYS_AT_ONCE = 500  # SQLite takes a limited number of values in one question
TEXTS_AT_ONCE = 4_096  # encoded, then stored: an interrupted rebuild keeps what it has done
TABLES = (
    "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID",
    # Beside the vectors, not in their rows: noting a use must not write the vector again.
    "CREATE TABLE IF NOT EXISTS uses (user TEXT, key BLOB, PRIMARY KEY (user, key)) WITHOUT ROWID",
)
FLOAT = np.dtype("<f4")  # the file means the same on every machine
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}  # the last: not our table


def encode_cached(encoder: Encoder, cache: VectorCache, texts: Sequence[str]) -> Vectors:
    """Like ``encoder.encode_passages(texts)``, asking the encoder only for texts it has not seen, each of them once.

    Raises CacheUnusable where the cache file can be neither read nor written (rights, disk space, another program).
    """
    vectors = np.zeros((len(texts), encoder.dimensions), np.float32)
    rows_of: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        rows_of.setdefault(text, []).append(row)
    for some in chunks(list(rows_of), TEXTS_AT_ONCE):
        for text, vector in known_or_encoded(encoder, cache, some):
            vectors[rows_of[text]] = vector
    return vectors


def known_or_encoded(encoder: Encoder, cache: VectorCache, texts: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
    keys = {text: key_of(encoder, text) for text in texts}
    known = cache.find(list(keys.values()), encoder.dimensions)
    missing = [text for text in texts if keys[text] not in known]
    encoded = dict(zip(missing, encoder.encode_passages(missing), strict=True)) if missing else {}
    cache.keep({keys[text]: vector for text, vector in encoded.items()})
    return ((text, encoded[text] if text in encoded else known[keys[text]]) for text in texts)


def key_of(encoder: Encoder, text: str) -> bytes:
    """SHA-256 over the encoder's fingerprint and the exact text."""
    # A lone surrogate, left by a broken page, has no UTF-8 of its own, and still needs a key.
    return hashlib.sha256(f"{encoder.fingerprint}\n{text}".encode("utf-8", "surrogatepass")).digest()


class VectorCache:
    """One SQLite file. A damaged file is renamed and begun anew; a damaged vector counts as missing.

    Use it as a context manager, or call :meth:`close`. One writer at a time: a rebuild holds its own lock. What was kept
    stays through a kill or a power cut: SQLite's journal takes back what was half written.
    """

    def __init__(self, path: Path, *, user: str | None = None) -> None:
        """Open or begin the file. Raises CacheUnusable where the path cannot be written.

        ``user`` is who will need the vectors again, as :meth:`keep_only` tells them apart: the name of a generation.
        """
        self.path, self.user = path, user
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = begin(path)
        except OSError as error:
            raise CacheUnusable(path=path, detail=error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def find(self, keys: Sequence[bytes], dimensions: int) -> dict[bytes, Vectors]:
        """The vectors that the file holds whole, each of shape (dimensions,). They count as used."""
        try:
            stored = [row for some in chunks(keys, KEYS_AT_ONCE) for row in self.select(some)]
            with self.connection:
                self.note_use([key for key, _ in stored])
        except sqlite3.Error as error:
            self.begin_anew_if_damaged(error)
            return {}
        unpacked = ((key, unpack(blob, dimensions)) for key, blob in stored)
        return {key: vector for key, vector in unpacked if vector is not None}

    def select(self, keys: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
        marks = ",".join("?" * len(keys))
        return self.connection.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", keys).fetchall()

    def keep(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Store vectors by key, all or none."""
        try:
            self.store(vectors)
        except sqlite3.Error as error:
            self.begin_anew_if_damaged(error)
            self.store(vectors)

    def store(self, vectors: Mapping[bytes, Vectors]) -> None:
        with self.connection:
            self.connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)", [(key, pack(v)) for key, v in vectors.items()]
            )
            self.note_use(vectors)

    def note_use(self, keys: Iterable[bytes]) -> None:
        if self.user is not None:
            self.connection.executemany("INSERT OR IGNORE INTO uses VALUES (?, ?)", [(self.user, key) for key in keys])

    def keep_only(self, users: Collection[str]) -> int:
        """Forget what none of these users needs; how many vectors went. Their room goes to new ones.

        To be called when ``users`` is what there is now: after a rebuild was published and old generations were removed.
        """
        try:
            return self.forget_others(users)
        except sqlite3.Error as error:
            self.begin_anew_if_damaged(error)
            return 0

    def forget_others(self, users: Collection[str]) -> int:
        marks = ",".join("?" * len(users))
        with self.connection:
            self.connection.execute(f"DELETE FROM uses WHERE user NOT IN ({marks})", list(users))
            gone = self.connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM uses)").rowcount
        pages, free = (
            self.connection.execute(f"PRAGMA {told}").fetchone()[0] for told in ("page_count", "freelist_count")
        )
        if free > pages / 2:
            self.connection.execute("VACUUM")  # rewrites the file: only where most of it is empty
        return int(gone)

    def begin_anew_if_damaged(self, error: sqlite3.Error) -> None:
        if not is_damage(error):
            raise CacheUnusable(path=self.path, detail=error) from error
        self.connection.close()
        set_aside(self.path, error)
        self.connection = begin(self.path)


def begin(path: Path) -> sqlite3.Connection:
    """Open the file with its table, setting a damaged one aside first."""
    try:
        return opened(path)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise CacheUnusable(path=path, detail=error) from error
        set_aside(path, error)
        return opened(path)


def opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        for table in TABLES:
            connection.execute(table)
        connection.execute("SELECT key, vector FROM vectors LIMIT 1").fetchall()
        connection.execute("SELECT user, key FROM uses LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, rather than locked, unreadable, or on a full disk."""
    return getattr(error, "sqlite_errorcode", None) in DAMAGE


def set_aside(path: Path, why: Exception) -> None:
    """Rename a damaged file, so that nothing is lost and nothing wrong is read."""
    aside = next(name for n in count(1) if not (name := path.with_name(f"{path.name}.damaged-{n}")).exists())
    path.rename(aside)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)  # it belonged to the damaged file
    log.warning("向量缓存 %s 已损坏（%s），改名为 %s，重新开始。", path, why, aside.name)


def pack(vector: Vectors) -> bytes:
    """Little-endian float32 numbers, then their CRC-32: SQLite itself does not notice a flipped bit."""
    numbers = vector.astype(FLOAT).tobytes()
    return numbers + zlib.crc32(numbers).to_bytes(4, "little")


def unpack(blob: object, dimensions: int) -> Vectors | None:
    """The vector, or None where the bytes are not a whole vector of that many dimensions."""
    if not isinstance(blob, bytes) or len(blob) != (dimensions + 1) * FLOAT.itemsize:
        return None
    numbers, crc = blob[:-4], blob[-4:]
    if zlib.crc32(numbers).to_bytes(4, "little") != crc:
        return None
    return np.frombuffer(numbers, FLOAT).astype(np.float32)


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
