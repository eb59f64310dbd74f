"""How much of what a question is about stands in a text: its words weighted by rarity, synonyms counting less."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.domain import Span
from retriever.search.question import Question
from retriever.text.character_forms import COMPARED
from retriever.text.folding import confused
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.numbers import Number, numbers
from retriever.text.words import pairs

Matches = NDArray[np.float64]

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

    def numbers_in(self, folded: str) -> Iterator[Span]:
        """Where a compared text has the same number, however it is written."""
        if self.forms:
            yield from ((number.start, number.end) for number in _numbers_of(folded) if self.forms & set(number.forms))


def matches(sought: Sequence[Term], texts: Sequence[str]) -> Matches:
    """How well each compared text holds each term: 1 the word itself, 0 nothing of it; shape (terms, texts)."""
    found = _held(list(sought), list(texts), SYNONYM_MATCH, PARTS_MATCH)
    for n, term in enumerate(sought):
        if term.forms:
            found[n, [any(term.numbers_in(text)) for text in texts]] = 1.0
    return found


def held(terms: Sequence[Term], texts: Sequence[str], synonym: float, parts_share: float) -> Matches:
    """The same without numbers that are written otherwise; a text has ``synonym`` of a term's partner."""
    found = np.zeros((len(terms), len(texts)))
    for n, term in enumerate(terms):
        for at, text in enumerate(texts):
            if term.sought in text:
                found[n, at] = 1.0
            elif any(partner in text for partner in term.partners):
                found[n, at] = synonym
            elif term.parts:
                found[n, at] = parts_share * len([part for part in term.parts if part in text]) / len(term.parts)
    return found


_held = faster("retriever.search._coverage", "held", held)


def printed(words: Sequence[str], texts: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each text holds each word; shape (words, texts)."""
    found = [[word in text for text in texts] for word in words]
    return np.array(found, np.bool_).reshape(len(words), len(texts))


_printed = faster("retriever.search._coverage", "printed", printed)


def pairs_in(pairs: Mapping[str, float], texts: Sequence[str], *, of_nothing: float) -> list[float]:
    """The share of the weight of a question's pairs of characters that each compared text holds; ``of_nothing`` without any."""
    two = {pair: weight for pair, weight in pairs.items() if len(pair) == 2}
    total = sum(two.values())
    if not total:
        return [of_nothing] * len(texts)
    shares: list[float] = (np.array([*two.values()]) @ _printed([*two], list(texts)) / total).tolist()
    return shares


@lru_cache(maxsize=REMEMBERED_TEXTS)
def compared(text: str) -> str:
    """A text as it is compared. The same few passages, sentences and headlines are looked at many times for one question."""
    return COMPARED.of(text)


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


def coverage(sought: Sequence[Term], texts: Sequence[str]) -> list[float]:
    """The share of the terms' weight that each compared text holds, 0 to 1."""
    weights = np.array([term.weight for term in sought])
    total = float(weights.sum())
    if not total:
        return [0.0] * len(texts)
    covered: list[float] = (weights @ matches(sought, texts) / total).tolist()
    return covered


def matched(sought: Sequence[Term], text: str) -> list[tuple[Term, float]]:
    """The terms of which anything stands in ``text``, and how well it holds them."""
    held = matches(sought, [compared(text)])[:, 0].tolist()
    return [(term, share) for term, share in zip(sought, held, strict=True) if share]


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
def _compared_with_origins(text: str) -> tuple[str, Sequence[int]]:
    return COMPARED.with_origins(text)


def joined(spans: list[Span]) -> tuple[Span, ...]:
    """Sorted spans, those that touch or overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)
