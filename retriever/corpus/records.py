"""Ready-made articles: one a line in JSON lines, one a row in CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from retriever.corpus import limits
from retriever.corpus.content import OnProblem
from retriever.corpus.details import is_iso_date
from retriever.corpus.encodings import decode
from retriever.domain import Article, ArticleInfo, OffsetMap, article_id
from retriever.errors import BadRecord, EmptyFile, UnreadableFile

_DETAILS = ("id", "title", "subtitle", "source", "date", "page", "author", "url")
_BLANK_BYTES = b"\xef\xbb\xbf \t\r\n"
_LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# Halves of a character that JSON can spell (\\ud83d) and neither UTF-8 nor the article store can hold; and NUL.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_KEPT = re.compile("[^\r]+|\r(?!\n)")


def from_json_lines(lines: BinaryIO, file: str, on_problem: OnProblem) -> Iterator[Article]:
    """An article for each line that holds one; the others go to ``on_problem``. Blank lines are passed over.

    Raises EmptyFile where all are blank, UnreadableFile after too many bad ones.
    """
    bad = _BadRecords(file, on_problem)
    number = met = 0
    while line := lines.readline(limits.LINE):
        number += 1
        if not line.strip(_BLANK_BYTES):
            continue
        met += 1
        try:
            if len(line) == limits.LINE and not line.endswith(b"\n"):
                _skip_line(lines)
                raise ValueError(f"超过 {limits.LINE // limits.MIB} MiB (longer than {limits.LINE // limits.MIB} MiB)")
            told = decode(line, file)[0]
            yield _article(_json_object(told), file, is_spelled="\\u" in told)
        except RecursionError:
            bad.tell(number, "嵌套太深 (nested too deeply)")
        except (ValueError, UnreadableFile) as error:
            bad.tell(number, str(error))
    if not met:
        raise EmptyFile(file=file)


def _skip_line(lines: BinaryIO) -> None:
    while (rest := lines.readline(limits.LINE)) and not rest.endswith(b"\n"):
        pass


def from_csv(text: str, file: str, on_problem: OnProblem) -> Iterator[Article]:
    """An article for each row; the first row names the columns, one of them "text". Raises UnreadableFile."""
    csv.field_size_limit(limits.RECORD_CHARS)  # 131,072 by default: too short for a serialised novel
    bad = _BadRecords(file, on_problem)
    rows = csv.DictReader(line[0] for line in _LINE.finditer(text))
    try:
        if "text" not in map(_column, rows.fieldnames or ()):
            raise UnreadableFile(file=file, detail="第一行里没有 text 这一列 (its first row names no column “text”)")
        for row in rows:
            named = {_column(key): value for key, value in row.items() if key}
            try:
                article = _article({key: value for key, value in named.items() if value}, file)
            except ValueError as error:
                bad.tell(rows.line_num, str(error))
            else:
                yield article
    except csv.Error as error:
        # Most likely a quotation mark that never closes: what follows could not be told apart.
        detail = f"{error}；其后的内容未读 (the rest was not read)"
        on_problem(BadRecord(file=file, line=rows.line_num, detail=detail))


def _column(name: str | None) -> str:
    return (name or "").strip().lstrip("\ufeff").lower()


class _BadRecords:
    """Tells each, and gives a file up after many: it is no article file, and a list of a million lines helps nobody."""

    def __init__(self, file: str, on_problem: OnProblem) -> None:
        self._file, self._on_problem = file, on_problem
        self._told = 0

    def tell(self, line: int, detail: str) -> None:
        self._on_problem(BadRecord(file=self._file, line=line, detail=detail))
        self._told += 1
        if self._told >= limits.BAD_RECORDS:
            detail = f"坏行已有 {self._told} 行，其余未读 ({self._told} bad lines: the rest was not read)"
            raise UnreadableFile(file=self._file, detail=detail)


def _json_object(line: str) -> Mapping[str, object]:
    record = json.loads(line)
    if not isinstance(record, dict):
        raise ValueError(f"{type(record).__name__}, not an object")
    return record


def _article(record: Mapping[str, object], file: str, *, is_spelled: bool = True) -> Article:
    """Raises ValueError where the record is no article. ``is_spelled``: some character of it may be written as JSON's \\uXXXX."""
    raw = record.get("text")
    if not isinstance(raw, str) or not raw or raw.isspace():
        raise ValueError("no text")
    check = _refuse_unstorable if is_spelled else _accept  # no decoder lets one through
    check(raw, "text")
    text, offsets = _with_plain_line_breaks(raw)
    details = {key: _detail(record[key], key, check) for key in _DETAILS if key in record}
    day = details.get("date")
    if day is not None and not is_iso_date(day):
        raise ValueError(f"date={day!r} (YYYY-MM-DD)")
    info = ArticleInfo(
        id=details.get("id") or article_id(file, text),
        file=file,
        title=details.get("title"),
        subtitle=details.get("subtitle"),
        source=details.get("source"),
        date=day,
        page=details.get("page"),
        author=details.get("author"),
        url=details.get("url"),
    )
    return Article(info, text, (0, len(raw)), offsets)


def _detail(value: object, key: str, check: Callable[[str, str], None]) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{key} is {type(value).__name__}, not text")
    text = str(value).strip()
    if len(text) > limits.DETAIL_CHARS:
        raise ValueError(f"{key}: > {limits.DETAIL_CHARS} 字 (characters)")
    check(text, key)
    return text or None


def _accept(text: str, key: str) -> None:
    pass


def _refuse_unstorable(text: str, key: str) -> None:
    if found := _UNSTORABLE.search(text):
        raise ValueError(f"{key}：含有无效字符 (an invalid character) U+{ord(found[0]):04X}")


def _with_plain_line_breaks(raw: str) -> tuple[str, OffsetMap]:
    """``\\r\\n`` becomes ``\\n`` by leaving out the ``\\r``; nothing else is touched."""
    if "\r" not in raw:
        return raw, OffsetMap(((0, 0, len(raw)),))
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
