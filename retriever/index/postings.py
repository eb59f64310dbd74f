"""Writing a keyword index: runs of rows, made anywhere and in any process, merged into one index in bounded memory.

A :class:`Run` holds the postings of a block of rows. :class:`LexicalWriter` takes runs one after the other and merges
them into files of ``SPILLED`` postings when it holds as many; ``finish`` merges those, and what is kept of the
generation before, in ranges of terms. What it writes is told by the final rows alone: not by how they were cut into
runs, nor by which of them were kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.arrays import ArrayWriter
from retriever.index.codes import COUNT_BITS, MOST_ROWS, STRIDE, Encoded, Ends, Postings, encode, starts_of
from retriever.index.lexical import LexicalIndex
from retriever.index.merging import Part, Places, Ranks, distinct, merged
from retriever.index.pairs import pairs_run
from retriever.index.runs import Lengths, Run, run_of
from retriever.index.termkeys import Bytes, Keys, TermKeys
from retriever.index.terms import STEP
from retriever.index.words import words_run

__all__ = ["LexicalWriter", "Run", "pairs_run", "run_of", "words_run"]

SPILLED = 12_000_000  # postings that a writer holds, 4 bytes each; merging them takes some 200 MB for a moment
AT_ONCE = 500_000  # postings that are merged at a time in the end, or those of one term
_encoded = faster("retriever.index._merging", "encoded", encode)


class _Source(Protocol):
    """Postings in the order of their terms, to be merged with those of other sources."""

    @property
    def keys(self) -> Keys: ...

    @property
    def frequencies(self) -> NDArray[np.uint32]: ...

    def postings(self, first: int, last: int) -> Postings:
        """Those of the terms from ``first`` to before ``last``."""


class _Block:
    """A source in memory."""

    def __init__(self, keys: Keys, frequencies: NDArray[np.uint32], postings: Postings) -> None:
        self.keys, self.frequencies, self.all_postings = keys, frequencies, postings

    @cached_property
    def _begins(self) -> NDArray[np.uint32]:
        return np.concatenate([np.zeros(1, np.uint32), np.cumsum(self.frequencies, dtype=np.uint32)])

    def postings(self, first: int, last: int) -> Postings:
        return self.all_postings[self._begins[first] : self._begins[last]]


class _Spilled(_Block):
    """A source on disk, of which what is asked for is read."""

    def __init__(self, file: Path, block: _Block) -> None:
        self._file = file
        with file.open("wb") as opened:
            opened.write(block.all_postings.data)
        super().__init__(block.keys, block.frequencies, np.empty(0, np.uint32))

    def postings(self, first: int, last: int) -> Postings:
        begin, end = int(self._begins[first]), int(self._begins[last])
        return np.fromfile(self._file, np.uint32, end - begin, offset=4 * begin)

    def remove(self) -> None:
        self._file.unlink()


class _Kept:
    """The postings of the generation before."""

    def __init__(self, index: LexicalIndex, keys: TermKeys) -> None:
        self._index = index
        self.keys, self.frequencies = keys.keys(*index.term_table), index.frequencies

    def postings(self, first: int, last: int) -> Postings:
        return self._index.postings_between(first, last)


class LexicalWriter:
    """Takes runs of rows, in the order of the rows, and writes the index of all of them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder, self._keys = folder, TermKeys()
        self._lengths: list[Lengths] = []
        self._waiting: list[_Block] = []
        self._spilled: list[_Spilled] = []
        self._rows = self._waiting_postings = 0

    def add(self, run: Run) -> None:
        """The next rows."""
        keys = self._keys.keys(run.terms, run.ends.astype(np.int64))
        self._waiting.append(_Block(keys, run.frequencies, run.postings + np.uint32(self._rows << COUNT_BITS)))
        self._lengths.append(run.lengths)
        self._rows += len(run.lengths)
        self._waiting_postings += len(run.postings)
        assert self._rows <= MOST_ROWS, "more passages than postings can tell apart"
        if self._waiting_postings >= SPILLED:
            self._spilled.append(_Spilled(self._folder / f"spilled-{len(self._spilled)}.tmp", self._merged()))

    def _merged(self) -> _Block:
        """What waits as one block; nothing waits after it."""
        waiting, self._waiting, self._waiting_postings = self._waiting, [], 0
        keys, ranks = _ranked(self._keys, [block.keys for block in waiting])
        parts = [
            Part(block.all_postings, block.frequencies, own, None) for block, own in zip(waiting, ranks, strict=True)
        ]
        return _Block(keys, *merged(parts, len(keys)))

    def finish(self, places: Places | None = None, kept: tuple[LexicalIndex, Places] | None = None) -> None:
        """Write the index.

        The ``i``-th row that was added becomes row ``places[i]``, ``i`` where ``places`` is None. Of the index ``kept`` row
        ``r`` becomes row ``places[r]`` of its own. -1 leaves a row out; all others together are every row from 0 on, once.
        """
        added = np.arange(self._rows) if places is None else places
        new: list[_Source] = [*self._spilled, self._merged()]
        moved = None if kept is None and np.array_equal(added, np.arange(self._rows)) else added
        sources: list[tuple[_Source, Places | None]] = [(source, moved) for source in new]
        lengths = [(np.concatenate([np.empty(0, np.uint32), *self._lengths]), added)]
        if kept is not None:
            sources.append((_Kept(kept[0], self._keys), kept[1]))
            lengths.append((kept[0].lengths, kept[1]))
        np.save(self._folder / "lengths.npy", _placed(lengths), allow_pickle=False)
        keys, ranks = _ranked(self._keys, [source.keys for source, _ in sources])
        with _IndexFiles(self._folder) as files:
            for first, last, frequencies, postings in _ranges(sources, ranks, len(keys)):
                has_any = frequencies > 0
                terms = self._keys.table(keys[first:last][has_any])
                files.add(*terms, frequencies[has_any], postings)
        for spilled in self._spilled:
            spilled.remove()


