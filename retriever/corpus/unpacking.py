"""Streams out of .gz and .xz that stop before they fill the machine."""

from __future__ import annotations

import gzip
import lzma
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Protocol

from retriever.corpus import limits
from retriever.corpus.content import Budget, Content

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECE_BYTES = 1 << 16


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Measured(RawIOBase):
    """Hands on what is unpacked and draws it from the budget. Raises UnreadableFile where that ends."""

    def __init__(self, name: str, unpacked: _Readable, budget: Budget) -> None:
        super().__init__()
        self._name, self._unpacked, self._budget = name, unpacked, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._unpacked.read(len(view))
        view[: len(data)] = data
        self._budget.spend(len(data), self._name)
        return len(data)


def gunzipped(packed: Content) -> Content:
    """Raises OSError (gzip.BadGzipFile), EOFError, zlib.error when read."""
    return measured(packed.name, gzip.GzipFile(fileobj=packed.stream, mode="rb"), packed.size, packed.budget)


def unxzed(packed: Content) -> Content:
    """Raises LZMAError, EOFError when read."""
    return measured(packed.name, _Xz(packed.stream), packed.size, packed.budget)


def measured(name: str, unpacked: _Readable, size: int, budget: Budget) -> Content:
    return Content(name, BufferedReader(Measured(name, unpacked, budget), _PIECE_BYTES), size, budget)


class _Xz:
    """``lzma.open`` with a bound on memory, which a hostile header could set to gigabytes. Raises LZMAError, EOFError."""

    def __init__(self, packed: _Readable) -> None:
        self._packed = packed
        self._unpack: lzma.LZMADecompressor | None = None
        self._rest = b""  # of the packed bytes, behind the stream that ended

    def read(self, size: int, /) -> bytes:
        while True:
            if self._unpack is None:
                opening = self._opening()
                if not opening:
                    return b""
                self._unpack = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=limits.XZ_MEMORY)
                data = self._unpack.decompress(opening, size)
            else:
                packed = self._packed.read(_PIECE_BYTES) if self._unpack.needs_input else b""
                if self._unpack.needs_input and not packed:
                    raise EOFError("Compressed file ended before the end-of-stream marker was reached")
                data = self._unpack.decompress(packed, size)
            if self._unpack.eof:
                self._rest, self._unpack = self._unpack.unused_data, None
            if data:
                return data

    def _opening(self) -> bytes:
        """The first bytes of the next stream; zeros between streams are padding."""
        while True:
            packed = self._rest or self._packed.read(_PIECE_BYTES)
            self._rest = b""
            if not packed or (packed := packed.lstrip(b"\0")):
                return packed
