"""What is asked: the question made to stand alone, its kind, and the weighted terms to look up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retriever.domain import Turn
from retriever.search.borrowing import Vocabulary, borrow
from retriever.text.lexicon import SHIPPED, Lexicon
from retriever.text.questions import Kind, aspect_of, is_function_word, kind_of, matter
from retriever.text.words import pairs

SYNONYM_WEIGHT = 0.5  # of the word as typed: 0.5 found most on both sets of hand-made questions
PAIRS_LENT = 0.5  # of the words they are of


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be looked up. Weights are of terms, before their rarity."""

    text: str  # as searched: what history lent stands before what was typed
    kind: Kind
    matter: dict[str, float]  # the words that carry the matter → 1, or what history lends, at less
    aspect: frozenset[str]  # those of them that say which fact is asked for
    words: dict[str, float]  # search words and synonyms
    pairs: dict[str, float]
    asks: (
        str  # what says which form the answer has: the question as typed, or the earlier one that 那2024年呢 asks again
    )
    lent: frozenset[str] = (
        frozenset()
    )  # words of the matter that history lends: they say what it is about, not which fact


def read(
    typed: str,
    history: Sequence[Turn],
    vocabulary: Vocabulary,
    lexicon: Lexicon = SHIPPED,
    mend: Callable[[str], str] = str,
) -> Question:
    """The question as it will be searched. ``typed`` is trimmed and not empty; ``vocabulary`` and ``lexicon`` are the index's.

    ``mend`` rids a text of slips of the pen.
    """
    question = mend(typed)
    lent = borrow(question, history, vocabulary, lexicon, mend)
    own = lent.own
    own_matter = matter(own, lexicon)
    carried = dict(lent.words) | dict.fromkeys(own_matter, 1.0)
    words: dict[str, float] = {}
    for word, weight in carried.items():
        for part in lexicon.search_words(word):
            _keep_most(words, part, weight)
    for word in lexicon.search_words(own):  # codes and words across the cuts of the longest words
        if not is_function_word(word):
            _keep_most(words, word, 1.0)
    for word, weight in (dict.fromkeys(lexicon.expanded(own), 1.0) | carried).items():
        for partner in lexicon.partners(word):
            parts = [part for part in lexicon.search_words(partner) if part not in words]
            for part in parts:
                _keep_most(words, part, SYNONYM_WEIGHT * weight / len(parts))
    for word, weight in lent.answered.items():
        for part in lexicon.search_words(word):
            _keep_most(words, part, weight)
    pair_weights: dict[str, float] = {}
    for word, weight in lent.words.items():
        for pair in pairs(word):
            _keep_most(pair_weights, pair, PAIRS_LENT * weight)
    pair_weights |= dict.fromkeys(pairs(own), 1.0)
    return Question(
        text=f"{lent.text} {question}" if lent.text else question,
        kind=kind_of(lent.asking or question),
        matter=carried,
        aspect=aspect_of(own, own_matter) | lent.aspect,
        words=words,
        pairs=pair_weights,
        asks=lent.asking or question,
        lent=frozenset(lent.words),
    )


def _keep_most(weights: dict[str, float], term: str, weight: float) -> None:
    weights[term] = max(weight, weights.get(term, 0.0))
