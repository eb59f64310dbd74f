"""Which filters does a question speak of?  Suggested to the reader, never applied: 2025年投产的项目 need not be news of 2025."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from retriever.domain import Filters, Suggestion
from retriever.index.opened import Papers
from retriever.text.folding import fold, fold_with_origins
from retriever.text.lexicon import Lexicon
from retriever.text.time_phrases import TimePhrase, time_phrases

SHORTEST_SOURCE = 2  # characters: a paper called 报 would be found in every question


def suggestions(question: str, today: date, columns: Papers, lexicon: Lexicon) -> tuple[Suggestion, ...]:
    """The papers and the times that the question names, in the order it names them; each filter once.

    ``today`` is what 昨天 counts from. A time without a year (8月3日) is the latest that the index has articles of.
    """
    found = sorted(
        [*_papers(question, columns), *_times(question, today, columns, lexicon)], key=lambda item: item.start
    )
    return tuple({item.filters: item for item in reversed(found)}.values())[::-1]


def _papers(question: str, columns: Papers) -> Iterator[Suggestion]:
    folded, origins = fold_with_origins(question)
    taken: set[int] = set()
    for source in sorted(columns.sources, key=len, reverse=True):
        name = fold(source)
        start = folded.find(name) if len(name) >= SHORTEST_SOURCE else -1
        while start >= 0:
            places = range(start, start + len(name))
            if taken.isdisjoint(places):  # the longer name has what both would take
                taken.update(places)
                yield _suggestion(
                    question, origins[start], origins[places[-1]] + 1, Filters(sources=(source,)), columns
                )
            start = folded.find(name, places.stop)


def _times(question: str, today: date, columns: Papers, lexicon: Lexicon) -> Iterator[Suggestion]:
    @cache
    def in_year(year: int) -> dict[int, TimePhrase]:
        """What the question would mean at the end of that year, by where each phrase begins."""
        return {phrase.start: phrase for phrase in time_phrases(question, date(year, 12, 31), lexicon)}

    how_many = cache(columns.how_many)
    for phrase in time_phrases(question, today, lexicon):
        if phrase.recurring and not how_many(_days(phrase)):
            again = (in_year(year).get(phrase.start) for year in columns.years())
            phrase = next((other for other in again if other and how_many(_days(other))), phrase)
        days = _days(phrase)
        yield Suggestion(question[phrase.start : phrase.end], phrase.start, phrase.end, days, articles=how_many(days))


def _days(phrase: TimePhrase) -> Filters:
    return Filters(date_from=phrase.first.isoformat(), date_to=phrase.last.isoformat())


def _suggestion(question: str, start: int, end: int, filters: Filters, columns: Papers) -> Suggestion:
    return Suggestion(question[start:end], start, end, filters, articles=columns.how_many(filters))
