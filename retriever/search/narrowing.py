"""Which filters does a question speak of?  Suggested to the reader, never applied: 2025年投产的项目 need not be news of 2025."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from retriever.domain import Filters, Suggestion
from retriever.index.columns import Columns
from retriever.text.folding import fold, fold_with_origins
from retriever.text.lexicon import Lexicon
from retriever.text.time_phrases import TimePhrase, time_phrases

SHORTEST_SOURCE = 2  # characters: a paper called 报 would be found in every question


def suggestions(question: str, today: date, columns: Columns, lexicon: Lexicon) -> tuple[Suggestion, ...]:
    """The papers and the times that the question names, in the order it names them; each filter once.

    ``today`` is what 昨天 counts from. A time without a year (8月3日) is the latest that the index has articles of.
    """
    found = sorted(
        [*_papers(question, columns), *_times(question, today, columns, lexicon)], key=lambda item: item.start
    )
    return tuple({item.filters: item for item in reversed(found)}.values())[::-1]


def _papers(question: str, columns: Columns) -> Iterator[Suggestion]:
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


def _times(question: str, today: date, columns: Columns, lexicon: Lexicon) -> Iterator[Suggestion]:
    for phrase in time_phrases(question, today, lexicon):
        found = _of_phrase(question, phrase, columns)
        for year in columns.years() if phrase.recurring and not found.articles else ():
            again = time_phrases(question, date(year, 12, 31), lexicon)
            of_year = [_of_phrase(question, other, columns) for other in again if other.start == phrase.start]
            if of_year and of_year[0].articles:
                found = of_year[0]
                break
        yield found


def _of_phrase(question: str, phrase: TimePhrase, columns: Columns) -> Suggestion:
    days = Filters(date_from=phrase.first.isoformat(), date_to=phrase.last.isoformat())
    return _suggestion(question, phrase.start, phrase.end, days, columns)


def _suggestion(question: str, start: int, end: int, filters: Filters, columns: Columns) -> Suggestion:
    return Suggestion(question[start:end], start, end, filters, articles=int(columns.passing(filters).sum()))
