"""The words of the service as frozen records: page, article, passage, question, hit, citation, answer.

Offsets count Unicode code points, 0-based, end exclusive. Text is cleaned once, on the way in, by leaving characters
out and never by rewriting one; from then on everything shown is ``article.text[start:end]``.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Span = tuple[int, int]
Mode = Literal["hybrid", "dense", "lexical"]


@dataclass(frozen=True, slots=True)
class Page:
    """The text of one file as it was read: a newspaper page, before anything is cut or cleaned."""

    file: str  # relative to the folder that was given, "/" between folders
    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Leads each character of a cleaned text back to the one it was on its raw page.

    ``runs`` are ``(clean_start, raw_start, length)``, ascending on both sides; together they cover the cleaned text, so
    that ``clean[i] == raw[offsets.raw(i)]`` for every ``i``.
    """

    runs: tuple[tuple[int, int, int], ...]

    @classmethod
    def from_kept(cls, kept: Iterable[int]) -> OffsetMap:
        """From the raw positions that were kept, ascending: position ``i`` of the result is the ``i``-th of them."""
        runs: list[tuple[int, int, int]] = []
        for clean, raw in enumerate(kept):
            if runs and raw == runs[-1][1] + runs[-1][2]:
                start, raw_start, length = runs[-1]
                runs[-1] = (start, raw_start, length + 1)
            else:
                runs.append((clean, raw, 1))
        return cls(tuple(runs))

    def __len__(self) -> int:
        return self.runs[-1][0] + self.runs[-1][2] if self.runs else 0

    def raw(self, position: int) -> int:
        """Raw position of one clean character. Raises IndexError outside the text."""
        if not 0 <= position < len(self):
            raise IndexError(position)
        clean_start, raw_start, _ = self.runs[bisect_right(self.runs, position, key=lambda run: run[0]) - 1]
        return raw_start + position - clean_start

    def raw_span(self, start: int, end: int) -> Span:
        """The shortest raw span that holds the clean span ``start:end`` (not empty)."""
        return self.raw(start), self.raw(end - 1) + 1

    def kept(self) -> Iterator[int]:
        """Every raw position that was kept, ascending."""
        for _, raw_start, length in self.runs:
            yield from range(raw_start, raw_start + length)


Kind = Literal["news", "commentary", "photo", "continuation", "notice"]
"""What a piece of a page is; a notice is no article's: masthead, teaser, hotline."""


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What a citation names. ``None`` means not known; nothing here is guessed."""

    id: str
    file: str
    title: str | None = None
    subtitle: str | None = None
    source: str | None = None  # the paper
    date: str | None = None  # ISO 8601, YYYY-MM-DD
    page: str | None = None
    author: str | None = None
    url: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one page: clean text, and the way back to the raw page."""

    info: ArticleInfo
    text: str
    raw: Span  # where on the raw page the article stands, headline and byline included
    offsets: OffsetMap


Reason = Literal["headline", "jump", "code", "repeat", "ornament", "invisible", "space"]
"""Why characters of a page stand in no article's text: in its title, a jump to another page, an editor's code, a sentence
read twice, decoration, control or zero-width characters, spaces and line breaks of the layout."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A raw span of a page that no article's text holds."""

    start: int
    end: int
    why: Reason


@dataclass(frozen=True, slots=True)
class CutPage:
    """How one page was cut. ``confidence`` is 0 to 1: below the cutter's own floor the page was left in one piece."""

    page: Page
    articles: tuple[Article, ...]
    confidence: float
    dropped: tuple[Dropped, ...]


def article_id(file: str, text: str) -> str:
    """A name for an article that has none: the same as long as its file name and its text are.

    16 hexadecimal digits of SHA-256; a page cut differently elsewhere keeps the ids of its other articles.
    """
    return hashlib.sha256(f"{file}\0{text}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of one article: ``article.text[start:end] == text``."""

    article_id: str
    start: int
    end: int
    paragraph: int  # 1-based, of the first character
    text: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer; the default lets all. An article without a date passes no date filter."""

    sources: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None

    def __bool__(self) -> bool:
        return bool(self.sources or self.date_from or self.date_to)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the conversation."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a passage was found: the question's words in it, and its rank on either side (None: not near there)."""

    terms: tuple[str, ...] = ()
    dense_rank: int | None = None
    lexical_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    rank: int
    score: float  # comparable within one answer only
    passage: Passage
    article: ArticleInfo
    highlights: tuple[Span, ...] = ()  # into passage.text
    why: Why = field(default_factory=Why)
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quotation was printed: ``article.text[start:end] == cited_text``."""

    n: int
    article: ArticleInfo
    start: int
    end: int
    paragraph: int
    cited_text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence of an answer, and the number of the citation it stands in."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class AnswerText:
    text: str
    sentences: tuple[Quote, ...]
    confidence: float  # 0..1


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which generation answered."""

    generation: str
    articles: int
    passages: int
    mode: Mode


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything one question gets back; ``answer`` is None when nothing that was found answers it."""

    id: str
    question: str
    effective_question: str
    answer: AnswerText | None
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    missing_terms: tuple[str, ...]
    index: IndexInfo
    timings_ms: dict[str, float]

    @property
    def status(self) -> Literal["answered", "no_answer"]:
        return "answered" if self.answer else "no_answer"


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the matching articles each paper and each year has, most first."""

    sources: tuple[tuple[str, int], ...] = ()
    years: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    hits: tuple[Hit, ...]
    facets: Facets
    index: IndexInfo


@dataclass(frozen=True, slots=True)
class ArticleList:
    """One page of the list of articles, newest first."""

    articles: tuple[ArticleInfo, ...]
    total: int
    page: int
    page_size: int


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index holds and how it was made."""

    generation: str
    built_at: str  # ISO 8601, UTC
    encoder: str
    dimensions: int
    articles: int
    passages: int
    characters: int
    sources: tuple[tuple[str | None, int], ...]
