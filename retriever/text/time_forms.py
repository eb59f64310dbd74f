"""The forms in which Chinese names a time, each with what it means: a table, read one form at a time.

Ways of writing, not a language model. ``time_phrases`` joins what is found here and decides what counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from retriever.text import dates
from retriever.text.dates import HOLIDAYS, Days
from retriever.text.numbers import value

LONGEST_YEARS = 200  # 近千年 is no span of a newspaper's days


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in the folded text. ``in_year`` reads it in another year, where it names none itself."""

    start: int
    end: int
    days: Days
    in_year: Callable[[int], Days | None] | None = None


_Match = re.Match[str]
_Reader = Callable[[_Match, date], Days | None]

_FIGURES = "零〇○一二两三四五六七八九十"
_ONE = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"  # a month's number
DAY = "(?:[12][0-9]|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_COUNT = "(?:[0-9]{1,3}|[一二两三四五六七八九十百]{1,4})"
TO = "(?:至|到|——|[-—–~])"
_NO_FIGURE_BEFORE = f"(?<![0-9.{_FIGURES}])"

_YEARS_ON = {"大前年": -3, "前年": -2, "去年": -1, "上一年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_TOLD_YEAR = f"(?P<told_year>{'|'.join(_YEARS_ON)})度?"
_YEAR = (
    rf"(?:{_NO_FIGURE_BEFORE}(?P<year>(?:19|20)[0-9]{{2}}|(?:一九|二[零〇○])[{_FIGURES}]{{2}})年度?"
    rf"|{_NO_FIGURE_BEFORE}(?P<short_year>[0-9]{{2}}|[零〇○一二九][{_FIGURES}])年(?={_ONE}月)|{_TOLD_YEAR})"
)
_WITHIN_MONTH = (
    rf"(?:(?:(?P<from_day>{DAY})[日号]?{TO})?(?P<day>{DAY})[日号](?![楼线院馆门厅])"
    r"|(?P<bare_day>[12][0-9]|3[01]|[1-9])(?=[那的,。?!]|$)"
    r"|(?P<part>[上中下]旬|[初底末]))?"
)
_MONTH = rf"(?:(?P<from_month>{_ONE})月?(?:{TO}|、))?(?P<month>{_ONE})月份?{_WITHIN_MONTH}"
_QUARTER = r"第?(?P<quarter>[一二三四1-4])季度|[前头](?P<quarters>[二两三23])个?季度"
_HALF = "(?P<half>[上下])半年"
_DURING = "(?:节日?)?(?:假期|长假|小长假|假日|黄金周|期间)?"
_HOLIDAY = f"(?P<holiday>{'|'.join(HOLIDAYS)})(?P<during>{_DURING})"
_IN_A_YEAR = rf"{_QUARTER}|{_HALF}|{_HOLIDAY}|{_MONTH}"
_OF_A_YEAR = (
    rf"{_IN_A_YEAR}|(?P<season>[春夏秋冬])[天季]|(?:年(?P<middle>中)|年?(?P<part_of_year>初(?![中级])|[底末]))"
    rf"|[前头](?P<months>{_ONE})个月"
)
WEEK = "(?:周|星期|礼拜)"
DAYS_OF_WEEK = "一二三四五六日"
_UNITS = "(?P<unit>天|日|周|个?星期|个?礼拜|个?月|个?季度|年)"

_DAYS_ON = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_WEEKS_ON = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1}
_CENTURIES = {"上": 1900, "本": 2000}


def number(figures: str) -> int:
    """Of at most four figures; 0 where they make no number (二三)."""
    found = value(figures)
    return int(found) if found is not None else 0


def _year(match: _Match, today: date) -> int:
    if match["year"]:
        return number(match["year"])
    if match["short_year"]:
        short = int("".join(str(number(figure)) for figure in match["short_year"]))
        return short + (2000 if short <= today.year % 100 + 1 else 1900)
    return today.year + _YEARS_ON[match["told_year"]]


