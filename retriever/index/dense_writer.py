"""Writes the vector index: exact where it is small, compressed beyond; anew, or with rows of the generation before.

What is kept of the generation before is copied code by code. The ranges of its long codes stay for good, so no vector is rounded
twice; the short codes' codebook is learnt again whenever the number of rows has passed another doubling.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from embeddings.encoder import Vectors
from retriever.index.dense import ROWS_AT_ONCE, Codes, DenseIndex, Rows, codes_of, one_thread
from retriever.index.dense_codes import (
    CENTRES,
    Ranges,
    distances,
    fast_as_floats,
    fast_as_halves,
    fast_long_codes,
    fast_short_codes,
)

EXACT_UP_TO = 10_000  # rows: 0.6 ms a question; each is 2 KiB of 512 dimensions, 0.44 KiB when compressed
LEARNT_FROM = 16_384  # rows, spread over all, that ranges and codebook are fitted to
SIX_BITS_FROM = 512  # dimensions; errors of fewer do not make up for each other as well: these have 8 bits
DEVIATIONS = 3.25  # from the mean of a dimension; of 3 to 4 and the whole range, recall was highest here
ROUNDS = 8  # of k-means
SHORT_BITS = 4  # of a short code for each part of the vector
PARTS, TOGETHER = 128, (4, 3, 2, 1)  # a part has the most dimensions of these that leave so many parts, or one

Read = Callable[[Rows], Vectors]  # the vectors of these rows

Kept = tuple[DenseIndex, Rows]
"""The vector index of the generation before, and the final row of each of its rows, -1 where it is gone."""


@dataclass(frozen=True, slots=True)
class DensePlan:
    """What was written, for the manifest."""

    kind: str  # "exact" or "compressed"
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Source:
    """Vectors, and the final row of each, -1 where it has none."""

    read: Read
    places: Rows

    def blocks(self) -> Iterator[tuple[Rows, Vectors]]:
        """The vectors that have a final row, so many at a time as memory may hold."""
        for rows in _blocks(np.flatnonzero(self.places >= 0)):
            yield self.places[rows], self.read(rows)


class DenseWriter:
    """Takes vectors in blocks. Up to ``exact_up_to`` stay in memory, more are spooled beside ``file`` as float16."""

    def __init__(self, file: Path, dimensions: int, *, exact_up_to: int = EXACT_UP_TO) -> None:
        self._file, self._dimensions, self._exact_up_to = file, dimensions, exact_up_to
        self._spool = _Spool(file.with_name(f"{file.name}.spool"), dimensions, exact_up_to)

    def add(self, vectors: Vectors) -> None:
        """The next rows; shape (n, dimensions). Raises OSError where the disk is full."""
        self._spool.add(vectors)

    def carries(self, before: DenseIndex, rows: int) -> bool:
        """Whether an index of so many rows can keep rows of ``before``: codes never become exact vectors again."""
        return before.dimensions == self._dimensions and (before.is_exact or rows > self._exact_up_to)

    def finish(self, places: Rows | None = None, kept: Kept | None = None) -> DensePlan:
        """Write the index; ``places[i]`` is the final row of the i-th added vector, the i-th where None.

        Together ``places`` and those of ``kept`` name every row once. Up to ``exact_up_to`` rows the file is the same,
        byte for byte, however it came about. Raises RuntimeError or OSError where the disk is full, ValueError where
        ``kept`` cannot be (see :meth:`carries`).
        """
        import faiss

        one_thread()
        with self._spool as read:
            count, before = self._spool.rows, None
            sources = [_Source(read, np.arange(count) if places is None else np.asarray(places, np.int64))]
            if kept is not None:
                count += int(np.count_nonzero(kept[1] >= 0))
                if not self.carries(kept[0], count):
                    raise ValueError(f"{count} rows of {self._dimensions} dimensions cannot keep rows of this index")
                if kept[0].is_exact:
                    sources.append(_Source(kept[0].vectors, kept[1]))
                else:
                    before = kept
            exact = count <= self._exact_up_to
            index = (
                _exact(self._dimensions, count, sources)
                if exact
                else _compressed(self._dimensions, count, sources, before, self._exact_up_to)
            )
            faiss.write_index(index, str(self._file))
        return DensePlan("exact" if exact else "compressed", count, self._file.stat().st_size)


class _Spool:
    """Vectors that were added: as they came while they are few, then as float16 in a file of their own.

    As a context it hands out how to read them, and forgets them behind it.
    """

    def __init__(self, file: Path, dimensions: int, in_memory: int) -> None:
        self._file, self._dimensions, self._in_memory = file, dimensions, in_memory
        self._blocks: list[Vectors] = []
        self._opened: IO[bytes] | None = None
        self.rows = 0

    def add(self, vectors: Vectors) -> None:
        self.rows += len(vectors)
        if self.rows <= self._in_memory:
            self._blocks.append(np.array(vectors, np.float32))
            return
        self._opened = self._opened or self._file.open("wb")
        for block in (*self._blocks, np.asarray(vectors, np.float32)):
            self._opened.write(fast_as_halves(block).data)  # forty times finer than what follows
        self._blocks.clear()

    def __enter__(self) -> Read:
        if self._opened is not None:
            self._opened.close()
            return self._read
        vectors = np.concatenate([np.empty((0, self._dimensions), np.float32), *self._blocks])
        return lambda rows: vectors[rows]

    def _read(self, rows: Rows) -> Vectors:
        # Mapped for this once: what stays mapped counts as this program's memory.
        spooled = np.memmap(self._file, np.float16, "r", shape=(self.rows, self._dimensions))
        first, last = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
        return fast_as_floats(spooled[first:last] if last - first == len(rows) else spooled[rows])

    def __exit__(self, *_: object) -> None:
        self._blocks.clear()
        self._file.unlink(missing_ok=True)


def _exact(dimensions: int, count: int, sources: Sequence[_Source]) -> Any:
    import faiss

    vectors = np.zeros((count, dimensions), np.float32)
    for source in sources:
        for places, block in source.blocks():
            vectors[places] = block
    index = faiss.IndexFlatIP(dimensions)
    index.add(vectors)
    return index


def _compressed(dimensions: int, count: int, sources: Sequence[_Source], before: Kept | None, doubled_from: int) -> Any:
    """As :mod:`retriever.index.dense` describes it."""
    import faiss

    long = _long_codes(dimensions, count, sources, before)
    if before is not None and _doublings(len(before[0]), doubled_from) != _doublings(count, doubled_from):
        before = None
    return faiss.IndexRefine(_short_codes(long, before), long)


def _long_codes(dimensions: int, count: int, sources: Sequence[_Source], before: Kept | None) -> Any:
    """Of each dimension its place in the range that the dimension has."""
    import faiss

    fine = dimensions < SIX_BITS_FROM
    kind = faiss.ScalarQuantizer.QT_8bit if fine else faiss.ScalarQuantizer.QT_6bit
    index = faiss.IndexScalarQuantizer(dimensions, kind, faiss.METRIC_INNER_PRODUCT)
    if not fine:  # the last few numbers of a range are worth less than finer steps
        index.sq.rangestat, index.sq.rangestat_arg = faiss.ScalarQuantizer.RS_meanstd, DEVIATIONS
    if before is None:
        index.train(_spread(sources))
    else:
        index.sq, index.is_trained = before[0].long.sq, True
    codes = _room(index, count)
    ranges = Ranges.of(index)
    for source in sources:
        for places, vectors in source.blocks():
            codes[places] = fast_long_codes(vectors, *ranges)
    if before is not None:
        _copy(codes_of(before[0].long), codes, before[1])
    return index


def _short_codes(long: Any, before: Kept | None) -> Any:
    """A product quantiser, fitted to what the long codes tell; kept rows are copied where its codebook is."""
    import faiss

    fitting = (dimensions for dimensions in TOGETHER if long.d % dimensions == 0 and long.d // dimensions >= PARTS)
    index = faiss.IndexPQ(long.d, long.d // next(fitting, 1), SHORT_BITS, faiss.METRIC_INNER_PRODUCT)
    long_codes = codes_of(long)
    if before is None:
        index.pq.cp.niter = ROUNDS
        index.train(long.sa_decode(long_codes[_evenly(long.ntotal, LEARNT_FROM)]))
    else:
        index.pq, index.is_trained = before[0].short.pq, True
    codes, is_fresh = _room(index, long.ntotal), np.ones(long.ntotal, np.bool_)
    if before is not None:
        _copy(codes_of(before[0].short), codes, before[1])
        is_fresh[before[1][before[1] >= 0]] = False

    centres = faiss.vector_to_array(index.pq.centroids).reshape(index.pq.M, CENTRES, index.pq.dsub)
    apart = distances(Ranges.of(long), centres)

    def encode(rows: Rows) -> None:
        codes[rows] = fast_short_codes(long_codes[rows], apart, index.pq.dsub)

    _in_blocks(encode, np.flatnonzero(is_fresh))
    return index


def _room(index: Any, count: int) -> Codes:
    """Make the index hold so many rows, and hand out their codes to be filled in: growing one would copy it."""
    index.codes.resize(count * index.code_size)
    index.ntotal = count
    return codes_of(index)


def _copy(codes: Codes, into: Codes, places: Rows) -> None:
    for rows in _blocks(np.flatnonzero(places >= 0)):
        into[places[rows]] = codes[rows]


def _spread(sources: Sequence[_Source]) -> Vectors:
    """Vectors to learn from, spread evenly over the sources."""
    share = LEARNT_FROM // len(sources)
    return np.concatenate([source.read(_evenly(len(source.places), share)) for source in sources])


def _evenly(count: int, n: int) -> Rows:
    """At most ``n`` of ``count`` rows, evenly apart."""
    return np.linspace(0, count - 1, min(count, n)).astype(np.int64)


def _doublings(rows: int, first: int) -> int:
    """How often ``first`` rows have doubled."""
    return (rows // first).bit_length()


def _in_blocks(work: Callable[[Rows], None], rows: Rows) -> None:
    """Blocks of ``rows`` on every core. FAISS's own threads wait for each other, for seconds where a core is busy."""
    with ThreadPoolExecutor(os.cpu_count(), initializer=one_thread) as pool:
        for _ in pool.map(work, _blocks(rows)):
            pass


def _blocks(rows: Rows) -> list[Rows]:
    """As many rows at a time as memory may hold vectors of."""
    return np.split(rows, range(ROWS_AT_ONCE, len(rows), ROWS_AT_ONCE))
