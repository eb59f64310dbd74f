"""Numbers as one form, however they are written: 二〇二三 and 2023, 13.5亿 and 十三点五亿, 三成 and 30%, 八月二日 and 8月2日.

Forms are for matching only. They stand beside the words of a text, so that nothing which reads words (the dictionary,
synonyms, the forms of questions) meets a rewritten 一带一路.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_DIGITS = {
    digit: value for value, digits in enumerate(("零〇○", "一壹", "二两贰", *"三四五六七八九")) for digit in digits
}
_DIGITS |= dict(zip("叁肆伍陆柒捌玖", range(3, 10), strict=True))
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}

# Not inside a code: th01 and 5g are read as they stand.
_ARABIC = r"(?<![0-9a-z.])(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]++(?![a-z]))(?:\.[0-9]+)?"
_HAN_DIGIT = f"[{''.join(_DIGITS)}]"
_HAN = f"[{''.join((*_DIGITS, *_SMALL))}][{''.join((*_DIGITS, *_SMALL, *_LARGE))}]*(?:点{_HAN_DIGIT}+)?"
_AMOUNT = rf"(?:{_ARABIC}|{_HAN})[百千万亿]*"
# Where number and measure together name a thing: 24口, 7号, 第12届. After a single Chinese figure fewer do: 一次 names nothing.
_NAMING = "口号码届期版路级班院月"
_MEASURE = f"{_NAMING}次层栋座室章集页年日"
_NUMBER = re.compile(
    rf"(?P<share>百分之(?P<percent>{_AMOUNT})|(?P<tenths>[0-9](?:\.[0-9])?|{_HAN_DIGIT})成(?P<half>半?)|(?P<rate>{_ARABIC})%)"
    rf"|(?P<month>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?P<day>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]"
    rf"|(?P<ordinal>第?)(?P<amount>{_AMOUNT})(?P<measure>[{_MEASURE}]?)"
)
# What every number begins with; a Chinese figure that nothing of a number follows names nothing.
_HAN_FIGURES = "".join((*_DIGITS, *_SMALL))
_BEGINS = re.compile(f"[0-9]|[第{_HAN_FIGURES}](?=[0-9{_HAN_FIGURES}{''.join(_LARGE)}{_MEASURE}点成分])")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a folded text, ``text[start:end]``, and the forms it can be met by, the fullest first."""

    forms: tuple[str, ...]
    start: int
    end: int


def numbers(folded: str) -> Iterator[Number]:
    """The numbers of a folded text that have a value, in order.

    >>> [number.forms for number in numbers("二〇二三年八月二日,总投资十三点五亿,占三成,1,234人")]
    [('2023年', '2023'), ('8月2日',), ('1350000000',), ('30%',), ('1234',)]
    """
    return (Number(forms, *match.span()) for forms, match in matches(folded))


def matches(folded: str) -> Iterator[tuple[tuple[str, ...], re.Match[str]]]:
    """The forms of each number that has a value, and where it stands."""
    end = 0
    # Few characters can begin a number: to try the whole expression at each of the others takes longer than all else.
    while begin := _BEGINS.search(folded, end):
        match = _NUMBER.match(folded, begin.start())
        end = (match or begin).end()
        if match and (forms := _forms(match.groups())):
            yield forms, match


class _Matched(NamedTuple):
    """The groups of ``_NUMBER``, in their order."""

    share: str | None
    percent: str | None
    tenths: str | None
    half: str | None
    rate: str | None
    month: str | None
    day: str | None
    ordinal: str | None
    amount: str | None
    measure: str | None


@lru_cache(maxsize=1 << 13)  # articles print the same days and small numbers over and over
def _forms(groups: tuple[str | None, ...]) -> tuple[str, ...]:
    match = _Matched(*groups)
    if match.share:
        percent = _percent(match)
        return () if percent is None else (f"{_written(percent)}%",)
    if match.month and match.day:
        month, day = value(match.month), value(match.day)
        return (f"{month}月{day}日",) if month and day and month <= 12 and day <= 31 else ()
    if not match.amount or (amount := value(match.amount)) is None:
        return ()
    plain, measure = _written(amount), match.measure
    named = [f"{match.ordinal}{plain}{measure}"] if measure or match.ordinal else []
    if len(match.amount) == 1 and not match.amount.isascii():
        return tuple(named) if match.ordinal or (measure and measure in _NAMING) else ()
    return (*named, plain)


def _percent(match: _Matched) -> Decimal | None:
    if match.tenths:
        tenths = value(match.tenths)
        return None if not tenths else tenths * 10 + (5 if match.half else 0)
    return value(match.percent or match.rate or "")


def _written(number: Decimal) -> str:
    """Without exponent and without zeros that say nothing.

    >>> _written(Decimal("13.50")), _written(Decimal("2E+4"))
    ('13.5', '20000')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def value(amount: str) -> Decimal | None:
    """The value of one number in Arabic or Chinese figures; None where it is none (千万 alone, 二三十, 一二).

    >>> [str(value(amount)) for amount in ("1,234.5", "两万五", "三千零五十", "十三点五亿", "二〇二三", "二三十")]
    ['1234.5', '25000', '3050', '1350000000.0', '2023', 'None']
    """
    figures = re.match(r"[0-9][0-9,]*(?:\.[0-9]+)?", amount)
    if figures:
        result = Decimal(figures.group().replace(",", ""))
        for unit in amount[figures.end() :]:
            result *= _SMALL.get(unit) or _LARGE[unit]
        return result
    whole, _, fraction = amount.partition("点")
    tail = fraction.lstrip("".join(_DIGITS))
    whole_value = _whole(whole)
    if whole_value is None or (tail and not set(tail) <= _SMALL.keys() | _LARGE.keys()):
        return None
    result = Decimal(whole_value)
    if fraction:
        digits = fraction[: len(fraction) - len(tail)]
        result += Decimal(f"0.{''.join(str(_DIGITS[digit]) for digit in digits)}")
    for unit in tail:
        result *= _SMALL.get(unit) or _LARGE[unit]
    return result


def _whole(han: str) -> int | None:
    """A whole number in Chinese figures, spelled out or figure by figure; None where it is neither."""
    if all(character in _DIGITS for character in han):
        return int("".join(str(_DIGITS[digit]) for digit in han)) if len(han) != 2 else None  # 二三 is two or three
    total = section = 0
    digit: int | None = None
    if len(han) > 2 and han[-1] in _DIGITS and han[-2] in "百佰千仟万亿":  # 两万五 is 25,000
        shorter = _whole(han[:-1])
        unit = _SMALL.get(han[-2]) or _LARGE[han[-2]]
        return None if shorter is None else shorter + _DIGITS[han[-1]] * unit // 10
    for character in han:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        elif character in _SMALL:
            section += (1 if digit is None else digit) * _SMALL[character]
            digit = None
        else:
            section += digit or 0
            if not (section or total):
                return None
            total = (total + section) * _LARGE[character] if character == "亿" else total + section * _LARGE[character]
            section, digit = 0, None
    return total + section + (digit or 0)
