"""How well each word of a question is held by each sentence and headline: as printed, and by what is alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retriever.search.coverage import Term, compared, matches
from retriever.search.likeness import Values

Liken = Callable[[Sequence[str], Sequence[str]], Values]
"""Words and texts → how like each word is to what stands in each text, 0 to 1, shape (words, texts)."""


@dataclass(frozen=True, slots=True)
class Held:
    """Each value is 0 to 1; a row a word, a column a text."""

    weights: Values  # (words,)
    is_fact: Values  # (words,) 1 where the word says which fact is asked for
    printed: Values  # (words, sentences) the word itself, or a synonym at less
    alike: Values  # (words, sentences) the same or, where that is more, what is alike
    headlines: Values  # (words, passages) alike

    @property
    def of_fact(self) -> Values:
        """The weights of the words that say which fact is asked for, 0 for the others."""
        return self.weights * self.is_fact


def held_by(
    terms: Sequence[Term], facts: frozenset[str], texts: Sequence[str], headlines: Sequence[str], liken: Liken
) -> Held:
    """``facts`` are the words that say which fact is asked for."""
    every = [*texts, *headlines]
    printed = matches(terms, [compared(text) for text in every]).astype(np.float32)
    alike = np.maximum(printed, liken([term.word for term in terms], every))
    return Held(
        weights=np.array([term.weight for term in terms], np.float32),
        is_fact=np.array([term.word in facts for term in terms], np.float32),
        printed=printed[:, : len(texts)],
        alike=alike[:, : len(texts)],
        headlines=alike[:, len(texts) :],
    )


def shares(weights: Values, held: Values, *, of_nothing: float = 0.0) -> Values:
    """The share of the words' weight that each column holds, shape (columns,); ``of_nothing`` where no word counts."""
    total = float(weights.sum())
    if not total:
        return np.full(held.shape[1], of_nothing, np.float32)
    result: Values = (weights @ held / np.float32(total)).astype(np.float32)
    return result
