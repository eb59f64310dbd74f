"""What a reader is given: a name and an open stream, from a folder or out of an archive alike."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path

from retriever.corpus import limits
from retriever.errors import UnreadableFile

OnProblem = Callable[[UnreadableFile], None]

_SPECIAL = (
    (stat.S_ISDIR, "是文件夹 (a folder)"),
    (stat.S_ISFIFO, "是管道，不是文件 (a pipe, not a file)"),
    (stat.S_ISSOCK, "是套接字，不是文件 (a socket, not a file)"),
    (stat.S_ISCHR, "是设备，不是文件 (a device, not a file)"),
    (stat.S_ISBLK, "是设备，不是文件 (a device, not a file)"),
)


class Budget:
    """How many bytes may still be unpacked, at any depth, out of one file on disk."""

    def __init__(self, packed: int) -> None:
        self.bytes = min(limits.UNPACKED, max(limits.RATIO_FREE, packed * limits.RATIO))
        self._left = self.bytes

    def spend(self, unpacked: int, file: str) -> None:
        """Raises UnreadableFile when nothing is left."""
        self._left -= unpacked
        if self._left < 0:
            size = self.bytes // limits.MIB
            raise UnreadableFile(
                file=file,
                detail=f"解压后超过 {size} MiB，像是压缩炸弹 (unpacks to more than {size} MiB: it looks like a zip bomb)",
            )


@dataclass(frozen=True, slots=True)
class Content:
    """One file's bytes, not read yet. ``name`` is what its pages are filed under; ``size`` is in bytes, as promised."""

    name: str
    stream: BufferedReader
    size: int
    budget: Budget

    @classmethod
    def of(cls, name: str, data: bytes) -> Content:
        """Bytes that are in memory already."""
        return cls(name, BufferedReader(BytesIO(data)), len(data), Budget(len(data)))

    def whole(self, limit: int) -> bytes:
        """All of it. Raises UnreadableFile beyond ``limit`` bytes, whatever size was promised."""
        if self.size > limit:
            raise limits.over_limit(self.name, limit)
        data = self.stream.read(limit + 1)
        if len(data) > limit:
            raise limits.over_limit(self.name, limit)
        return data


@dataclass(frozen=True, slots=True)
class Wish:
    """How to read: where problems of a part go, and whether scans are to be recognised (slow, needs tesseract)."""

    on_problem: OnProblem
    ocr: bool = False


@contextlib.contextmanager
def opened(name: str, path: Path) -> Iterator[Content]:
    """Raises UnreadableFile for what is no plain file (it is not opened: a pipe would wait for ever) or is too large."""
    if what := not_a_file(path):
        raise UnreadableFile(file=name, detail=what)
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > limits.FILE:
            raise limits.over_limit(name, limits.FILE)
        yield Content(name, stream, size, Budget(size))


def not_a_file(path: Path) -> str | None:
    """What a path leads to where it is no plain file, in both languages. Raises OSError where it leads nowhere."""
    mode = path.stat().st_mode
    return next((what for is_one, what in _SPECIAL if is_one(mode)), None)


def legible(name: str) -> str:
    """A file name that is valid Unicode: bytes that are no UTF-8 are read as GB18030, or spelled out.

    >>> legible("新闻.txt".encode("gbk").decode("utf-8", "surrogateescape"))
    '新闻.txt'
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        return legible_bytes(name.encode("utf-8", "surrogateescape"))
    return name


def legible_bytes(name: bytes) -> str:
    """
    >>> legible_bytes(b"a\\xff.txt")
    'a\\\\xff.txt'
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", "backslashreplace")
