"""One reader a format: a new one is a function and a row."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable, Iterator
from io import StringIO
from typing import BinaryIO, cast

from retriever.corpus.encodings import decode
from retriever.corpus.files import SourceFile
from retriever.corpus.formats import READABLE, suffix_of
from retriever.corpus.markup import text_of_html
from retriever.corpus.records import OnProblem, from_csv, from_json_lines
from retriever.domain import Article, Page
from retriever.errors import BinaryFile, EmptyFile, UnreadableFile

__all__ = ["READABLE", "read"]

_OPENING_BYTES = 4096

Reader = Callable[[SourceFile, OnProblem], Iterator[Page | Article]]


def read(file: SourceFile, *, on_problem: OnProblem) -> Iterator[Page | Article]:
    """The pages (to be cut) or the articles (ready-made) in one file.

    Raises EmptyFile, BinaryFile, UnreadableFile for a file as a whole; a single bad record goes to ``on_problem``.
    """
    suffix = suffix_of(file.name) or suffix_of(file.path.name)
    if suffix is None:
        raise UnreadableFile(file=file.name, detail=" ".join(sorted(READABLE)))
    try:
        yield from _READERS[suffix](file, on_problem)
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise UnreadableFile(file=file.name, detail=str(error)) from error


def _plain_page(file: SourceFile, on_problem: OnProblem) -> Iterator[Page]:
    text, encoding = decode(file.path.read_bytes(), file.name)
    # Old Macs ended lines with a lone \r: one character for one, so that no position moves.
    yield Page(file.name, text if "\n" in text else text.replace("\r", "\n"), encoding)


def _web_page(file: SourceFile, on_problem: OnProblem) -> Iterator[Page]:
    markup, encoding = decode(file.path.read_bytes(), file.name)
    text = text_of_html(markup)
    if not text:
        raise EmptyFile(file=file.name)
    yield Page(file.name, text, encoding)


def _json_lines(file: SourceFile, on_problem: OnProblem) -> Iterator[Article]:
    with file.path.open("rb") as lines:
        yield from _records(lines, file.name, on_problem)


def _gzip_json_lines(file: SourceFile, on_problem: OnProblem) -> Iterator[Article]:
    with gzip.open(file.path, "rb") as lines:
        yield from _records(cast(BinaryIO, lines), file.name, on_problem)


def _xz_json_lines(file: SourceFile, on_problem: OnProblem) -> Iterator[Article]:
    with lzma.open(file.path, "rb") as lines:
        yield from _records(cast(BinaryIO, lines), file.name, on_problem)


def _records(lines: BinaryIO, name: str, on_problem: OnProblem) -> Iterator[Article]:
    opening = lines.read(_OPENING_BYTES)
    if not opening.strip():
        raise EmptyFile(file=name)
    if b"\0" in opening:
        raise BinaryFile(file=name)
    lines.seek(0)
    yield from from_json_lines(lines, name, on_problem)


def _table(file: SourceFile, on_problem: OnProblem) -> Iterator[Article]:
    text, _ = decode(file.path.read_bytes(), file.name)
    yield from from_csv(StringIO(text, newline=""), file.name, on_problem)


_READERS: dict[str, Reader] = {
    ".txt": _plain_page,
    ".md": _plain_page,
    ".html": _web_page,
    ".htm": _web_page,
    ".jsonl": _json_lines,
    ".jsonl.gz": _gzip_json_lines,
    ".jsonl.xz": _xz_json_lines,
    ".csv": _table,
}
