"""What was printed when and by whom, counted once a generation."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from retriever.search import Searcher
from server.charts import Issues

MOST_YEARS = 12  # offered as filters, the latest

_counted: WeakKeyDictionary[Searcher, Issues] = WeakKeyDictionary()


def issues_of(searcher: Searcher) -> Issues:
    """As :meth:`Searcher.issues` tells them."""
    counted = _counted.get(searcher)
    if counted is None:
        counted = _counted[searcher] = searcher.issues()
    return counted


def years_of(searcher: Searcher) -> list[str]:
    """The years in which something was printed, latest first.

    Dates are ISO 8601, so they begin with the year.
    """
    return sorted({day[:4] for _, day, _ in issues_of(searcher) if day}, reverse=True)[:MOST_YEARS]
