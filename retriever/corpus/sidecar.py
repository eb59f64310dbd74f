"""What a librarian wrote beside the pages: ``pages.csv`` (file, source, date, page), ``pages.toml``, or both."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

from retriever.corpus import limits
from retriever.corpus.archives import Archive
from retriever.corpus.content import Content, OnProblem, opened
from retriever.corpus.details import Details, completed, is_iso_date
from retriever.corpus.encodings import decode
from retriever.errors import BadRecord, EmptyFile, UnreadableFile


def sidecar_details(folder: Path, *, on_problem: OnProblem | None = None) -> dict[str, Details]:
    """File name → (source, date, page), blank cells as ``None``; an empty table where nothing was written down.

    ``folder`` may be a file: then its folder counts. Where both sidecars know a file, ``pages.csv`` comes first. What
    is wrong in them goes to ``on_problem`` and the rest counts; without it, raises BadRecord or UnreadableFile.
    """
    home = folder if folder.is_dir() else folder.parent
    found: dict[str, Details] = {}
    for name in SIDECARS:
        if (home / name).is_file():
            try:
                with opened(name, home / name) as content:
                    _add(found, content, name, on_problem or _refuse)
            except OSError as error:
                (on_problem or _refuse)(UnreadableFile(file=name, detail=error.strerror or type(error).__name__))
    return found


def archive_details(archive: Archive, on_problem: OnProblem) -> dict[str, Details]:
    """The same from inside a .zip; the names are as its pages are filed: ``news.zip/001.txt``."""
    found: dict[str, Details] = {}
    for name in SIDECARS:
        if content := archive.beside(name):
            _add(found, content, name, on_problem)
    return {f"{archive.name}/{name}": details for name, details in found.items()}


def _add(found: dict[str, Details], content: Content, name: str, on_problem: OnProblem) -> None:
    try:
        text = decode(content.whole(limits.SIDECAR), content.name)[0]
        for file, details in SIDECARS[name](text, content.name, on_problem).items():
            found[file] = completed(found.get(file, (None, None, None)), details)
    except EmptyFile:
        return
    except UnreadableFile as problem:
        on_problem(problem)


def _refuse(problem: UnreadableFile) -> None:
    raise problem


def _from_csv(text: str, name: str, on_problem: OnProblem) -> dict[str, Details]:
    rows = csv.DictReader(StringIO(text, newline=""))
    found: dict[str, Details] = {}
    try:
        for row in rows:
            cells = {(key or "").strip().lower(): value.strip() for key, value in row.items() if isinstance(value, str)}
            if any(len(cell) > limits.DETAIL_CHARS for cell in cells.values()):  # a quotation mark that never closes
                on_problem(
                    BadRecord(file=name, line=rows.line_num, detail=f"> {limits.DETAIL_CHARS:,} 字 (characters)")
                )
            elif file := cells.get("file"):
                found[file] = _checked(cells, name, rows.line_num, on_problem)
    except csv.Error as error:
        on_problem(BadRecord(file=name, line=rows.line_num, detail=str(error)))
    return found


def _from_toml(text: str, name: str, on_problem: OnProblem) -> dict[str, Details]:
    """A table for each file: ``["001.txt"]``, below it ``source = "周口日报"``, ``date = 2022-08-03``, ``page = 1``."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableFile(file=name, detail=f"TOML: {error}") from error
    found: dict[str, Details] = {}
    for number, (file, table) in enumerate(tables.items(), start=1):
        if isinstance(table, dict):
            cells = {
                str(key).lower(): _plain(value) for key, value in table.items() if isinstance(value, str | int | date)
            }
            found[file] = _checked(cells, name, number, on_problem)
        else:
            on_problem(UnreadableFile(file=name, detail=f'{file}：应写成 ["{file}"] (write a table)'))
    return found


def _plain(value: str | int | date) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _checked(cells: dict[str, str], name: str, line: int, on_problem: OnProblem) -> Details:
    day = cells.get("date")
    if day and not is_iso_date(day):
        on_problem(BadRecord(file=name, line=line, detail=f"date={day!r} (YYYY-MM-DD)"))
        day = None
    return cells.get("source") or None, day or None, cells.get("page") or None


SIDECARS: dict[str, Callable[[str, str, OnProblem], dict[str, Details]]] = {
    "pages.csv": _from_csv,
    "pages.toml": _from_toml,
}
