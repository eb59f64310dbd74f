"""Paper and day of every article as arrays, so that filters and counts are arithmetic and no row is read one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Counts, Facets, Filters

Rows = NDArray[np.int64]
Numbers = NDArray[np.int64]  # of articles
NO_DAY = 0
_LATER_THAN_ALL = 100_000_000  # as a day

_ARRAYS, _SOURCES = ("article_of", "source", "day"), "sources.json"


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry an article, by its number; a passage leads to its article by its row."""

    article_of: NDArray[np.int32]  # of each passage row
    source: NDArray[np.int32]  # into sources; -1 where the paper is not known
    day: NDArray[np.int32]  # 20220803; NO_DAY where it is not known
    sources: tuple[str, ...]  # every paper, in the order of its name

    @classmethod
    def of(cls, articles: Iterable[tuple[str | None, str | None]], passages: NDArray[np.integer]) -> Columns:
        """From paper and ISO date of each article, and how many passages each has; rows stand in the articles' order."""
        told = list(articles)
        sources = sorted({source for source, _ in told if source is not None})
        code = {source: at for at, source in enumerate(sources)}
        return cls(
            article_of=np.repeat(np.arange(len(told), dtype=np.int32), passages),
            source=np.fromiter((-1 if source is None else code[source] for source, _ in told), np.int32, len(told)),
            day=np.fromiter((day_number(day) if day else NO_DAY for _, day in told), np.int32, len(told)),
            sources=tuple(sources),
        )

    @classmethod
    def open(cls, folder: Path) -> Columns:
        """As :meth:`write` left them; in memory, 4 bytes a passage and 8 an article. Raises OSError or ValueError."""
        article_of, source, day = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS)
        return cls(article_of, source, day, tuple(json.loads((folder / _SOURCES).read_text(encoding="utf-8"))))

    def write(self, folder: Path) -> None:
        """Into a folder of their own."""
        folder.mkdir()
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        (folder / _SOURCES).write_text(json.dumps(self.sources, ensure_ascii=False), encoding="utf-8")

    def same_as(self, other: Columns) -> bool:
        """Whether both say the same of the same articles."""
        return self.sources == other.sources and all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in _ARRAYS
        )

    def passing(self, filters: Filters) -> NDArray[np.bool_]:
        """Whether each article passes; one without a date passes no date filter, one without a paper no paper filter."""
        passes = np.ones(len(self.day), np.bool_)
        if filters.sources:
            passes &= np.isin(self.source, [at for at, name in enumerate(self.sources) if name in filters.sources])
        if filters.date_from or filters.date_to:
            passes &= self.day != NO_DAY
        if filters.date_from:
            passes &= self.day >= day_number(filters.date_from)
        if filters.date_to:
            passes &= self.day <= day_number(filters.date_to)
        return passes

    def newest(self, filters: Filters, first: int, most: int) -> Numbers:
        """The articles that pass, newest first, undated last, those of one day in their order; ``most`` at most from ``first`` on."""
        numbers = np.flatnonzero(self.passing(filters))
        if first >= len(numbers):
            return np.empty(0, np.int64)
        # One number that orders them so: only as many are put in order as are to be seen.
        keys = (_LATER_THAN_ALL - self.day[numbers].astype(np.int64)) * len(self.day) + numbers
        seen = min(first + most, len(keys))
        return np.sort(np.partition(keys, seen - 1)[:seen])[first:] % len(self.day)

    def issues(self) -> tuple[tuple[str | None, str | None, int], ...]:
        """Paper, day and number of articles of every issue, oldest first, undated last."""
        found, counts = np.unique(self._issue_of(np.arange(len(self.day))), return_counts=True)
        issues = [
            (self.sources[paper - 1] if paper else None, iso_day(day), count)
            for paper, day, count in zip(
                *map(np.ndarray.tolist, (*np.divmod(found, _LATER_THAN_ALL), counts)), strict=True
            )
        ]
        return tuple(sorted(issues, key=lambda issue: (issue[1] is None, issue[1] or "", issue[0] or "")))

    def _issue_of(self, articles: Numbers) -> Numbers:
        """Paper and day of each as one number; no paper is 0."""
        return (self.source[articles].astype(np.int64) + 1) * _LATER_THAN_ALL + self.day[articles]

    def papers(self) -> tuple[tuple[str | None, int], ...]:
        """Every paper and how many articles it has, most first."""
        counts = np.bincount(self.source + 1, minlength=1).tolist()
        papers = [(paper, count) for paper, count in zip((None, *self.sources), counts, strict=False) if count]
        return tuple(sorted(papers, key=lambda paper: (-paper[1], paper[0] is not None, paper[0] or "")))

    def how_many(self, filters: Filters) -> int:
        """The number of articles that pass."""
        return int(self.passing(filters).sum())

    def rows(self, filters: Filters) -> Rows:
        """The rows of every passage whose article passes, ascending."""
        return np.flatnonzero(self.passing(filters)[self.article_of])

    def articles_of(self, rows: NDArray[np.integer]) -> Numbers:
        """The numbers of the articles that the passages of ``rows`` stand in, each once, ascending."""
        return np.unique(self.article_of[rows]).astype(np.int64)

    def facets(self, articles: Numbers) -> Facets:
        """How many of the articles each paper and each year has, most first."""
        known = self.source[articles]
        papers = _counted(known[known >= 0])
        days = self.day[articles]
        years = _counted(days[days != NO_DAY] // 10_000)
        by_name = sorted(((self.sources[code], count) for code, count in papers), key=lambda item: (-item[1], item[0]))
        return Facets(tuple(by_name), tuple((f"{year:04}", count) for year, count in years))

    def counts(self, articles: Numbers) -> Counts:
        """The articles, the issues in which they were printed, and the passages of which they consist."""
        dated = articles[self.day[articles] != NO_DAY]
        issues = np.unique(self._issue_of(dated))
        chosen = np.zeros(len(self.day), np.bool_)
        chosen[articles] = True
        return Counts(articles=len(articles), issues=len(issues), passages=int(chosen[self.article_of].sum()))

    def years(self) -> tuple[int, ...]:
        """The years in which an article was printed, latest first."""
        return tuple(int(year) for year in np.unique(self.day[self.day != NO_DAY] // 10_000)[::-1])


def day_number(iso: str) -> int:
    """A day as one number that orders as days do.

    >>> day_number("2022-08-03")
    20220803
    """
    return int(iso.replace("-", ""))


def iso_day(number: int) -> str | None:
    """The other way round.

    >>> iso_day(20220803), iso_day(NO_DAY)
    ('2022-08-03', None)
    """
    return None if number == NO_DAY else f"{number // 10_000:04}-{number // 100 % 100:02}-{number % 100:02}"


def _counted(values: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Each value with how often it stands there, most first, equally many by value."""
    found, counts = np.unique(values, return_counts=True)
    return [(int(found[i]), int(counts[i])) for i in np.lexsort((found, -counts))]
