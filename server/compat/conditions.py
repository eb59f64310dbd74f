"""Dify's conditions on metadata: as much as possible as filters, the rest as a test of each passage found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from server.compat.dify_shapes import ConditionIn, ConditionsIn, MetadataOut, Operator
from server.schemas import FiltersIn

LAST_DAY = "9999"
LONGEST_NAME, MOST_PAPERS = 100, 50

Test = Callable[[str, str], bool]

# The value found and the one asked for; days stand as ISO writes them and compare as text.
_TESTS: dict[Operator, Test] = {
    "contains": lambda found, asked: asked in found,
    "not contains": lambda found, asked: asked not in found,
    "start with": lambda found, asked: found.startswith(asked),
    "end with": lambda found, asked: found.endswith(asked),
    "is": lambda found, asked: found == asked,
    "is not": lambda found, asked: found != asked,
    "=": lambda found, asked: _order(found) == _order(asked),
    "≠": lambda found, asked: _order(found) != _order(asked),
    ">": lambda found, asked: bool(found) and _order(found) > _order(asked),
    "<": lambda found, asked: bool(found) and _order(found) < _order(asked),
    "≥": lambda found, asked: bool(found) and _order(found) >= _order(asked),
    "≤": lambda found, asked: bool(found) and _order(found) <= _order(asked),
    "before": lambda found, asked: bool(found) and found < asked,
    "after": lambda found, asked: bool(found) and found > asked,
}
_OF_NONE: dict[Operator, bool] = {"empty": True, "null": True, "not empty": False, "not null": False}


def filters_of(asked: ConditionsIn | None, paper: str | None) -> FiltersIn:
    """What can be settled before anything is ranked: papers, and days where all conditions must hold.

    >>> after = ConditionIn(name="date", comparison_operator="after", value="2022-08-01")
    >>> filters_of(ConditionsIn(conditions=[after]), "周口日报")
    FiltersIn(source=['周口日报'], date_from='2022-08-02', date_to=None)
    """
    papers = [paper] if paper else []
    # Only what filters can hold is left to them; `passes` tests every condition on what is found in any case.
    date_from, date_to = "", LAST_DAY
    all_must_hold = asked is not None and asked.logical_operator != "or"
    for condition in (asked.conditions or []) if asked and all_must_hold else []:
        values = _values(condition)
        if condition.name == "source" and condition.comparison_operator in ("is", "in") and not papers:
            fit = len(values) <= MOST_PAPERS and all(0 < len(value) <= LONGEST_NAME for value in values)
            papers = values if fit else []
        day = _day(values[0]) if condition.name == "date" and len(values) == 1 else None
        if day is None:
            continue
        from_day, to_day = _DAYS.get(condition.comparison_operator, (None, None))
        if from_day is not None:
            date_from = max(date_from, (day + timedelta(from_day)).isoformat())
        if to_day is not None:
            date_to = min(date_to, (day + timedelta(to_day)).isoformat())
    if date_from > date_to:
        date_to = LAST_DAY  # nothing passes, as will show
    return FiltersIn(source=papers, date_from=date_from or None, date_to=date_to if date_to != LAST_DAY else None)


# First and last day that pass, counted from the day that is named.
_DAYS: dict[Operator, tuple[int | None, int | None]] = {
    "is": (0, 0), "=": (0, 0), "after": (1, None), ">": (1, None), "≥": (0, None), "before": (None, -1), "<": (None, -1), "≤": (None, 0),
}  # fmt: skip


def passes(asked: ConditionsIn | None, found: MetadataOut, title: str | None) -> bool:
    """Whether what was found fulfils every condition, or one of them where they are joined by "or"."""
    conditions: Sequence[ConditionIn] = asked.conditions or [] if asked else []
    if not conditions:
        return True
    held = (_holds(condition, found, title) for condition in conditions)
    return any(held) if asked and asked.logical_operator == "or" else all(held)


def _holds(condition: ConditionIn, found: MetadataOut, title: str | None) -> bool:
    names = [condition.name] if isinstance(condition.name, str) else condition.name
    fields = {**found.model_dump(), "title": title}
    return any(_field_holds(condition, fields[name]) for name in names)


def _field_holds(condition: ConditionIn, field: str | None) -> bool:
    operator = condition.comparison_operator
    if operator in _OF_NONE:
        return bool(field) != _OF_NONE[operator]
    text, values = field or "", _values(condition)
    if operator in ("in", "not in"):
        return (text in values) == (operator == "in")
    return all(_TESTS[operator](text, value) for value in values)


def _values(condition: ConditionIn) -> list[str]:
    """What is compared with; a list is meant to be one of its values only for "in" and "not in".

    >>> _values(ConditionIn(name="page", comparison_operator="=", value=3.0))
    ['3']
    """
    value = condition.value
    if isinstance(value, list):
        return value
    if isinstance(value, float):
        return [f"{value:g}"]
    return [] if value is None else [value]


def _order(text: str) -> tuple[int, float, str]:
    """Numbers by size and before all else, which goes by its letters: pages 2 and 10, days as ISO writes them."""
    try:
        return 0, float(text), ""
    except ValueError:
        return 1, 0.0, text


def _day(text: str) -> date | None:
    """A day that has a day before and after it, as an article's is written.

    >>> _day("2022-08-03"), _day("20220803"), _day("9999-12-31")
    (datetime.date(2022, 8, 3), None, None)
    """
    try:
        day = date.fromisoformat(text) if len(text) == len("2022-08-03") else None
    except ValueError:
        return None
    return day if day and date.min < day < date.max else None
