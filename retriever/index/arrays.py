"""Arrays on disk: ``.npy`` files, written piece by piece, read mapped and never unpickled."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


class ArrayWriter:
    """One ``.npy`` file of one dimension whose length shows only when all of it is written: a context manager."""

    def __init__(self, file: Path, dtype: type[np.generic]) -> None:
        self._dtype, self._length = np.dtype(dtype), 0
        self._file = file.open("wb")
        self._write_header()

    def _write_header(self) -> None:
        # numpy leaves room for any length: the header of an array that has grown takes as many bytes.
        shape = {"descr": npy.dtype_to_descr(self._dtype), "fortran_order": False, "shape": (self._length,)}
        npy.write_array_header_1_0(self._file, shape)

    def add(self, values: NDArray[Any]) -> None:
        self._file.write(np.ascontiguousarray(values, self._dtype).data)
        self._length += len(values)

    def __len__(self) -> int:
        return self._length

    def __enter__(self) -> ArrayWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if kind is None:
                self._file.seek(0)
                self._write_header()


def load(folder: Path, name: str) -> NDArray[Any]:
    """The mapped array ``name`` of ``folder``. Raises OSError or ValueError where it is missing or no array."""
    # A plain view: numpy's memmap class costs microseconds with every slice.
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
