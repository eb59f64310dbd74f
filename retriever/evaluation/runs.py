"""A run as a file: JSON, so that next month's run can be compared with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from retriever.errors import BadRun, PathNotFound, ReportUnwritable
from retriever.evaluation.records import FORMAT, Run


def write_run(run: Run, file: Path) -> None:
    """All at once, or not at all. Raises ReportUnwritable."""
    aside = file.with_name(f"{file.name}.new")
    try:
        # Half a surrogate pair, which JSON can spell, may stand in a question.
        with aside.open("w", encoding="utf-8", errors="backslashreplace") as out:
            json.dump(asdict(run), out, ensure_ascii=False, indent=1)
        aside.replace(file)
    except OSError as error:
        raise ReportUnwritable(file=file, detail=error.strerror or error) from error


def read_run(file: Path) -> Run:
    """Raises PathNotFound or BadRun."""
    if not file.is_file():
        raise PathNotFound(path=file)
    try:
        run = TypeAdapter(Run).validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise BadRun(file=file, detail=first) from error
    if run.format != FORMAT:
        raise BadRun(file=file, detail=f"format {run.format}, {FORMAT}")
    return run
