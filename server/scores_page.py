"""A measured run as a page: figures, calibration, and every question that went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embeddings.errors import Language
from retriever.errors import ReportUnwritable
from retriever.evaluation.comparing import TOLD, Comparison
from retriever.evaluation.records import Row, Run, SetResult
from server.languages import HTML_LANG
from server.messages import texts
from server.messages.evaluation import SCORES
from server.scores import comparison_lines, heading, outcome, percent, split_groups

MOST_WRONG = 500  # questions listed for each set


def write_page(run: Run, comparison: Comparison | None, file: Path, language: Language, *, picture: str | None) -> None:
    """One HTML file that loads nothing but ``picture`` beside it. Raises ReportUnwritable."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    say = texts(SCORES, language)
    pages = Environment(loader=PackageLoader("server"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    compared = list(comparison_lines(comparison, "", language))[1:] if comparison else []
    page = pages.get_template("scores.html").render(
        t=say,
        html_lang=HTML_LANG[language],
        heading=heading(run, say),
        run=run,
        split_groups=split_groups,
        percent=percent,
        outcome=lambda row: outcome(row, say),
        wrong=wrong,
        most=MOST_WRONG,
        picture=picture,
        compared=compared,
    )
    try:
        file.write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ReportUnwritable(file=file, detail=error.strerror or error) from error


def wrong(result: SetResult) -> Sequence[Row]:
    """The questions with a figure of those told one by one that is 0."""
    return [row for row in result.rows if any(row.values.get(name) == 0 for name in TOLD)]
