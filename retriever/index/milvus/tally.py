"""Articles counted by Milvus, and of which papers and days they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from retriever.domain import Counts, Facets
from retriever.index.milvus.connection import Record
from retriever.index.milvus.records import cut_to, is_han
from retriever.index.milvus.schema import EXACT_BYTES, quoted
from retriever.text.folding import confused
from retriever.text.numbers import numbers


@dataclass(frozen=True, slots=True)
class StoredTally:
    """Paper ("" where it is not known), day (0 likewise) and passages of each article."""

    articles: tuple[tuple[str, int, int], ...] = ()

    @classmethod
    def of(cls, records: Iterable[Record]) -> StoredTally:
        return cls(tuple((one["source"], int(one["day"]), int(one["passages"])) for one in records))

    def __len__(self) -> int:
        return len(self.articles)

    def facets(self) -> Facets:
        sources = Counter(source for source, _, _ in self.articles if source)
        years = Counter(f"{day // 10_000:04}" for _, day, _ in self.articles if day)
        return Facets(*(tuple(sorted(some.items(), key=lambda item: (-item[1], item[0]))) for some in (sources, years)))

    def counts(self) -> Counts:
        issues = {(source, day) for source, day, _ in self.articles if day}
        return Counts(len(self.articles), len(issues), sum(passages for *_, passages in self.articles))


def holds_all(words: Iterable[str]) -> str:
    """The expression that articles fulfil whose headline and text hold every one of the folded words; "" for none.

    Words that are all Han are looked for in the text, wherever it was cut; numbers, codes and Latin words count as the
    words that they were cut into.
    """
    return " and ".join(map(_holds, words))


def _holds(word: str) -> str:
    if is_han(word) and not any(_forms(word)):
        return f"compared like {quoted(f'%{confused(word)}%')}"
    forms = dict.fromkeys([word, *_forms(word)])
    either = [f"array_contains(exact, {quoted(cut_to(form, EXACT_BYTES))})" for form in forms]
    if is_han(word):
        either.append(f"compared like {quoted(f'%{confused(word)}%')}")
    return f"({' or '.join(either)})"


def _forms(word: str) -> Iterator[str]:
    return (number.forms[0] for number in numbers(word) if number.end - number.start == len(word))
