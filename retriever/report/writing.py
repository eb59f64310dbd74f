"""The report as a file: text, JSON for programs, or an HTML page for people, by the file's suffix."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from embeddings.errors import BaowenError, Language
from retriever.errors import ReportFormatUnknown, ReportUnwritable
from retriever.report.builder import PAGES_IN_FULL, ReportBuilder
from retriever.report.continued import neighbours
from retriever.report.picture import areas
from retriever.report.records import REASONS, FileReport, RebuildReport
from retriever.report.text import broken_off_lines, summary
from retriever.report.words import words

MOST_ROWS = 2000  # of the HTML page's table

Form = Callable[[RebuildReport, Language], Iterable[str]]


@contextlib.contextmanager
def reporting(file: Path | None, language: Language = "zh") -> Iterator[ReportBuilder]:
    """A builder to hand to a rebuild; what it was told is written to ``file`` at the end, also when the rebuild failed.

    Raises ReportFormatUnknown, or ReportUnwritable before anything is rebuilt.
    """
    if file is None:
        yield ReportBuilder()
        return
    form = _FORMS.get(file.suffix.lower())
    if form is None:
        raise ReportFormatUnknown(file=file, suffixes=" ".join(_FORMS))
    aside = file.with_name(f"{file.name}.new")
    builder = ReportBuilder(pages_in_full=PAGES_IN_FULL if form is _html else 0)
    with _unwritable(file):
        aside.write_text("", encoding="utf-8")
    try:
        yield builder
    finally:
        with _unwritable(file):
            # A file name may hold bytes that are no text, and a JSON article half of a surrogate pair.
            with aside.open("w", encoding="utf-8", errors="backslashreplace") as out:
                out.writelines(form(builder.report(), language))
            aside.replace(file)


@contextlib.contextmanager
def _unwritable(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReportUnwritable(file=file, detail=error.strerror or error) from error


def _text(report: RebuildReport, language: Language) -> Iterator[str]:
    return (f"{line}\n" for line in report.lines(language))


def _json(report: RebuildReport, language: Language) -> Iterator[str]:
    """One object; both languages of every problem."""
    numbers = (
        "generation",
        "files",
        "unchanged",
        "articles",
        "made_anew",
        "joined",
        "passages",
        "characters",
        "seconds",
    )
    told = {name: getattr(report, name) for name in (*numbers, "anew", "problem_count")}
    told |= {
        "problems": [_problem_json(problem) for problem in report.problems],
        "pages": [_page_json(page) for page in report.pages],
    }
    yield from json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(told)
    yield "\n"


def _page_json(page: FileReport) -> dict[str, Any]:
    return {
        "file": page.file,
        "state": page.state,
        "articles": page.articles,
        "characters": page.characters,
        "kept": page.kept,
        "dropped": page.dropped,
        "confidence": page.confidence,
        "in_one_piece": page.in_one_piece,
        "joined": page.joined,
        "broken_off": [{"to_page": end.to_page, "is_here": end.is_here} for end in page.broken_off],
        "problem_count": page.problem_count,
        "problems": [_problem_json(problem) for problem in page.problems],
    }


def _problem_json(problem: BaowenError) -> dict[str, str]:
    file = str(problem.facts.get("file", ""))
    return {"kind": type(problem).__name__, "file": file, "zh": problem.message("zh"), "en": problem.message("en")}


def _html(report: RebuildReport, language: Language) -> Iterator[str]:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=PackageLoader("retriever", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["visible"] = visible
    say = words(language)
    return pages.get_template("report.html").generate(
        t=say,
        html_lang={"zh": "zh-Hans", "en": "en"}[language],
        language=language,
        report=report,
        summary=summary(report, say),
        rows=report.pages[:MOST_ROWS],
        unlisted=len(report.pages) - MOST_ROWS,
        place={cut.page.file: n for n, cut in enumerate(report.in_full, start=1)},
        broken_off=list(broken_off_lines(report, say))[:MOST_ROWS],
        areas=areas,
        neighbours=neighbours,
        hue=hue,
        reasons=REASONS,
    )


def hue(article: int) -> int:
    """A hue in degrees, far from those of its neighbours: steps of the golden angle."""
    return round(article * 137.508 + 25) % 360


_UNSEEN = (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0x7F)
_VISIBLE = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"}
_VISIBLE |= dict.fromkeys(_UNSEEN, "▯") | {ord("\r"): ""}


def visible(text: str) -> str:
    """Control and zero-width characters as something to be seen; none can turn the text around them.

    >>> visible("报\\u202e问\\0")
    '报▯问␀'
    """
    return text.translate(_VISIBLE)


_FORMS: dict[str, Form] = {".txt": _text, ".json": _json, ".html": _html}