def _in_a_year(match: _Match, year: int) -> Days | None:
    """The days that a part of a year means: month, quarter, half, holiday."""
    given = match.groupdict()
    if given["month"]:
        month, first = number(given["month"]), number(given["from_month"] or given["month"])
        if given["day"] or given["bare_day"]:
            last_day = dates.a_day(year, month, number(given["day"] or given["bare_day"]))
            first_day = dates.a_day(year, month, number(given["from_day"])) if given["from_day"] else last_day
            return (first_day[0], last_day[1]) if first_day and last_day and first_day <= last_day else None
        if given["part"]:
            return dates.part_of_month(year, month, given["part"])
        return dates.months(year, first, month if first <= month else month + 12)  # 12月到2月
    if given["quarter"]:
        first = 3 * number(given["quarter"]) - 2
        return dates.months(year, first, first + 2)
    if given["quarters"]:
        return dates.months(year, 1, 3 * number(given["quarters"]))
    if given["half"]:
        return dates.months(year, 1, 6) if given["half"] == "上" else dates.months(year, 7, 12)
    return dates.holiday(year, given["holiday"])


def _of_a_year(match: _Match, today: date) -> Days | None:
    year, given = _year(match, today), match.groupdict()
    if given["season"]:
        return dates.season(year, given["season"])
    if part := given["middle"] or given["part_of_year"]:
        return dates.part_of_year(year, part)
    if given["months"]:
        return dates.months(year, 1, number(given["months"]))
    if any(given[name] for name in ("month", "quarter", "quarters", "half", "holiday")):
        return _in_a_year(match, year)
    return dates.months(year, 1, 12)


def _years(match: _Match, today: date) -> Days | None:
    first, last = number(match["first_year"]), number(match["last_year"])
    return (date(first, 1, 1), date(last, 12, 31)) if first <= last else None


def _short_season(match: _Match, today: date) -> Days | None:
    return dates.season(today.year + {"今": 0, "去": -1}[match["which"]], match["season"])


def _month_on(match: _Match, today: date) -> Days | None:
    whole = dates.month_from(today, _WEEKS_ON[match["which"]])
    if whole is None or not (match["day"] or match["bare_day"] or match["part"]):
        return whole
    year, month = whole[0].year, whole[0].month
    if match["part"]:
        return dates.part_of_month(year, month, match["part"])
    last = dates.a_day(year, month, number(match["day"] or match["bare_day"]))
    first = dates.a_day(year, month, number(match["from_day"])) if match["from_day"] else last
    return (first[0], last[1]) if first and last and first <= last else None


def _week_on(match: _Match, today: date) -> Days | None:
    monday, sunday = dates.week(today, _WEEKS_ON[match["which"]])
    if not match["weekday"]:
        return monday, sunday
    if match["weekday"] == "末":
        return sunday - timedelta(days=1), sunday
    day = monday + timedelta(days=DAYS_OF_WEEK.index(match["weekday"].replace("天", "日")))
    return day, day


def _day_on(match: _Match, today: date) -> Days | None:
    day = today + timedelta(days=_DAYS_ON[match["which"]])
    return day, day


def _recent(match: _Match, today: date) -> Days | None:
    """The last so many days, weeks, months or years up to today; a month reaches back to the day after today's number."""
    if match["half"]:
        first = (
            today - timedelta(days=14) if match["half"] == "个月" else dates.months_back(today, 6) + timedelta(days=1)
        )
        return first, today
    count, unit = number(match["count"]), match["unit"].removeprefix("个")
    if unit in ("天", "日", "周", "星期", "礼拜"):
        days = count * (1 if unit in ("天", "日") else 7)
        return (today - timedelta(days=days - 1), today) if days else None
    back = count * {"月": 1, "季度": 3, "年": 12}[unit]
    if not 0 < back <= LONGEST_YEARS * 12:
        return None
    return dates.months_back(today, back) + timedelta(days=1), today


def _ago(match: _Match, today: date) -> Days | None:
    """三天前 is a day, 两周前 a week, 三个月前 a month, 五年前 a year."""
    count, unit = number(match["count"]), match["unit"].removeprefix("个")
    if not count or (unit == "年" and count > LONGEST_YEARS) or unit == "季度":
        return None
    if unit in ("天", "日"):
        return (today - timedelta(days=count),) * 2
    if unit in ("周", "星期", "礼拜"):
        return dates.week(today, -count)
    if unit == "月":
        return dates.month_from(today, -count)
    return dates.months(today.year - count, 1, 12)


def _decade(match: _Match, today: date) -> Days | None:
    decade = number(match["decade"])
    if match["century"]:
        first = 100 * (number(match["century"]) - 1) + decade
    elif match["told_century"]:
        first = _CENTURIES[match["told_century"]] + decade
    else:
        first = decade if decade >= 1000 else decade + (2000 if 2000 + decade <= today.year else 1900)
    return (date(first, 1, 1), date(first + 9, 12, 31)) if 1800 <= first <= 2100 else None


