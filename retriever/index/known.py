"""What the articles of a generation are recognised by when the next one is made: one record each, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Article
from retriever.index.sketches import SKETCH

KNOWN, COMPARED = "known.npy", "compared.npy"
KEY_BYTES = 16
_KEY = ("<u8", (2,))

KNOWN_ARTICLE = np.dtype(
    [
        ("told", *_KEY),  # of what passages, words and vectors are made of
        ("whole", *_KEY),  # of everything that is stored of it
        ("file", "<u4"),  # the number of the file it begins in
        ("late", "?"),  # whether it may be one of several pages: such articles stand behind all others
        ("passages", "<u4"),
        ("characters", "<u4"),
        ("sketch", SKETCH),
    ]
)

Records = NDArray[np.void]  # of dtype KNOWN_ARTICLE
Numbers = NDArray[np.int64]
NOTHING_COMPARED = np.empty((0, 3), np.int64)


def told_key(article: Article) -> bytes:
    """The same for two articles whose passages, words, vectors and copies are the same."""
    title, day = article.info.title, article.info.date
    head = f"{title is None} {len(title or '')} {day}\n{title or ''}\n"
    key = blake2b(head.encode(), digest_size=KEY_BYTES)
    key.update(article.text.encode())
    return key.digest()


def whole_key(article: Article, told: bytes) -> bytes:
    """The same for two articles that are the same in every field; ``told`` stands for the text."""
    info = article.info
    fields = (info.id, info.file, info.title, info.subtitle, info.source, info.date, info.page, info.author, info.url)
    parts = [(info.file, info.page, article.raw, article.offsets.runs)]
    parts += [(part.file, part.page, part.raw, part.offsets.runs) for part in article.further]
    said = repr((fields, info.kind, parts)).encode()
    return blake2b(told + said, digest_size=KEY_BYTES).digest()


class Known:
    """The articles of a generation, to be found by what they tell."""

    def __init__(self, records: Records, compared: NDArray[np.int64] = NOTHING_COMPARED) -> None:
        """``compared``, shape (pairs, 3): two articles that were compared, and whether they are copies."""
        self.records, self._compared = records, compared

    @classmethod
    def open(cls, folder: Path) -> Known:
        """Raises OSError or ValueError where the file is not what ``write_known`` writes."""
        records = np.load(folder / KNOWN, mmap_mode="r", allow_pickle=False)
        if records.dtype != KNOWN_ARTICLE:
            raise ValueError(f"{KNOWN}: {records.dtype}")
        return cls(np.asarray(records), np.load(folder / COMPARED, allow_pickle=False))

    def __len__(self) -> int:
        return len(self.records)

    def find(self, told: bytes) -> Numbers:
        """The numbers of the articles that tell the same, ascending."""
        first, second = np.frombuffer(told, "<u8")
        order, ascending = self._by_told
        low, high = np.searchsorted(ascending, first), np.searchsorted(ascending, first, side="right")
        found = order[low:high]
        same: Numbers = found[self.records["told"][found, 1] == second]
        return same

    def is_the_same(self, number: int, whole: bytes) -> bool:
        """Whether the article is stored as it is now."""
        return bytes(self.records["whole"][number].tobytes()) == whole

    def decided(self, now: Numbers) -> dict[tuple[int, int], bool]:
        """What was found of pairs that are still there, by their numbers ``now``; -1 where an article is gone."""
        pairs = now[self._compared[:, :2]]
        stay = (pairs >= 0).all(axis=1)
        pairs.sort(axis=1)
        verdicts = self._compared[stay, 2].astype(bool).tolist()
        return dict(zip(map(tuple, pairs[stay].tolist()), verdicts, strict=True))

    @cached_property
    def _by_told(self) -> tuple[Numbers, NDArray[np.uint64]]:
        firsts = np.ascontiguousarray(self.records["told"][:, 0])
        order = np.argsort(firsts, kind="stable")
        return order, firsts[order]


def write_known(folder: Path, records: Records, compared: Mapping[tuple[int, int], bool]) -> None:
    """What the next generation recognises articles by; ``compared`` is what was found of pairs of them."""
    np.save(folder / KNOWN, records, allow_pickle=False)
    rows = [(*pair, verdict) for pair, verdict in sorted(compared.items())]
    np.save(folder / COMPARED, np.array(rows, np.int64).reshape(-1, 3), allow_pickle=False)
