"""The files to be read, each with what it is recognised by: name, content, and what else decides what is found in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retriever import corpus
from retriever.rebuild import fingerprints
from retriever.rebuild.reading import Details, HowToRead

_AT_ONCE = 1 << 20
Stamp = tuple[int, int]  # size, time of the last change in nanoseconds


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and its place among all that are given."""

    number: int
    file: corpus.SourceFile
    content: bytes  # SHA-256; empty where it could not be read
    read_as: bytes
    stamp: Stamp

    @property
    def size(self) -> int:
        """In bytes."""
        return self.stamp[0]

    def is_as_it_was(self) -> bool:
        """Whether nobody has written to it since its content was taken."""
        return bool(self.content) and _stamp(self.file.path) == self.stamp


def survey(
    files: Sequence[corpus.SourceFile], how: HowToRead, details: Details, tell: Callable[[int, int], None]
) -> Iterator[Source]:
    """Every file with its digests; ``tell`` is told how many bytes of how many were looked at."""
    lines, seen = _lines_of(files, details), 0
    total = sum(_stamp(file.path)[0] for file in files)
    for number, file in enumerate(files):
        stamp = _stamp(file.path)
        yield Source(number, file, _content(file.path), _read_as(how, lines.get(file.name, ())), stamp)
        seen += stamp[0]
        tell(seen, total)


def _lines_of(files: Sequence[corpus.SourceFile], details: Details) -> Mapping[str, Sequence[object]]:
    """File → what its sidecar says of it, of its pages (``a.pdf#2``) or of what is packed in it (``a.zip/001.txt``)."""
    if not details:
        return {}
    names = {file.name for file in files}
    lines: dict[str, list[object]] = {}
    for named, told in sorted(details.items()):
        beginnings = (named[:at] for at in range(1, len(named)) if named[at] in "#/")
        for name in names.intersection((named, *beginnings)):
            lines.setdefault(name, []).append((named, told))
    return lines


def _read_as(how: HowToRead, lines: Sequence[object]) -> bytes:
    said = repr((how.file_names, how.ocr, list(lines))).encode()
    return hashlib.sha256(fingerprints.reading() + said).digest()


def _content(path: Path) -> bytes:
    digest = hashlib.sha256()
    try:
        if not path.is_file():  # a pipe would be waited for
            return b""
        with path.open("rb") as opened:
            while piece := opened.read(_AT_ONCE):
                digest.update(piece)
    except OSError:
        return b""  # reading it says why
    return digest.digest()


def _stamp(path: Path) -> Stamp:
    try:
        told = path.stat()
    except OSError:
        return 0, 0
    return told.st_size, told.st_mtime_ns
