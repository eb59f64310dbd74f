"""What is asked of an opened generation, wherever it is kept: in a folder of this machine, or in Milvus.

The two sides are :class:`~retriever.index.snapshot.Snapshot` and :class:`~retriever.index.milvus.generation.MilvusGeneration`.
A row is a passage's number in its generation; rows of one article follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import Article, ArticleInfo, ArticleList, Filters, IndexStatus, Passage
from retriever.index.manifest import Manifest
from retriever.text.lexicon import Lexicon

Rows = NDArray[np.int64]
Values = NDArray[np.float32]
Place = tuple[int, int, int, str | None]  # number of the article, start and end in it, its headline


@dataclass(frozen=True, slots=True)
class Sought:
    """The weighted terms of a question, as the keyword side is asked for them."""

    words: Mapping[str, float]  # as typed, and what stands for them
    typed: Mapping[str, float]  # of these, the typed ones
    pairs: Mapping[str, float]
    pairs_share: float  # what all that is said of pairs counts, against words


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many of the best rows of each side are candidates."""

    keywords: int  # by everything that the keyword side knows
    typed: int  # by the typed words alone
    meaning: int  # by the vectors


class Keywords(Protocol):
    """What a generation knows of terms: of words, or of pairs of characters."""

    def frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        ...

    def rarity(self, term: str) -> float:
        """Its inverse document frequency; an unknown term is the rarest."""
        ...

    def has_beginning(self, beginning: str) -> bool:
        """Whether any term begins so."""
        ...

    def parts(self, weights: Mapping[str, float], rows: Rows) -> tuple[Values, NDArray[np.bool_]]:
        """BM25 of each weighted term in each of ``rows``, which ascend, and whether it stands there; shapes (terms, rows)."""
        ...

    def scores(self, weights: Mapping[str, float], rows: Rows) -> Values:
        """BM25 of all of them together; shape (rows,)."""
        ...


class Pairs(Keywords, Protocol):
    """The same of pairs of characters, and what stands beside a character in them."""

    @property
    def followers(self) -> Callable[[str], frozenset[str]]:
        """The characters that stand second in terms of two characters that begin with a character."""
        ...

    @property
    def preceders(self) -> Callable[[str], frozenset[str]]:
        """Those that stand first in terms of two characters that end with it."""
        ...


class Articles(Protocol):
    """The articles of a generation, and its passages by their rows."""

    def article(self, article_id: str) -> Article | None: ...

    def articles(self, filters: Filters, page: int, page_size: int) -> ArticleList: ...

    def copies(self, article_id: str) -> tuple[ArticleInfo, ...]: ...

    def neighbours(self, article_id: str) -> tuple[ArticleInfo | None, ArticleInfo | None]: ...

    def page(self, file: str) -> str | None: ...

    def issues(self) -> tuple[tuple[str | None, str | None, int], ...]: ...

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, ArticleInfo]]: ...

    def places(self, rows: Sequence[int]) -> list[Place]: ...

    def stories(self, rows: Sequence[int]) -> dict[int, int]: ...


class Papers(Protocol):
    """Which papers there are, and how many articles of them and of each day."""

    @property
    def sources(self) -> tuple[str, ...]: ...

    def years(self) -> tuple[int, ...]: ...

    def how_many(self, filters: Filters) -> int:
        """The number of articles that pass."""
        ...


class Opened(Protocol):
    """An opened generation. Safe to ask from several threads; it never changes."""

    @property
    def place(self) -> object:
        """Where it is kept, as a person is told."""
        ...

    @property
    def manifest(self) -> Manifest: ...

    @property
    def generation(self) -> str: ...

    @property
    def lexicon(self) -> Lexicon: ...

    @property
    def words(self) -> Keywords: ...

    @property
    def pairs(self) -> Pairs: ...

    @property
    def store(self) -> Articles: ...

    @property
    def papers(self) -> Papers: ...

    def expect(self, question: str) -> None:
        """What is known of this question's terms is about to be asked for."""
        ...

    def candidates(self, sought: Sought, vector: Vectors, wanted: Wanted, filters: Filters) -> Rows:
        """The best rows of each side among those whose articles pass, each once, ascending."""
        ...

    def by_keywords(self, sought: Sought, k: int, filters: Filters) -> tuple[Rows, Values]:
        """The ``k`` best rows of the keyword side above nothing, best first, and their scores."""
        ...

    def by_words(self, weights: Mapping[str, float], k: int) -> tuple[Rows, Values]:
        """The same of weighted words alone, unfiltered."""
        ...

    def by_meaning(self, vector: Vectors, k: int, filters: Filters) -> tuple[Rows, Values]:
        """The ``k`` rows nearest to one vector (shape (1, dimensions)), best first, and their cosines."""
        ...

    def cosines(self, vector: Vectors, rows: Rows) -> Values:
        """The cosine of one vector to each of ``rows``; shape (rows,)."""
        ...

    def beside(self, rows: Rows) -> Rows:
        """The rows of all passages of the articles in which ``rows`` stand, ascending."""
        ...

    def texts_with(self, word: str) -> Iterable[str]:
        """The first texts, headlines included and as they are compared, that hold a word of two Han characters or more."""
        ...

    def status(self) -> IndexStatus: ...

    def close(self) -> None: ...
