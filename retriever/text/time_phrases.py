"""Times that a question names, 去年8月 or 最近一周, as the first and last day that they mean on a given today.

What has no definite days (近年来, 最近, 3点) and bare lengths of time (三年, 两小时) are passed over; so are lunar days but
those around the new year, and what ends at a time without a beginning (8月以前). A form counts only where it begins and
ends between words: 上周 in 上周口 is none, nor is 今年 in 今年轻人.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from retriever.text import dates
from retriever.text.dates import Days
from retriever.text.folding import fold_with_origins
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.time_forms import DAY, DAYS_OF_WEEK, TO, WEEK, Found, dated, latest, number, recurring


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """``text[start:end] == phrase``, and the days from ``first`` to ``last`` that it means, both included.

    ``recurring`` phrases name no year (8月3日, 国庆期间); the days are then the latest that had begun by today.
    """

    phrase: str
    start: int
    end: int
    first: date
    last: date
    recurring: bool = False


_BEFORE = re.compile(r"(?:之|以)?前(?!后|夕)")
_SINCE = re.compile(r"(?:以来|以后|之后|后(?!半)|至今|到现在)")
_JOIN = re.compile(TO)
_JOINED_DAY = re.compile(rf"{TO}(?P<day>{DAY})[日号]")
_JOINED_WEEKDAY = re.compile(rf"{TO}{WEEK}?(?P<weekday>[{DAYS_OF_WEEK}天])")
_COMPARING = re.compile(r"[比较]$")


def time_phrases(text: str, today: date, lexicon: Lexicon = SHIPPED) -> tuple[TimePhrase, ...]:
    """The times that ``text`` names, in order and apart from each other; ``today`` is what 昨天 counts from.

    >>> [(p.phrase, str(p.first), str(p.last)) for p in time_phrases("去年8月1日至5日的雨下了三天？", date(2023, 5, 4))]
    [('去年8月1日至5日', '2022-08-01', '2022-08-05')]
    """
    folded, origins = fold_with_origins(text)
    forms = [*dated(folded, today), *recurring(folded, today)]
    if not forms:
        return ()
    between = _between_words(folded, lexicon)
    named = _apart(form for form in forms if form.start in between and _ends(folded, form.end) & between)
    phrases = []
    for found in _in_the_year_named(_joined(named, folded, today)):
        lasting = _with_what_follows(found, folded, today, between)
        if lasting and not _COMPARING.search(folded[: found.start]):
            start, end = origins[lasting.start], origins[lasting.end - 1] + 1
            yearless = lasting.in_year is not None
            phrases.append(TimePhrase(text[start:end], start, end, *lasting.days, recurring=yearless))
    return tuple(phrases)


def _between_words(folded: str, lexicon: Lexicon) -> set[int]:
    """The positions that cut no word of the dictionary in two."""
    inside = {
        position for word, place in lexicon.placed_words(folded) for position in range(place + 1, place + len(word))
    }
    # jieba cuts 上周|口 where 周口 is meant: what makes a word with the character after it ends no form.
    inside |= {
        at for at in range(1, len(folded)) if folded[at - 1] == "周" and lexicon.cutter.knows(folded[at - 1 : at + 1])
    }
    return set(range(len(folded) + 1)) - inside


def _ends(folded: str, end: int) -> set[int]:
    """Where a form may end: at ``end``, or after what says that it goes on or is over (今年以来 is one word)."""
    return {end, *(match.end() for follows in (_BEFORE, _SINCE) if (match := follows.match(folded, end)))}


def _apart(forms: Iterable[Found]) -> list[Found]:
    """Of forms that overlap the one that begins first and, of those, the longest."""
    apart: list[Found] = []
    for form in sorted(forms, key=lambda found: (found.start, -found.end)):
        if not apart or form.start >= apart[-1].end:
            apart.append(form)
    return apart


def _joined(named: Sequence[Found], folded: str, today: date) -> Iterator[Found]:
    """From one to the other as one: 3月到5月, 8月1日至5日, 上周一到周三."""
    waiting: Found | None = None
    for found in (_with_short_end(form, folded) for form in named):
        if waiting and _JOIN.fullmatch(folded, waiting.end, found.start) and (both := _both(waiting, found, today)):
            waiting = both
            continue
        if waiting:
            yield waiting
        waiting = found
    if waiting:
        yield waiting


def _in_the_year_named(named: Iterable[Found]) -> Iterator[Found]:
    """What names no year after a whole year that was named lies in that one: 2022年我国的春节."""
    year: int | None = None
    for found in named:
        first, last = found.days
        if found.in_year is None:
            year = first.year if (first, last) == dates.months(first.year, 1, 12) else None
        elif year and (days := found.in_year(year)):
            found = Found(found.start, found.end, days)
        yield found


def _both(first: Found, last: Found, today: date) -> Found | None:
    """One span; what names no year takes it from the other. None where the end lies before the beginning."""

    def from_year(year: int) -> Days | None:
        began = first.in_year(year) if first.in_year else first.days
        ended = last.in_year(began[0].year) if began and last.in_year else last.days
        if began and ended and last.in_year and ended[1] < began[0]:
            ended = last.in_year(began[0].year + 1)  # 12月到2月
        return (began[0], ended[1]) if began and ended and began[0] <= ended[1] else None

    if first.in_year and last.in_year:
        days = latest(from_year, today)
        return Found(first.start, last.end, days, from_year) if days else None
    days = from_year(last.days[0].year)
    return Found(first.start, last.end, days) if days else None


def _with_short_end(found: Found, folded: str) -> Found:
    """With an end of which only the day is said: 8月1日至5日, 上周一到周三."""
    if found.days[0] != found.days[1]:
        return found
    if match := _JOINED_DAY.match(folded, found.end):
        in_month = number(match["day"])

        def until(day: date) -> date | None:
            end = dates.a_day(day.year, day.month, in_month)
            return end[0] if end else None

    elif match := _JOINED_WEEKDAY.match(folded, found.end):
        weekday = DAYS_OF_WEEK.index(match["weekday"].replace("天", "日"))

        def until(day: date) -> date | None:
            return dates.week(day, 0)[0] + timedelta(days=weekday)

    else:
        return found
    return _until(found, match.end(), until)


def _until(found: Found, end: int, until: Callable[[date], date | None]) -> Found:
    def stretched(days: Days | None) -> Days | None:
        last = until(days[0]) if days else None
        return (days[0], last) if days and last and days[0] <= last else None

    days, in_year = stretched(found.days), found.in_year
    if days is None:
        return found
    return Found(found.start, end, days, (lambda year: stretched(in_year(year))) if in_year else None)


def _with_what_follows(found: Found, folded: str, today: date, between: set[int]) -> Found | None:
    """今年以来 goes on until today; 8月以前 has no beginning, and so no days."""
    if (match := _BEFORE.match(folded, found.end)) and match.end() in between:
        return None
    if (match := _SINCE.match(folded, found.end)) and match.end() in between and found.days[0] <= today:
        return Found(found.start, match.end(), (found.days[0], today))
    return found