def _ranked(terms: TermKeys, tables: Sequence[Keys]) -> tuple[Keys, list[Ranks]]:
    """All keys in the order of their terms, and for each table the ranks of its own among them."""
    keys, numbers = distinct(list(tables))
    order = np.argsort(keys)
    order = order[terms.in_order(keys[order])]
    rank = np.empty(len(keys), np.int32)
    rank[order] = np.arange(len(keys), dtype=np.int32)
    return keys[order], [rank[own] for own in numbers]


def _ranges(
    sources: Sequence[tuple[_Source, Places | None]], ranks: Sequence[Ranks], terms: int
) -> Iterator[tuple[int, int, NDArray[np.uint32], Postings]]:
    """Ranges of ranks, each with how many postings of all sources each rank has, and these in order."""
    totals = np.zeros(terms, np.int64)
    for (source, _), own in zip(sources, ranks, strict=True):
        totals[own] += source.frequencies
    ends = np.cumsum(totals)
    first = 0
    while first < terms:
        begun = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, begun + AT_ONCE, side="right")))
        parts = []
        for (source, places), own in zip(sources, ranks, strict=True):
            low, high = np.searchsorted(own, np.array([first, last], np.int32)).tolist()  # its own type: no copy
            parts.append(
                Part(source.postings(low, high), source.frequencies[low:high], own[low:high] - np.int32(first), places)
            )
        yield first, last, *merged(parts, last - first)
        first = last


def _placed(lengths: Sequence[tuple[Lengths, Places]]) -> Lengths:
    """The length of every final row."""
    total = sum(int((places >= 0).sum()) for _, places in lengths)
    result, told = np.empty(total, np.uint32), np.zeros(total, np.bool_)
    for own, places in lengths:
        result[places[places >= 0]] = own[places >= 0]
        told[places[places >= 0]] = True
    assert told.all(), "a row that nothing becomes"
    return result


class _IndexFiles:
    """The files of an index that are written from its first term to its last."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open = folder, ExitStack()

    def __enter__(self) -> _IndexFiles:
        def opened(name: str, dtype: type[np.generic]) -> ArrayWriter:
            return self._open.enter_context(ArrayWriter(self._folder / f"{name}.npy", dtype))

        with self._open:  # closes those that were opened where one cannot be
            self._terms, self._sizes = opened("terms", np.uint8), opened("sizes", np.uint16)
            self._frequencies, self._far = opened("frequencies", np.uint32), opened("far", np.uint16)
            self._codes, self._skips = opened("codes", np.uint16), opened("skips", np.uint32)
            self._begins = opened("begins", np.int64)
            self._open = self._open.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._begins.add(np.array([len(self._terms), len(self._codes)]))
            self._codes.add(np.zeros(-len(self._codes) % STRIDE, np.uint16))  # whole blocks
        self._open.__exit__(kind, error, trace)

    def add(self, terms: Bytes, ends: Ends, frequencies: NDArray[np.integer], postings: Postings) -> None:
        """The next terms, and their postings."""
        encoded = Encoded(*_encoded(postings, np.cumsum(frequencies, dtype=np.int64)))
        begins = np.stack([starts_of(ends) + len(self._terms), starts_of(encoded.ends) + len(self._codes)], axis=1)
        self._begins.add(begins[-len(self._sizes) % STEP :: STEP].ravel())
        self._skips.add(encoded.before[-len(self._codes) % STRIDE :: STRIDE])
        self._terms.add(terms)
        self._sizes.add(np.diff(ends, prepend=0))
        self._frequencies.add(frequencies)
        self._far.add(np.diff(encoded.ends, prepend=0) - frequencies)
        self._codes.add(encoded.codes)
