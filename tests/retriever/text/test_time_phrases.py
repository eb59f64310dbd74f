"""Times in questions: a table of examples, and what holds for every date and every text."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import chinese_text

from retriever.text.dates import LUNAR_NEW_YEAR
from retriever.text.time_phrases import time_phrases

TODAY = date(2022, 8, 24)
TABLE = Path(__file__).with_name("time_phrases.tsv").read_text(encoding="utf-8").splitlines()
EXAMPLES = [line.split("\t") for line in TABLE if not line.startswith("#")]
days = st.dates(date(1950, 1, 1), date(2099, 12, 31))
_TIMES = st.lists(
    st.sampled_from(
        [
            *"今去前明后上下本这年月日号周天季度半初底末至到以来前0123456789一二三十〇零近",
            "个月",
            "最近",
            "世纪",
            "年代",
            "春节",
            "国庆",
        ]
    ),
    max_size=14,
).map("".join)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_a_time_means_the_days_a_reader_takes_it_for(example: list[str]) -> None:
    question, *meant = example
    found = time_phrases(question, TODAY)
    assert [(p.phrase, str(p.first), str(p.last)) for p in found] == ([tuple(meant)] if meant else [])


def test_several_times_are_found_apart() -> None:
    found = time_phrases("去年8月和今年3月相比，昨天多吗", TODAY)
    assert [p.phrase for p in found] == ["去年8月", "今年3月", "昨天"]


def test_what_follows_a_year_lies_in_it() -> None:
    found = time_phrases("2020年我国使馆的春节招待会有多少人", TODAY)
    assert [(p.phrase, p.first.year, p.recurring) for p in found] == [("2020年", 2020, False), ("春节", 2020, False)]


_WRITTEN = {
    "figures": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "号": lambda d: f"{d.year}年{d.month}月{d.day}号",
    "zeros": lambda d: f"{d.year}年{d.month:02}月{d.day:02}日",
    "iso": lambda d: d.isoformat(),
    "slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "full width": lambda d: f"{d.year}年{d.month}月{d.day}日".translate({48 + i: 0xFF10 + i for i in range(10)}),
    "Chinese": lambda d: f"{_by_figure(d.year)}年{_spoken(d.month)}月{_spoken(d.day)}日",
}


@pytest.mark.parametrize("form", _WRITTEN)
@given(
    day=days,
    today=days,
    before=st.sampled_from(["", "请问", "报上，", "“"]),
    after=st.sampled_from(["", "的报纸？", "，"]),
)
def test_a_full_date_is_read_however_it_is_written(form: str, day: date, today: date, before: str, after: str) -> None:
    written = _WRITTEN[form](day)
    (found,) = time_phrases(f"{before}{written}{after}", today)
    assert (found.phrase, found.start, found.first, found.last) == (written, len(before), day, day)


@given(first=days, length=st.integers(0, 400), today=days)
def test_from_one_full_date_to_another_is_one_span(first: date, length: int, today: date) -> None:
    last = min(first + timedelta(days=length), date(2099, 12, 31))  # years are read from 1900 to 2099
    text = "至".join(f"{day.year}年{day.month}月{day.day}日" for day in (first, last))
    (found,) = time_phrases(text, today)
    assert (found.phrase, found.first, found.last) == (text, first, last)


@given(day=days, today=days)
def test_a_day_without_a_year_is_the_latest_that_has_come(day: date, today: date) -> None:
    (found,) = time_phrases(f"{day.month}月{day.day}日的会", today)
    assert found.recurring
    assert found.first == found.last <= today
    assert (found.first.month, found.first.day) == (day.month, day.day)


@given(days_back=st.integers(1, 99), today=days)
def test_the_last_so_many_days_are_so_many_and_end_today(days_back: int, today: date) -> None:
    (found,) = time_phrases(f"最近{days_back}天的新闻", today)
    assert (found.last, (found.last - found.first).days + 1) == (today, days_back)


@given(count=st.integers(1, 99), unit=st.sampled_from(["年", "个月", "天", "周", "小时", "分钟", "个季度"]))
def test_a_bare_length_of_time_is_no_time(count: int, unit: str) -> None:
    assert time_phrases(f"花了{count}{unit}", TODAY) == ()


@given(text=_TIMES | chinese_text(max_size=60), today=days)
def test_whatever_is_typed_the_phrases_stand_in_it_in_order(text: str, today: date) -> None:
    end = 0
    for found in time_phrases(text, today):
        assert end <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.phrase
        assert found.first <= found.last
        end = found.end


def test_every_lunar_new_year_of_the_table_is_a_new_moon_of_late_january_or_february() -> None:
    """Mean new moons (Meeus, Astronomical Algorithms, 49.1) differ from true ones by less than 15 hours."""
    assert list(LUNAR_NEW_YEAR) == list(range(2000, 2036))
    first_of_all = date(2000, 1, 6).toordinal() + 0.59 + 8 / 24  # new moon of 6 January 2000, 14:15 UT, in Beijing
    for year, day in LUNAR_NEW_YEAR.items():
        moons = (day.toordinal() + 0.5 - first_of_all) / 29.530588861
        assert abs(moons - round(moons)) * 29.530588861 < 1.2
        assert date(year, 1, 21) <= day <= date(year, 2, 20)


_FIGURES = "〇一二三四五六七八九"


def _by_figure(number: int) -> str:
    return "".join(_FIGURES[int(figure)] for figure in str(number))


def _spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _FIGURES[tens]) + ("十" if tens else "") + (_FIGURES[ones] if ones else "")