def _numeric(match: _Match, today: date) -> Days | None:
    year = int(match["year"])
    if match["month"]:
        return dates.months(year, int(match["month"]), int(match["month"]))
    return dates.a_day(year, int(match["full_month"]), int(match["day"]))


# Every form that says its own year, and how it is read.
_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(rf"{_YEAR}(?:的?(?:{_OF_A_YEAR}))?"), _of_a_year),
    (
        re.compile(rf"{_NO_FIGURE_BEFORE}(?P<first_year>(?:19|20)[0-9]{{2}}){TO}(?P<last_year>(?:19|20)[0-9]{{2}})年"),
        _years,
    ),
    (re.compile(r"(?P<which>[今去])(?P<season>[春夏秋冬])"), _short_season),
    (re.compile(rf"(?P<which>上上|上|本|这|下)一?个?月份?{_WITHIN_MONTH}"), _month_on),
    (re.compile(rf"(?P<which>上上|上|本|这|下)[个一]?{WEEK}(?P<weekday>[{DAYS_OF_WEEK}天末]?)"), _week_on),
    (re.compile(r"(?P<which>大前|前|昨|今|明|后)(?:[天日]|(?<=[昨今明])[晚夜早晨])"), _day_on),
    (re.compile(rf"(?:最近|近|过去|这)的?(?:(?P<count>{_COUNT}){_UNITS}|半(?P<half>年|个月))"), _recent),
    (re.compile(rf"(?<![第月年0-9.{_FIGURES}])(?P<count>{_COUNT}){_UNITS}[以之]?前(?![后夕])"), _ago),
    (
        re.compile(
            r"(?:(?P<century>19|2[01]|十九|二十一?)世纪|(?P<told_century>[上本])个?世纪)?(?P<decade>(?:19|20)?[0-9]0|[一二三四五六七八九]十)年代"
        ),
        _decade,
    ),
    (
        re.compile(
            r"(?<![0-9./-])(?P<year>(?:19|20)[0-9]{2})(?:-(?P<month>1[0-2]|0?[1-9])(?![0-9])"
            r"|[-/.](?P<full_month>1[0-2]|0?[1-9])[-/.](?P<day>3[01]|[12][0-9]|0?[1-9]))(?![0-9]|[-/.][0-9])"
        ),
        _numeric,
    ),
)
_EVERY_YEAR = re.compile(rf"{_NO_FIGURE_BEFORE}(?<![个每第年])(?:{_IN_A_YEAR}|年(?P<part_of_year>[初底末]))")
# Words of their own only with what follows: 五一广场, 清明上河图, 吃元宵 and 李国庆 are no days.
_NEED_MORE = ("国庆", "五一", "清明", "元宵")


def dated(folded: str, today: date) -> Iterator[Found]:
    """Every form that says its own year, wherever it stands in a folded text; they may overlap."""
    for form, read in _FORMS:
        for match in form.finditer(folded):
            if (days := read(match, today)) and not _cut_short(match):
                yield Found(*match.span(), days)


def recurring(folded: str, today: date) -> Iterator[Found]:
    """Every form that comes back each year (8月3日, 国庆期间), as it last began by today."""
    for match in _EVERY_YEAR.finditer(folded):
        if (match["holiday"] in _NEED_MORE and not match["during"]) or _cut_short(match):
            continue
        in_year = partial(_of_every_year, match)
        if days := latest(in_year, today):
            yield Found(*match.span(), days, in_year)


def _of_every_year(match: _Match, year: int) -> Days | None:
    part = match["part_of_year"]
    return dates.part_of_year(year, part) if part else _in_a_year(match, year)


def latest(in_year: Callable[[int], Days | None], today: date) -> Days | None:
    """The last time it had begun by today; five years back there is a leap day in any case."""
    years = (in_year(year) for year in range(today.year, today.year - 9, -1))
    return next((days for days in years if days and days[0] <= today), None)


def _cut_short(match: _Match) -> bool:
    """Whether figures go on where the form ends: 三月三 and 八月十五 are lunar days, 8月30万 is an amount."""
    rest = match.string[match.end() :]
    return match.group().endswith("月") and (rest[:1] in tuple(_FIGURES) or rest[:1].isdigit())
