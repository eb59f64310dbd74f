"""What a librarian wrote beside the pages: ``pages.csv`` with the columns file, source, date, page."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path

from retriever.corpus.encodings import decode
from retriever.errors import BadRecord

SIDECAR = "pages.csv"
Details = tuple[str | None, str | None, str | None]


def sidecar_details(folder: Path) -> dict[str, Details]:
    """File name → (source, date, page), blank cells as ``None``; an empty table where there is no ``pages.csv``.

    ``folder`` may be a file: then its folder counts. Raises BadRecord for a date that is none.
    """
    path = (folder if folder.is_dir() else folder.parent) / SIDECAR
    if not path.is_file():
        return {}
    rows = csv.DictReader(StringIO(decode(path.read_bytes(), SIDECAR)[0], newline=""))
    found: dict[str, Details] = {}
    for row in rows:
        cells = {
            (key or "").strip().lower(): (value or "").strip() for key, value in row.items() if isinstance(value, str)
        }
        if name := cells.get("file"):
            day = cells.get("date")
            if day and not is_iso_date(day):
                raise BadRecord(file=SIDECAR, line=rows.line_num, detail=f"date={day!r} (YYYY-MM-DD)")
            found[name] = (cells.get("source") or None, day or None, cells.get("page") or None)
    return found


def is_iso_date(text: str) -> bool:
    """
    >>> is_iso_date("2024-06-05"), is_iso_date("2024-6-5")
    (True, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
