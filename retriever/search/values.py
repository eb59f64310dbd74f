"""How near a value of the form that is asked for stands to what asks for it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from retriever.search.coverage import Term, compared, coverage
from retriever.text.character_forms import FOLDED

_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+")


def value_near(form: re.Pattern[str] | None, facts: Sequence[Term], text: str) -> float:
    """How near a value of the form that is asked for stands to a word that asks for it: falls by a factor of e in six characters."""
    printed, values = (
        compared(text),
        [] if form is None else [found.start() for found in form.finditer(FOLDED.of(text))],
    )
    words = [word for term in facts for word in (term.sought, *term.partners)] if values else []
    gaps = [
        at - place - len(word) if at >= place else place - at - 3
        for word in words
        for place in _places(word, printed)
        for at in values
    ]
    return max((math.exp(-max(0, gap) / 6) for gap in gaps), default=0.0)


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word begins that is not empty, not overlapping itself."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def value_clause(form: re.Pattern[str] | None, own: Sequence[Term], text: str) -> float:
    """The share of the own words' weight in the clause that holds a value of the form asked for and in the one before it, where
    that is most; the whole sentence's, where no form is asked for."""
    printed = compared(text)
    if form is None:
        return coverage(own, [printed])[0]
    clauses = [found.span() for found in _CLAUSE.finditer(printed)]
    showing = [n for n, (start, end) in enumerate(clauses) if form.search(printed, start, end)]
    return max(coverage(own, [printed[clauses[max(0, n - 1)][0] : clauses[n][1]] for n in showing]), default=0.0)
