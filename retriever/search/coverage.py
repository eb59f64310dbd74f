"""How much of what a question is about stands in a text: its words weighted by rarity, synonyms counting less."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retriever.domain import Span
from retriever.search.question import Question
from retriever.text.folding import confused, fold, fold_with_origins
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.numbers import Number, numbers
from retriever.text.words import pairs

SYNONYM_MATCH = 0.7  # of the word itself
REMEMBERED_TEXTS = 1 << 12
PARTS_MATCH = 0.6  # of a long word of which all the parts stand there, apart


@dataclass(frozen=True, slots=True)
class Term:
    """One word that the question is about. What is looked for is as texts are compared: folded, mixed-up characters one."""

    word: str  # as the question has it, folded
    sought: str
    weight: float  # rarity, and less where history lent the word
    partners: tuple[str, ...]
    parts: tuple[str, ...]  # shorter words inside a long one
    forms: frozenset[str] = frozenset()  # of a number: what it is the same as

    def match(self, folded: str) -> float:
        """How well a compared text holds the term: 1 the word itself, 0 nothing of it."""
        if self.sought in folded or (self.forms and any(self.numbers_in(folded))):
            return 1.0
        for partner in self.partners:  # a loop: asked hundreds of times a question, and generators take twice as long
            if partner in folded:
                return SYNONYM_MATCH
        if self.parts:
            return PARTS_MATCH * len([part for part in self.parts if part in folded]) / len(self.parts)
        return 0.0

    def numbers_in(self, folded: str) -> Iterator[Span]:
        """Where a compared text has the same number, however it is written."""
        if self.forms:
            yield from ((number.start, number.end) for number in _numbers_of(folded) if self.forms & set(number.forms))


@lru_cache(maxsize=REMEMBERED_TEXTS)
def folded(text: str) -> str:
    """``fold(text)``. The same few passages, sentences and headlines are looked at many times for one question."""
    return fold(text)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def compared(text: str) -> str:
    """A text as it is compared."""
    return confused(folded(text))


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _numbers_of(folded: str) -> tuple[Number, ...]:
    return tuple(numbers(folded))


def terms(question: Question, rarity: Callable[[str], float], lexicon: Lexicon = SHIPPED) -> tuple[Term, ...]:
    """The question's matter as terms to find in texts."""

    def term(word: str, weight: float) -> Term:
        partners = tuple(confused(partner) for partner in lexicon.partners(word) if len(partner) > 1)
        forms = frozenset(form for number in numbers(word) for form in number.forms[:1])
        parts = () if forms else _parts(word, lexicon)
        rare = min(map(rarity, forms), default=None) if word not in forms else None
        return Term(word, confused(word), weight * (rarity(word) if rare is None else rare), partners, parts, forms)

    return tuple(term(word, weight) for word, weight in question.matter.items())


def _parts(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Shorter words inside a long one; for a name that is in no dictionary, its pairs of characters."""
    if len(word) <= 2:
        return ()
    inside = dict.fromkeys(confused(part) for part in lexicon.search_words(word) if 1 < len(part) < len(word))
    return tuple(inside) or tuple(pairs(word))


def coverage(sought: tuple[Term, ...], text: str) -> float:
    """The share of the terms' weight that ``text`` holds, 0 to 1."""
    folded = compared(text)
    total = sum(term.weight for term in sought)
    return sum(term.weight * term.match(folded) for term in sought) / total if total else 0.0


def matched(sought: Sequence[Term], text: str) -> list[tuple[Term, float]]:
    """The terms of which anything stands in ``text``, and how well it holds them."""
    folded = compared(text)
    return [(term, held) for term in sought if (held := term.match(folded))]


def found_words(matches: Sequence[tuple[Term, float]]) -> tuple[str, ...]:
    """What stands there, as words of the question, whichever way they matched."""
    return tuple(term.word for term, held in matches if held >= 0.5)


def highlights(sought: Sequence[Term], text: str) -> tuple[Span, ...]:
    """Where the terms or their synonyms stand in ``text``: spans in order, overlapping ones joined."""
    folded, origins = _compared_with_origins(text)
    spans = list[Span]()
    for term in sought:
        spans += [(origins[start], origins[end - 1] + 1) for start, end in term.numbers_in(folded)]
        present = (
            [term.sought]
            if term.sought in folded
            else [word for word in (*term.partners, *term.parts) if word in folded]
        )
        for word in present:
            at = folded.find(word)
            while at >= 0:
                spans.append((origins[at], origins[at + len(word) - 1] + 1))
                at = folded.find(word, at + len(word))
    return joined(spans)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _compared_with_origins(text: str) -> tuple[str, tuple[int, ...]]:
    folded, origins = fold_with_origins(text)
    return confused(folded), tuple(origins)


def joined(spans: list[Span]) -> tuple[Span, ...]:
    """Sorted spans, those that touch or overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)
