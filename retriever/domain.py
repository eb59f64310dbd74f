"""The words of the service as frozen records: page, article, passage, question, hit, citation, answer.

Offsets count Unicode code points, 0-based, end exclusive. Text is cleaned once, on the way in, by leaving characters
out and never by rewriting one; from then on everything shown is ``article.text[start:end]``.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Span = tuple[int, int]
PAGE_SEPARATOR = "、"  # between the pages of a quotation that runs over from one to the next
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

    ``runs`` are ``(clean_start, raw_start, length)``, ascending on both sides; together they cover ``start`` to ``end`` of
    the cleaned text without a gap, so that ``clean[i] == raw[offsets.raw(i)]`` for every ``i`` there. An article of one
    page has one map from 0 on; of one that is printed on several pages, each page's map goes on where the last one ended.
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

    @property
    def start(self) -> int:
        """The first clean position it knows."""
        return self.runs[0][0] if self.runs else 0

    @property
    def end(self) -> int:
        """One past the last clean position it knows."""
        return self.runs[-1][0] + self.runs[-1][2] if self.runs else 0

    def __len__(self) -> int:
        return self.end - self.start

    def raw(self, position: int) -> int:
        """Raw position of one clean character. Raises IndexError outside ``start`` to ``end``."""
        if not self.start <= position < self.end:
            raise IndexError(position)
        clean_start, raw_start, _ = self.runs[bisect_right(self.runs, position, key=lambda run: run[0]) - 1]
        return raw_start + position - clean_start

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
class PrintedPart:
    """What one page prints of an article: ``article.text[i] == page.text[offsets.raw(i)]`` from ``start`` to ``end``."""

    file: str
    page: str | None
    raw: Span  # where on that raw page it stands, headline, byline and jump marks included
    offsets: OffsetMap  # of these clean positions alone

    @property
    def start(self) -> int:
        return self.offsets.start

    @property
    def end(self) -> int:
        return self.offsets.end


@dataclass(frozen=True, slots=True)
class Article:
    """One article: clean text, and the way back to the raw page, or to each of the pages it is printed on."""

    info: ArticleInfo  # file and page are those on which it begins
    text: str
    raw: Span  # where on its first raw page the article stands, headline and byline included
    offsets: OffsetMap  # of what its first page prints: all of it, unless it goes on
    further: tuple[PrintedPart, ...] = ()  # where it goes on, page after page

    @property
    def parts(self) -> tuple[PrintedPart, ...]:
        """What each page prints of it, one after the other: together the whole text. Mostly one."""
        return (PrintedPart(self.info.file, self.info.page, self.raw, self.offsets), *self.further)

    def cited(self, start: int, end: int) -> ArticleInfo:
        """What a quotation of ``text[start:end]`` names; see :func:`cited`."""
        return cited(self.info, [(part.start, part.file, part.page) for part in self.further], start, end)


def cited(info: ArticleInfo, turns: Sequence[tuple[int, str, str | None]], start: int, end: int) -> ArticleInfo:
    """``info`` with the file on which a quotation of the clean span ``start:end`` begins, and with every page it stands on.

    ``turns`` tell where the article goes on: clean position, file, page; ascending, none for an article of one page.

    >>> info = ArticleInfo("a", "p1.txt", page="1")
    >>> [cited(info, [(90, "p2.txt", "2")], *span).page for span in ((0, 90), (80, 95), (90, 95))]
    ['1', '1、2', '2']
    """
    if not turns:
        return info
    stands = [(0, info.file, info.page), *turns]
    first = max(at for at, (begins, _, _) in enumerate(stands) if begins <= start)
    under = [stand for at, stand in enumerate(stands) if at == first or start < stand[0] < end]
    pages = dict.fromkeys(page for _, _, page in under if page)
    return replace(info, file=under[0][1], page=PAGE_SEPARATOR.join(pages) or None)


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


@dataclass(frozen=True, slots=True)
class JoinedArticle:
    """An article of several pages, and the pieces that it was cut as: ``pieces[n]`` stands where ``article.parts[n]`` does.

    ``left_out[n]`` is what that piece held and the article does not: jump marks, a headline printed again, line breaks.
    """

    article: Article
    pieces: tuple[Article, ...]
    left_out: tuple[tuple[Dropped, ...], ...]


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
class Counts:
    """How much of the index holds all the words of a question that carry its matter: counted, not estimated."""

    articles: int  # headline included
    issues: int  # a paper's of one day, in which these were printed; undated articles belong to none
    passages: int  # of these articles


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A filter that ``question[start:end] == phrase`` speaks of; never applied by itself."""

    phrase: str
    start: int
    end: int
    filters: Filters  # of papers, or of days
    articles: int  # how many pass


@dataclass(frozen=True, slots=True)
class SearchResult:
    hits: tuple[Hit, ...]
    facets: Facets  # of the articles counted; where there is none, of those that the near passages stand in
    counts: Counts
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
