"""How much of what a question is about stands in a text: its words weighted by rarity, synonyms counting less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from retriever.domain import Span
from retriever.search.question import Question
from retriever.text.folding import fold, fold_with_origins
from retriever.text.synonyms import shipped_synonyms
from retriever.text.words import pairs, search_words

SYNONYM_MATCH = 0.7  # of the word itself
PARTS_MATCH = 0.6  # of a long word of which all the parts stand there, apart


@dataclass(frozen=True, slots=True)
class Term:
    """One word that the question is about."""

    word: str
    weight: float  # rarity, and less where history lent the word
    partners: tuple[str, ...]
    parts: tuple[str, ...]  # shorter words inside a long one

    def match(self, folded: str) -> float:
        """How well a folded text holds the term: 1 the word itself, 0 nothing of it."""
        if self.word in folded:
            return 1.0
        if any(partner in folded for partner in self.partners):
            return SYNONYM_MATCH
        if self.parts:
            return PARTS_MATCH * sum(part in folded for part in self.parts) / len(self.parts)
        return 0.0


def terms(question: Question, rarity: Callable[[str], float]) -> tuple[Term, ...]:
    """The question's matter as terms to find in texts."""
    partners: Mapping[str, tuple[str, ...]] = shipped_synonyms()
    return tuple(
        Term(
            word,
            weight * rarity(word),
            tuple(partner for partner in partners.get(word, ()) if len(partner) > 1),
            _parts(word),
        )
        for word, weight in question.matter.items()
    )


def _parts(word: str) -> tuple[str, ...]:
    """Shorter words inside a long one; for a name that is in no dictionary, its pairs of characters."""
    if len(word) <= 2:
        return ()
    inside = dict.fromkeys(part for part in search_words(word) if 1 < len(part) < len(word))
    return tuple(inside) or tuple(pairs(word))


def coverage(sought: tuple[Term, ...], text: str) -> float:
    """The share of the terms' weight that ``text`` holds, 0 to 1."""
    folded = fold(text)
    total = sum(term.weight for term in sought)
    return sum(term.weight * term.match(folded) for term in sought) / total if total else 0.0


def found_terms(sought: tuple[Term, ...], text: str) -> tuple[str, ...]:
    """The terms that stand in ``text``, as words of the question, whichever way they matched."""
    folded = fold(text)
    return tuple(term.word for term in sought if term.match(folded) >= 0.5)


def highlights(sought: tuple[Term, ...], text: str) -> tuple[Span, ...]:
    """Where the terms or their synonyms stand in ``text``: spans in order, overlapping ones joined."""
    folded, origins = fold_with_origins(text)
    spans = []
    for term in sought:
        present = (
            [term.word] if term.word in folded else [word for word in (*term.partners, *term.parts) if word in folded]
        )
        for word in present:
            at = folded.find(word)
            while at >= 0:
                spans.append((origins[at], origins[at + len(word) - 1] + 1))
                at = folded.find(word, at + len(word))
    return joined(spans)


def joined(spans: list[Span]) -> tuple[Span, ...]:
    """Sorted spans, those that touch or overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)
