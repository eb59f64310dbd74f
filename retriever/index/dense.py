"""The vector index: FAISS, inner product of unit vectors, so that the score is the cosine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors

Rows = NDArray[np.int64]


def write_dense(file: Path, vectors: Vectors) -> None:
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, np.float32))
    faiss.write_index(index, str(file))


class DenseIndex:
    """An opened vector index. Safe to read from several threads."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def open(cls, file: Path) -> DenseIndex:
        """Raises RuntimeError where FAISS cannot read the file."""
        import faiss

        # More threads made a question slower on a laptop's contended cores, never faster.
        faiss.omp_set_num_threads(1)
        return cls(faiss.read_index(str(file)))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        return int(self._index.d)

    def nearest(self, vector: Vectors, k: int, allowed: Rows | None = None) -> tuple[Rows, NDArray[np.float32]]:
        """The ``k`` nearest rows to one vector (shape (1, dimensions)) among ``allowed``, best first, and their cosines."""
        import faiss

        k = min(k, len(self) if allowed is None else len(allowed))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        chosen = None
        if allowed is not None:
            # One bit a row, looked up while FAISS scans; its other selectors search a set or a list for every row.
            passes = np.zeros(len(self), np.bool_)
            passes[allowed] = True
            chosen = faiss.SearchParameters()
            chosen.sel = faiss.IDSelectorBitmap(np.packbits(passes, bitorder="little"))  # type: ignore[arg-type, call-arg]  # takes arrays
        cosines, rows = self._index.search(vector, k, params=chosen)
        found = rows[0] >= 0
        return rows[0][found], cosines[0][found]

    def cosines(self, vector: Vectors, rows: Rows) -> NDArray[np.float32]:
        """The cosine of one vector to each of ``rows``; shape (len(rows),)."""
        if not len(rows):
            return np.empty(0, np.float32)
        result: NDArray[np.float32] = self._index.reconstruct_batch(rows) @ vector[0]
        return result
