"""Days of the calendar: the first and last day of years, months, weeks, seasons, holidays; the spring festival's table."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, date, timedelta

Days = tuple[date, date]  # first and last, both included

# The first day of the lunar year, Beijing time. Other lunar days would need the length of every lunar month as well.
_NEW_YEARS = (
    "2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 "
    "2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 "
    "2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 "
    "2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08"
)
LUNAR_NEW_YEAR: Mapping[int, date] = {int(day[:4]): date.fromisoformat(day) for day in _NEW_YEARS.split()}

# Month and day of the first and the last day. Holidays as long as the public ones mostly are.
_EVERY_YEAR: Mapping[str, tuple[int, int, int, int]] = {
    "元旦": (1, 1, 1, 3),
    "清明": (4, 4, 4, 6),
    "五一": (5, 1, 5, 5),
    "劳动节": (5, 1, 5, 5),
    "国庆": (10, 1, 10, 7),
}
# Days from the lunar new year to the first and the last day.
_AFTER_NEW_YEAR: Mapping[str, tuple[int, int]] = {"春节": (-1, 6), "除夕": (-1, -1), "元宵": (14, 14)}
HOLIDAYS = (*_EVERY_YEAR, *_AFTER_NEW_YEAR)

_FIRST_MONTH = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
_PARTS_OF_YEAR = {"初": (1, 2), "中": (6, 7), "底": (11, 12), "末": (11, 12)}
_PARTS_OF_MONTH = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "底": (21, 31), "末": (21, 31)}


def a_day(year: int, month: int, day: int) -> Days | None:
    """One day; None where the calendar has none such.

    >>> a_day(2022, 2, 30)
    """
    try:
        return (date(year, month, day),) * 2
    except ValueError:
        return None


def months(year: int, first: int, last: int) -> Days | None:
    """Whole months of one year, counted from 1; a last one over 12 lies in the next year.

    >>> [str(day) for day in months(2023, 12, 14)]
    ['2023-12-01', '2024-02-29']
    """
    end_year, end_month = year + (last - 1) // 12, (last - 1) % 12 + 1
    if not (year >= MINYEAR and end_year <= MAXYEAR and 1 <= first <= 12 and first <= last):
        return None
    return date(year, first, 1), date(end_year, end_month, monthrange(end_year, end_month)[1])


def month_from(day: date, months_on: int) -> Days | None:
    """The month that is ``months_on`` after (or, below zero, before) the one of ``day``."""
    year, month = divmod(day.year * 12 + day.month - 1 + months_on, 12)
    return months(year, month + 1, month + 1)


def season(year: int, name: str) -> Days | None:
    """Three months by the weather: spring from March on, winter until the end of the next February."""
    return months(year, _FIRST_MONTH[name], _FIRST_MONTH[name] + 2)


def part_of_year(year: int, part: str) -> Days | None:
    """初 is January and February, 中 June and July, 底 and 末 November and December."""
    return months(year, *_PARTS_OF_YEAR[part])


def part_of_month(year: int, month: int, part: str) -> Days | None:
    """上旬 and 初 are the first ten days, 中旬 the next ten, 下旬, 底 and 末 the rest."""
    first, last = _PARTS_OF_MONTH[part]
    whole = months(year, month, month)
    return (whole[0].replace(day=first), whole[1].replace(day=min(last, whole[1].day))) if whole else None


def week(day: date, weeks_on: int) -> Days:
    """Monday to Sunday of the week ``weeks_on`` after the one of ``day``."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks_on)
    return monday, monday + timedelta(days=6)


def holiday(year: int, name: str) -> Days | None:
    """The public holiday around a feast; None where the table of lunar years ends.

    >>> [str(day) for day in holiday(2022, "春节")]
    ['2022-01-31', '2022-02-07']
    """
    if name in _EVERY_YEAR:
        month, day, last_month, last_day = _EVERY_YEAR[name]
        return date(year, month, day), date(year, last_month, last_day)
    new_year = LUNAR_NEW_YEAR.get(year)
    first, last = _AFTER_NEW_YEAR[name]
    return (new_year + timedelta(days=first), new_year + timedelta(days=last)) if new_year else None


def months_back(day: date, count: int) -> date:
    """The same day ``count`` months before, or the last day that month has.

    >>> str(months_back(date(2024, 3, 31), 1))
    '2024-02-29'
    """
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
