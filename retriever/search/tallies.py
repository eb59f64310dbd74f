"""How many articles hold all of a question's words, and of which papers and years they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Counts, Facets, Filters
from retriever.index.columns import Columns, Numbers
from retriever.index.milvus.generation import MilvusGeneration
from retriever.index.snapshot import Snapshot
from retriever.search.mentions import articles_with


class Tally(Protocol):
    """Some articles, counted."""

    def __len__(self) -> int: ...

    def facets(self) -> Facets: ...

    def counts(self) -> Counts: ...


class Tallies(Protocol):
    """What counts articles over the whole of a generation."""

    def holding(self, words: Iterable[str], filters: Filters) -> Tally:
        """The articles among those that pass whose headline and text hold every folded word."""
        ...

    def standing(self, rows: NDArray[np.int64]) -> Tally:
        """Those that the passages of ``rows`` stand in."""
        ...


@dataclass(frozen=True, slots=True)
class ColumnTally:
    """Articles by their numbers in a local generation."""

    columns: Columns
    numbers: Numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def facets(self) -> Facets:
        return self.columns.facets(self.numbers)

    def counts(self) -> Counts:
        return self.columns.counts(self.numbers)


@dataclass(frozen=True, slots=True)
class LocalTallies:
    """Counts by the postings and the columns of a local generation."""

    snapshot: Snapshot

    def holding(self, words: Iterable[str], filters: Filters) -> ColumnTally:
        columns = self.snapshot.store.columns()
        return ColumnTally(columns, articles_with(self.snapshot, words, columns.passing(filters)))

    def standing(self, rows: NDArray[np.int64]) -> ColumnTally:
        columns = self.snapshot.store.columns()
        return ColumnTally(columns, columns.articles_of(rows))


def tallies_of(opened: Snapshot | MilvusGeneration) -> Tallies:
    """Who counts in this generation: Milvus counts by itself."""
    return LocalTallies(opened) if isinstance(opened, Snapshot) else opened
