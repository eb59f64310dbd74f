from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import chinese_text

from retriever.text.folding import fold
from retriever.text.numbers import numbers, value

DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """A number below a hundred million as it is spelled out."""
    if number >= 10_000:
        rest = number % 10_000
        joint = "零" if 0 < rest < 1000 else ""
        return f"{in_chinese(number // 10_000)}万{joint}{in_chinese(rest) if rest else ''}"
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return text


@given(st.integers(1, 99_999_999))
def test_a_number_spelled_out_has_its_value(number):
    assert value(in_chinese(number)) == number


@given(st.integers(1000, 9_999_999_999))
def test_separators_of_thousands_change_nothing(number):
    assert value(f"{number:,}") == value(str(number)) == number


@given(st.integers(100, 9999))
def test_figure_by_figure_is_read_too(number):
    assert value("".join(DIGITS[int(digit)] for digit in str(number))) == number


@given(chinese_text())
def test_numbers_stand_where_they_say(text):
    folded, last = fold(text), 0
    for number in numbers(folded):
        assert last <= number.start < number.end <= len(folded) and number.forms
        last = number.end


@pytest.mark.parametrize("text", ["千方百计", "十四五规划", "三农", "二三十人", "一下子", "一个", "型号th01", "5g网络"])
def test_what_is_no_number_gets_no_form(text):
    assert [number.forms for number in numbers(text)] == []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("三成半", "35%"),
        ("百分之十点五", "10.5%"),
        ("两万五", "25000"),
        ("一亿零三百万", "103000000"),
        ("第三次", "第3次"),
    ],
)
def test_a_number_is_met_in_its_one_form(text, form):
    assert form in {found for number in numbers(text) for found in number.forms}
