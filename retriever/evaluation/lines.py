"""Lines of files from strangers, each error naming its file and line."""

from __future__ import annotations

import contextlib
import gzip
import json
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from retriever.errors import BadQuestion, PathNotFound, UnreadableFile

Record = dict[str, Any]

OPENERS: dict[str, Callable[..., IO[Any]]] = {".gz": gzip.open, ".xz": lzma.open}


def text_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Every line that is not blank and its number, 1-based. Raises PathNotFound, BadQuestion or UnreadableFile."""
    if not file.is_file():
        raise PathNotFound(path=file)
    line = 0
    try:
        with OPENERS.get(file.suffix, open)(file, "rt", encoding="utf-8-sig") as lines:
            for line, written in enumerate(lines, start=1):
                if written.strip():
                    yield line, written.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadQuestion(file=file, line=line + 1, detail=f"不是 UTF-8 (not UTF-8): {error.reason}") from error
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise UnreadableFile(file=file, detail=error) from error


def json_records(file: Path) -> Iterator[tuple[int, Record]]:
    """Every JSON object and its line. Raises as text_lines does."""
    for line, written in text_lines(file):
        with at_line(file, line):
            record = _json_object(written)
        yield line, record


@contextlib.contextmanager
def at_line(file: Path, line: int) -> Iterator[None]:
    """What is found wrong inside is told with its place: ValueError becomes BadQuestion."""
    try:
        yield
    except ValueError as error:
        raise BadQuestion(file=file, line=line, detail=error) from error


def _json_object(written: str) -> Record:
    try:
        record = json.loads(written)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"不是 JSON (not JSON): {error}") from error
    if not isinstance(record, dict):
        raise ValueError("不是 JSON 对象 (not a JSON object)")
    return record
