"""What people type and what papers print: a hand-made lexicon, used both ways.

Each line of ``synonyms.tsv`` is a headword, a tab, and the words that stand for it, separated by commas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from retriever.text.folding import fold

MOST_PARTNERS = 12  # a headword's first partners are its closest


def read_synonyms(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Word → its partners, folded, closest first. Lines without a tab and comments (``#``) are passed over."""
    partners: dict[str, dict[str, None]] = defaultdict(dict)
    rows = [line.rstrip("\n").split("\t", 1) for line in lines if "\t" in line and not line.startswith("#")]
    folded = [(fold(head).strip(), [fold(word).strip() for word in rest.split(",")]) for head, rest in rows]
    for head, words in folded:
        partners[head].update(dict.fromkeys(word for word in words if word and word != head))
    for head, words in folded:  # and back, after what was written for the word itself
        for word in words:
            if word and word != head:
                partners[word][head] = None
    return {word: tuple(found)[:MOST_PARTNERS] for word, found in partners.items()}


@cache
def shipped_synonyms() -> Mapping[str, tuple[str, ...]]:
    """The lexicon that comes with the package."""
    text = resources.files("retriever.text").joinpath("synonyms.tsv").read_text(encoding="utf-8")
    return read_synonyms(text.splitlines())
