"""What one slice is grown from the next time: its files, what its articles are recognised by, and its sums.

Kept as a whole with the part that was added last; 130 bytes an article, and what is told of each file.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.index.known import KNOWN_ARTICLE, Records
from retriever.index.milvus.connection import Connection, Record
from retriever.index.milvus.parts import Part, parts_among
from retriever.index.milvus.records import pieces
from retriever.index.milvus.view import read_texts
from retriever.index.store import FileRecord

Issue = tuple[str | None, str | None]  # paper, day
Numbers = NDArray[np.int64]
_TEXTS = ("told", "files", "records", "numbers", "ids", "days")


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a slice as a whole."""

    articles: int = 0
    passages: int = 0
    characters: int = 0
    words: int = 0  # terms of all passages together
    pairs: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(one + two for one, two in zip(_values(self), _values(other), strict=True)))

    def __sub__(self, other: Sums) -> Sums:
        return Sums(*(one - two for one, two in zip(_values(self), _values(other), strict=True)))


def _values(sums: Sums) -> tuple[int, ...]:
    return tuple(asdict(sums).values())


def _no_records() -> Records:
    return np.empty(0, KNOWN_ARTICLE)


def _no_numbers() -> Numbers:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class SliceState:
    """``records``, ``numbers``, ``ids`` and ``days`` are of the articles that are there, by ascending numbers."""

    parts: tuple[Part, ...] = ()
    gone: tuple[int, ...] = ()  # numbers of articles of these parts
    sums: Sums = Sums()
    issues: Mapping[Issue, int] = field(default_factory=dict)  # articles
    made: Mapping[str, Any] = field(default_factory=dict)  # what all slices have to agree on
    moved: Mapping[int, int] = field(
        default_factory=dict
    )  # article → its number now, where this rebuild gave it another
    files: Sequence[FileRecord] = ()
    records: Records = field(default_factory=_no_records)
    numbers: Numbers = field(default_factory=_no_numbers)
    ids: Numbers = field(default_factory=_no_numbers)  # see id_hash
    days: Numbers = field(default_factory=_no_numbers)  # 20220803; 0 where it is not known

    def pieces(self) -> Iterator[Record]:
        told = {
            "parts": [part.partition for part in self.parts],
            "gone": self.gone,
            "sums": asdict(self.sums),
            "issues": [[*issue, count] for issue, count in self.issues.items() if count],
            "made": self.made,
            "moved": list(self.moved.items()),
        }
        files = [[file.name, file.content.hex(), file.read_as.hex(), file.account] for file in self.files]
        texts = {"told": json.dumps(told, ensure_ascii=False), "files": json.dumps(files, ensure_ascii=False)}
        arrays = (self.records, self.numbers, self.ids, self.days)
        texts |= {name: _as_text(array) for name, array in zip(_TEXTS[2:], arrays, strict=True)}
        for name, text in texts.items():
            yield from pieces("state", self._key(self.parts[-1], name), text)

    @staticmethod
    def _key(part: Part, name: str) -> str:
        return f"state/{part.id}/{name}"

    @classmethod
    def read(cls, connection: Connection, texts: str, part: Part, *, only_told: bool = False) -> SliceState:
        """``only_told`` leaves out what only this slice's own growth asks for: its files."""
        names = [name for name in _TEXTS if not (only_told and name == "files")]
        keys = {name: cls._key(part, name) for name in names}
        found = read_texts(connection, texts, list(keys.values()), [part.state])
        text = {name: found[key] for name, key in keys.items() if key in found}
        told = json.loads(text["told"])
        files = [
            FileRecord(name, bytes.fromhex(content), bytes.fromhex(read_as), account)
            for name, content, read_as, account in json.loads(text.get("files", "[]"))
        ]
        numbers, ids, days = (_array(text.get(name, ""), np.int64) for name in _TEXTS[3:])
        return cls(
            tuple(parts_among(told["parts"])),
            tuple(told["gone"]),
            Sums(**told["sums"]),
            Counter({(source, day): count for source, day, count in told["issues"]}),
            told["made"],
            dict(told["moved"]),
            files,
            _array(text["records"], KNOWN_ARTICLE),
            numbers,
            ids,
            days,
        )

    def place(self, article_id: str) -> int | None:
        """Where among the articles the one with the id stands."""
        found = np.flatnonzero(self.ids == id_hash(article_id))
        return int(found[0]) if len(found) else None


def id_hash(article_id: str) -> int:
    """63 bits of an id: among a million, two are alike with one chance in 18 million."""
    digest = blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def _as_text(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _array(text: str, dtype: Any) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), dtype)
