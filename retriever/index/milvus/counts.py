"""In how many passages a term stands: counted by parts, summed when it is asked for, and remembered."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from typing import Literal

from retriever.index.milvus.records import cut_to, is_han, term_key
from retriever.index.milvus.schema import TERM_BYTES
from retriever.index.milvus.view import View
from retriever.text.folding import fold
from retriever.text.lexicon import Lexicon
from retriever.text.words import pairs

Sort = Literal["w", "p"]  # words, pairs of characters
REMEMBERED = 1 << 18  # terms, some 150 bytes each
LONGEST = 60  # characters of a question whose every piece is asked for at once
PIECES = (2, 3, 4)  # characters of one


def stored(sort: Sort, term: str) -> str:
    """A term as it is kept."""
    return sort + cut_to(term, TERM_BYTES)


class TermCounts:
    """Of words and pairs alike. Safe to ask from several threads."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._remembered: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def know(self, terms: Iterable[str]) -> None:
        """Fetch the counts of these, as they are kept, that are not remembered, in one go."""
        with self._lock:
            unknown = [term for term in dict.fromkeys(terms) if term not in self._remembered]
        if not unknown:
            return
        counted: Counter[str] = Counter()
        # Each part has its own count, found by its key: that is the quickest that Milvus does.
        keys = [term_key(term, part.id) for term in unknown for part in self._view.parts]
        for record in self._view.get("terms", keys, ["term", "passages"]):
            counted[record["term"]] += int(record["passages"])
        with self._lock:
            for term in unknown:
                self._remembered[term] = counted[term]
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)

    def of(self, term: str) -> int:
        """Of one term, as it is kept."""
        found = self._remembered.get(term)
        if found is None:
            self.know([term])
            found = self._remembered.get(term, 0)
        return found


def asked_for(question: str, lexicon: Lexicon) -> Iterator[str]:
    """The terms, as they are kept, whose counts an answer to the question may ask for: its words, what stands for them, its
    pieces, which a slip of the pen may have torn, its pairs.
    """
    words = dict.fromkeys([*lexicon.search_words(question), *lexicon.expanded(question)])
    partners = [partner for word in words for partner in lexicon.partners(word)]
    parts = [part for partner in partners for part in lexicon.search_words(partner)]
    pieces = _pieces(fold(question)) if len(question) <= LONGEST else ()
    yield from (stored("w", word) for word in (*words, *parts, *pieces) if word)
    yield from (stored("p", pair) for pair in pairs(question))


def _pieces(text: str) -> Iterator[str]:
    spans = (text[at : at + length] for length in PIECES for at in range(len(text) - length + 1))
    return filter(is_han, spans)
