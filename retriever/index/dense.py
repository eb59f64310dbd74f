"""The vector index: FAISS, inner product of unit vectors, so that the score is the cosine.

Two kinds, told apart by what the file holds; :mod:`retriever.index.dense_writer` chooses one by the number of rows:

- exact: an ``IndexFlatIP``, every vector as float32;
- compressed: an ``IndexRefine`` of an ``IndexPQ`` (a product quantiser with 4 bits for each few dimensions) and an
  ``IndexScalarQuantizer`` (6 or 8 bits a dimension, see :mod:`~retriever.index.long_codes`). A question is compared with all
  of the short codes, sixteen at a time in the processor's registers (André et al. 2015, "Cache locality is not enough"; FAISS
  calls it fast scan), and the best few hundred are compared again by their long codes. Rows stand in their own order: nothing
  is looked up to find one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.index.long_codes import LongCodes

Rows = NDArray[np.int64]
Cosines = NDArray[np.float32]
Codes = NDArray[np.uint8]

ROWS_AT_ONCE = 4096  # of float32 vectors in memory
RESCORED = 400  # rows that the short codes put first, at least
OVER = 10  # rows compared again for each row asked for
FEW = 4000  # allowed rows that are compared one by one, with nothing scanned
SCANNED_SHARE = 0.015  # of all rows; where fewer are allowed, scanning their long codes costs less
AGAIN = 2  # rows of such a scan for each row asked for
LEFT = 0.8  # of the rows that a filter is expected to leave among the best


class DenseIndex:
    """An opened vector index. Safe to read from several threads; its file is memory-mapped, so processes share it."""

    def __init__(self, index: Any) -> None:
        """``index``: an IndexFlatIP, or an IndexRefine as the module's head describes it.

        ``long`` and ``short`` are the FAISS indexes that keep the codes of a compressed one.
        """
        import faiss

        self._whole = index  # owns the others
        self.long: Any = index
        self.short: Any = None
        self._packed: Any = None
        if isinstance(index, faiss.IndexRefine):
            self.long, self.short = faiss.downcast_index(index.refine_index), faiss.downcast_index(index.base_index)
            # In memory, in the order in which registers are filled: an eighth of the file.
            self._packed = faiss.IndexPQFastScan(self.short)
            self._told = LongCodes(self.long, codes_of(self.long))
        else:
            self._exact: Vectors = codes_of(index).view(np.float32).reshape(-1, index.d)

    @classmethod
    def open(cls, file: Path) -> DenseIndex:
        """Raises RuntimeError where FAISS cannot read the file, or it holds another kind of index."""
        import faiss

        try:
            index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except MemoryError as error:  # a length that was damaged
            raise RuntimeError(f"{file.name}: {error}") from error
        if type(index) not in (faiss.IndexFlatIP, faiss.IndexFlat, faiss.IndexRefine):
            raise RuntimeError(f"{file.name}: {type(index).__name__}")
        opened = cls(index)
        for part in (opened.short, opened.long) if opened.short is not None else ():
            if (part.ntotal, part.d) != (len(opened), opened.dimensions):
                raise RuntimeError(f"{file.name}: {part.ntotal} x {part.d}, {len(opened)} x {opened.dimensions}")
        return opened

    def __len__(self) -> int:
        return int(self._whole.ntotal)

    @property
    def dimensions(self) -> int:
        return int(self._whole.d)

    @property
    def is_exact(self) -> bool:
        """Whether every vector stands there as it was added."""
        return self._packed is None

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of ``rows``; exact, or as the long codes tell them. Shape (len(rows), dimensions)."""
        return self._exact[rows] if self.is_exact else self._told.vectors(rows)

    def cosines(self, vector: Vectors, rows: Rows) -> Cosines:
        """The cosine of one vector (shape (1, dimensions)) to each of ``rows``; shape (len(rows),)."""
        if not self.is_exact:
            return self._told.cosines(vector[0], rows)
        result: Cosines = self._exact[rows] @ vector[0]
        return result

    def nearest(self, vector: Vectors, k: int, allowed: Rows | None = None) -> tuple[Rows, Cosines]:
        """The ``k`` nearest rows to one vector (shape (1, dimensions)) among ``allowed``, best first, and their cosines.

        Of a compressed index the order is the one of the long codes; a row is missed where the short codes do not put it
        among the best ``RESCORED`` or ``OVER * k``. Fewer than ``k`` are told only where fewer are allowed.
        """
        one_thread()
        k = min(k, len(self) if allowed is None else len(allowed))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if allowed is not None and len(allowed) <= FEW:
            return self._best(vector, k, allowed)
        if self._packed is None or (allowed is not None and len(allowed) < SCANNED_SHARE * len(self)):
            return self._scanned(vector, k, allowed)
        rows = self._likely(vector, max(RESCORED, OVER * k), allowed)
        return self._scanned(vector, k, allowed) if rows is None else self._best(vector, k, rows)

    def _best(self, vector: Vectors, k: int, rows: Rows) -> tuple[Rows, Cosines]:
        """The best of these rows, equal ones in their own order."""
        cosines = self.cosines(vector, rows)
        best = np.lexsort((rows, -cosines))[:k]
        return rows[best], cosines[best]

    def _likely(self, vector: Vectors, wanted: int, allowed: Rows | None) -> Rows | None:
        """About ``wanted`` allowed rows, those that are best by their short codes; None where the codes cannot tell.

        Fast scan takes no filter, so as many more are asked for as are likely to fall to it. Where many more do, it takes
        away the very rows that the question is about; those that are left are all far, and too much alike for short codes.
        """
        asked = wanted if allowed is None else wanted * len(self) // len(allowed)
        rows: Rows = self._packed.search(vector, min(asked, len(self)))[1][0]
        if allowed is None:
            return rows
        passes = np.zeros(len(self), np.bool_)
        passes[allowed] = True
        rows = rows[passes[rows]]
        return rows if len(rows) >= LEFT * wanted else None

    def _scanned(self, vector: Vectors, k: int, allowed: Rows | None) -> tuple[Rows, Cosines]:
        """By every allowed row's own vector or long code; FAISS does not ask how long the vector of a long code is."""
        import faiss

        chosen = None
        if allowed is not None:
            # One bit a row, looked up while FAISS scans; its other selectors search a set or a list for every row.
            passes = np.zeros(len(self), np.bool_)
            passes[allowed] = True
            chosen = faiss.SearchParameters()
            chosen.sel = faiss.IDSelectorBitmap(np.packbits(passes, bitorder="little"))  # type: ignore[arg-type, call-arg]  # takes arrays
        cosines, rows = self.long.search(vector, k if self.is_exact else AGAIN * k, params=chosen)
        found = rows[0] >= 0
        return (rows[0][found], cosines[0][found]) if self.is_exact else self._best(vector, k, rows[0][found])


def one_thread() -> None:
    """Keep FAISS to this thread: more made a question slower on a laptop's contended cores, never faster.

    To be called in each of Python's threads, as OpenMP keeps the number for each of them.
    """
    import faiss

    faiss.omp_set_num_threads(1)


def codes_of(index: Any) -> Codes:
    """The codes of a FAISS index that keeps one for each row, as they stand in it; shape (rows, bytes)."""
    import faiss

    count, width = index.ntotal, index.code_size
    codes: Codes = faiss.rev_swig_ptr(index.codes.data(), count * width).reshape(count, width)
    return codes
