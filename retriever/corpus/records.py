"""Ready-made articles: one a line in JSON lines, one a row in CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

from retriever.corpus.encodings import decode
from retriever.corpus.sidecar import is_iso_date
from retriever.domain import Article, ArticleInfo, OffsetMap, article_id
from retriever.errors import BadRecord, UnreadableFile

OnProblem = Callable[[UnreadableFile], None]

_DETAILS = ("id", "title", "subtitle", "source", "date", "page", "author", "url")
# Far beyond any article; a longer line is a damaged or hostile file.
_LONGEST_LINE_BYTES = 32 << 20
_BLANK_BYTES = b"\xef\xbb\xbf \t\r\n"
_KEPT = re.compile("[^\r]+|\r(?!\n)")


def from_json_lines(lines: BinaryIO, file: str, on_problem: OnProblem) -> Iterator[Article]:
    """An article for each line that holds one; the others go to ``on_problem``. Blank lines are passed over."""
    number = 0
    while line := lines.readline(_LONGEST_LINE_BYTES):
        number += 1
        if not line.strip(_BLANK_BYTES):
            continue
        try:
            if len(line) == _LONGEST_LINE_BYTES:
                _skip_line(lines)
                raise ValueError(f"> {_LONGEST_LINE_BYTES} bytes")
            yield _article(_json_object(line, file), file)
        except (ValueError, RecursionError, UnreadableFile) as error:
            on_problem(BadRecord(file=file, line=number, detail=str(error)))


def _skip_line(lines: BinaryIO) -> None:
    while (rest := lines.readline(_LONGEST_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def from_csv(lines: Iterable[str], file: str, on_problem: OnProblem) -> Iterator[Article]:
    """An article for each row; the first row names the columns."""
    rows = csv.DictReader(lines)
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return
            named = {(key or "").strip().lstrip("\ufeff").lower(): value for key, value in row.items() if key}
            yield _article({key: value for key, value in named.items() if value}, file)
        except (ValueError, csv.Error) as error:
            on_problem(BadRecord(file=file, line=rows.line_num, detail=str(error)))


def _json_object(line: bytes, file: str) -> Mapping[str, object]:
    record = json.loads(decode(line, file)[0])
    if not isinstance(record, dict):
        raise ValueError(f"{type(record).__name__}, not an object")
    return record


def _article(record: Mapping[str, object], file: str) -> Article:
    """Raises ValueError where the record is no article."""
    raw = record.get("text")
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("no text")
    text, offsets = _with_plain_line_breaks(raw)
    details = {key: _detail(record, key) for key in _DETAILS}
    day = details["date"]
    if day is not None and not is_iso_date(day):
        raise ValueError(f"date={day!r} (YYYY-MM-DD)")
    info = ArticleInfo(
        id=details["id"] or article_id(file, text),
        file=file,
        title=details["title"],
        subtitle=details["subtitle"],
        source=details["source"],
        date=day,
        page=details["page"],
        author=details["author"],
        url=details["url"],
    )
    return Article(info, text, (0, len(raw)), offsets)


def _detail(record: Mapping[str, object], key: str) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{key} is {type(value).__name__}, not text")
    return str(value).strip() or None


def _with_plain_line_breaks(raw: str) -> tuple[str, OffsetMap]:
    """``\\r\\n`` becomes ``\\n`` by leaving out the ``\\r``; nothing else is touched."""
    runs: list[tuple[int, int, int]] = []
    pieces: list[str] = []
    at = 0
    for kept in _KEPT.finditer(raw):
        start, end = kept.span()
        if runs and runs[-1][1] + runs[-1][2] == start:
            runs[-1] = runs[-1][0], runs[-1][1], runs[-1][2] + end - start
        else:
            runs.append((at, start, end - start))
        pieces.append(kept[0])
        at += end - start
    return "".join(pieces), OffsetMap(tuple(runs))
