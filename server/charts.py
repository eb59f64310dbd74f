"""How many articles there are of each time and each paper, as bars to be drawn: plain numbers, no markup."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Issues = Sequence[tuple[str | None, str | None, int]]  # paper, ISO day, articles; as Searcher.issues tells them

MOST_BARS = 62  # in one row; beyond, the next longer unit of time
MOST_PAPERS = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """``share`` is 0 to 1 of the highest bar; the days are those that the bar stands for, None for a paper's bar."""

    name: str
    count: int
    share: float
    date_from: str | None = None
    date_to: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars without gaps from the first unit of time to the last; none where no article is dated."""

    bars: tuple[Bar, ...]
    undated: int

    @property
    def most(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.count)


def timeline(issues: Issues) -> Timeline:
    """By day where these are few, else by month, else by year.

    >>> [(bar.name, bar.count) for bar in timeline([("甲", "2022-08-03", 2), (None, "2022-08-05", 1)]).bars]
    [('2022-08-03', 2), ('2022-08-04', 0), ('2022-08-05', 1)]
    >>> [bar.name for bar in timeline([("甲", "2022-11-03", 2), ("甲", "2023-02-01", 1)]).bars]
    ['2022-11', '2022-12', '2023-01', '2023-02']
    """
    counts, undated = Counter[str](), 0
    for _, day, articles in issues:
        if day is None:
            undated += articles
        else:
            counts[day] += articles
    if not counts:
        return Timeline((), undated)
    first, last = date.fromisoformat(min(counts)), date.fromisoformat(max(counts))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if (last - first).days < MOST_BARS:
        return Timeline(_bars(counts, 10, _days(first, last), lambda name: name), undated)
    if months <= MOST_BARS:
        return Timeline(_bars(counts, 7, _months(first, months), _last_of_month), undated)
    years = (f"{year:04}" for year in range(first.year, last.year + 1))
    return Timeline(_bars(counts, 4, years, lambda name: f"{name}-12-31"), undated)


def papers(issues: Issues) -> tuple[tuple[str | None, Bar], ...]:
    """The papers with most articles, most first; None where the paper is not known."""
    counts = Counter[str | None]()
    for source, _, articles in issues:
        counts[source] += articles
    most = max(counts.values(), default=1)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
    return tuple((source, Bar(source or "", count, count / most)) for source, count in ordered[:MOST_PAPERS])


def _bars(counts: Counter[str], length: int, names: Iterable[str], last_day: Callable[[str], str]) -> tuple[Bar, ...]:
    """One bar a name; ``length`` is how much of an ISO day names the unit."""
    by_unit = Counter[str]()
    for day, count in counts.items():
        by_unit[day[:length]] += count
    most = max(by_unit.values())
    return tuple(Bar(name, by_unit[name], by_unit[name] / most, f"{name}-01-01"[:10], last_day(name)) for name in names)


def _days(first: date, last: date) -> Iterator[str]:
    return ((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))


def _months(first: date, count: int) -> Iterator[str]:
    return (f"{(at := first.year * 12 + first.month - 1 + n) // 12:04}-{at % 12 + 1:02}" for n in range(count))


def _last_of_month(name: str) -> str:
    """
    >>> _last_of_month("2024-02")
    '2024-02-29'
    """
    return f"{name}-{monthrange(int(name[:4]), int(name[5:]))[1]}"
