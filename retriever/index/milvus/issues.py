"""Papers and days of a generation in Milvus, counted when it was published: some ten bytes an issue in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from retriever.domain import Filters

Issue = tuple[str | None, str | None, int]  # paper, day, articles


class Bucket(NamedTuple):
    """The articles of one day; None: not known."""

    day: str | None
    articles: int


class Issues:
    """Every paper's every day, oldest first, undated last."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.all = tuple(issues)
        self.sources: tuple[str, ...] = tuple(sorted({source for source, _, _ in issues if source is not None}))

    def years(self) -> tuple[int, ...]:
        """The years in which an article was printed, latest first."""
        return tuple(sorted({int(day[:4]) for _, day, _ in self.all if day}, reverse=True))

    def how_many(self, filters: Filters) -> int:
        """The number of articles that pass."""
        return sum(count for _, _, count in self._passing(filters))

    def days(self, filters: Filters) -> list[Bucket]:
        """The articles that pass by their days, newest first, undated last."""
        counted: Counter[str | None] = Counter()
        for _, day, count in self._passing(filters):
            counted[day] += count
        dated = sorted((day for day in counted if day), reverse=True)
        return [Bucket(day, counted[day]) for day in (*dated, None) if counted[day]]

    def by_source(self) -> tuple[tuple[str | None, int], ...]:
        """Every paper and how many articles it has, most first."""
        counted: Counter[str | None] = Counter()
        for source, _, count in self.all:
            counted[source] += count
        return tuple(sorted(counted.items(), key=lambda paper: (-paper[1], paper[0] is not None, paper[0] or "")))

    def _passing(self, filters: Filters) -> Iterator[Issue]:
        for issue in self.all:
            source, day, _ = issue
            if filters.sources and source not in filters.sources:
                continue
            if (filters.date_from or filters.date_to) and not day:
                continue
            if (filters.date_from or "") <= (day or "") <= (filters.date_to or "9999-99-99"):
                yield issue
