"""The filters of a question as chips: those that hold, to be taken off, and those it speaks of, to be put on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from server.schemas import FiltersOut, SuggestionOut, SuggestOut


@dataclass(frozen=True, slots=True)
class Chip:
    """A link to the same question with one filter more or less."""

    label: str
    url: str
    on: bool


def chips(question: str, aside: SuggestOut, t: Mapping[str, str]) -> list[Chip]:
    """Filters that hold, then those suggested: only such as let articles pass and do not hold already."""
    return [*_holding(question, aside.filters, t), *_suggested(question, aside, t)]


def question_url(question: str, filters: FiltersOut) -> str:
    """The page that answers this question under these filters.

    >>> question_url("问", FiltersOut(source=["a b"], date_from="2022-08-01", date_to=None))
    '/?q=%E9%97%AE&source=a+b&date_from=2022-08-01'
    """
    days = [("date_from", filters.date_from), ("date_to", filters.date_to)]
    fields = [("q", question), *(("source", source) for source in filters.source), *(day for day in days if day[1])]
    return f"/?{urlencode(fields)}"


def composed_url(question: str, filters: FiltersOut) -> str:
    """The page that has a language model write an answer, too."""
    return f"{question_url(question, filters)}&composed=1"


def _holding(question: str, filters: FiltersOut, t: Mapping[str, str]) -> Iterator[Chip]:
    for source in filters.source:
        rest = filters.model_copy(update={"source": [other for other in filters.source if other != source]})
        yield Chip(t["only_paper"].format(source=source), question_url(question, rest), on=True)
    if filters.date_from or filters.date_to:
        rest = filters.model_copy(update={"date_from": None, "date_to": None})
        yield Chip(t["only_days"].format(days=_days(filters, t)), question_url(question, rest), on=True)


def _suggested(question: str, aside: SuggestOut, t: Mapping[str, str]) -> Iterator[Chip]:
    for suggestion in aside.suggestions:
        wider = _with(aside.filters, suggestion)
        if suggestion.articles and wider != aside.filters:
            yield Chip(_suggestion_label(suggestion, t), question_url(question, wider), on=False)


def _with(filters: FiltersOut, suggestion: SuggestionOut) -> FiltersOut:
    """One paper more; but other days instead of those that held."""
    more = suggestion.filters
    if more.source:
        return filters.model_copy(update={"source": list(dict.fromkeys([*filters.source, *more.source]))})
    return filters.model_copy(update={"date_from": more.date_from, "date_to": more.date_to})


def _suggestion_label(suggestion: SuggestionOut, t: Mapping[str, str]) -> str:
    filters, articles = suggestion.filters, suggestion.articles
    if filters.source:
        return t["suggested_paper"].format(source=filters.source[0], articles=articles)
    return t["suggested_days"].format(phrase=suggestion.phrase, days=_days(filters, t), articles=articles)


def _days(filters: FiltersOut, t: Mapping[str, str]) -> str:
    first, last = filters.date_from, filters.date_to
    if first and last:
        return first if first == last else t["days"].format(first=first, last=last)
    return t["days_from"].format(first=first) if first else t["days_to"].format(last=last)
