"""Questions, searches, and what comes back."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field

from retriever.domain import Turn
from server.schemas import examples
from server.schemas.common import (
    QUESTION_MAX,
    Earlier,
    FiltersIn,
    In,
    IndexInfoOut,
    Out,
    Question,
    RecentDate,
    SourceCount,
    SpanOut,
    YearCount,
    with_example,
)


class TurnIn(In):
    question: Earlier
    answer: Earlier = ""

    def turn(self) -> Turn:
        return Turn(self.question, self.answer)


class AskIn(In):
    model_config = with_example(examples.ASK_IN)

    question: Question = Field(description=f"1 to {QUESTION_MAX} characters after trimming")
    top_k: int = Field(default=5, ge=1, le=50, strict=True, description="how many passages at most")
    history: list[TurnIn] = Field(default=[], max_length=20, description="earlier turns, oldest first")
    filters: FiltersIn = Field(default_factory=FiltersIn, description="applied before the search, never after top_k")


class AskQuery(In):
    stream: bool = Field(default=False, description="1 for a stream of events")


class FeedbackIn(In):
    model_config = with_example(examples.FEEDBACK_IN)

    answer_id: str = Field(pattern="^ans_[0-9a-z]{1,40}$", description="the id of the answer")
    verdict: Literal["up", "down"]
    note: str | None = Field(default=None, max_length=1000, description="what was wrong or missing")


class SearchQuery(FiltersIn):
    q: Question = Field(description="what to search for")
    top_k: int = Field(default=10, ge=1, le=50, description="how many passages at most")


class SuggestQuery(FiltersIn):
    q: Question = Field(description="the question")
    today: RecentDate | None = Field(
        default=None, description="what 昨天 counts from; the server's own date where left out"
    )


PAGE_OF_QUOTATION = "the page on which it stands; of a text that runs over from one page to the next both, as in 1、2"


class QuoteOut(Out):
    text: str
    citation: int


class AnswerTextOut(Out):
    text: str
    sentences: list[QuoteOut]
    confidence: float


class CitationOut(Out):
    n: int
    cited_text: str
    article_id: str
    start: int
    end: int
    paragraph: int
    title: str | None
    source: str | None
    date: str | None
    page: str | None = Field(description=PAGE_OF_QUOTATION)
    author: str | None
    url: str = Field(description="the reading page with exactly this text marked")


class WhyOut(Out):
    terms: list[str]
    dense_rank: int | None
    lexical_rank: int | None


class PassageOut(Out):
    rank: int
    score: float = Field(description="comparable within one response only")
    text: str
    article_id: str
    start: int
    end: int
    paragraph: int
    title: str | None
    source: str | None
    date: str | None
    page: str | None = Field(description=PAGE_OF_QUOTATION)
    author: str | None
    url: str
    highlights: list[SpanOut] = Field(description="into this passage's text")
    why: WhyOut
    also_in: list[str] = Field(description="ids of articles that print the same")


class AskOut(Out):
    model_config = with_example(examples.ASK_OUT)

    id: str
    question: str
    effective_question: str
    status: Literal["answered", "no_answer"]
    answer: AnswerTextOut | None
    citations: list[CitationOut]
    passages: list[PassageOut]
    missing_terms: list[str]
    index: IndexInfoOut
    timings_ms: dict[str, float]


class PassagesEvent(Out):
    """What the event ``passages`` carries."""

    id: str
    question: str
    effective_question: str
    passages: list[PassageOut]
    index: IndexInfoOut

    @classmethod
    def of(cls, answer: AskOut) -> Self:
        return cls(**{name: getattr(answer, name) for name in cls.model_fields})


class AnswerEvent(Out):
    """What the event ``answer`` carries."""

    status: Literal["answered", "no_answer"]
    answer: AnswerTextOut | None
    citations: list[CitationOut]
    missing_terms: list[str]

    @classmethod
    def of(cls, answer: AskOut) -> Self:
        return cls(**{name: getattr(answer, name) for name in cls.model_fields})


class FacetsOut(Out):
    """Of the articles that counts counts; where there is none, of those that the nearest passages stand in."""

    sources: list[SourceCount]
    years: list[YearCount]


class CountsOut(Out):
    """Exact, under the filters, however few passages are asked for."""

    articles: int = Field(description="whose headline and text hold every word of the question that carries its matter")
    issues: int = Field(description="different papers and days among these; undated articles count in none")
    passages: int = Field(description="of these articles")


class SearchOut(Out):
    model_config = with_example(examples.SEARCH_OUT)

    query: str
    passages: list[PassageOut]
    facets: FacetsOut
    counts: CountsOut
    index: IndexInfoOut


class FiltersOut(Out):
    """As ask and search take them."""

    source: list[str]
    date_from: str | None
    date_to: str | None


class SuggestionOut(Out):
    phrase: str = Field(description="question[start:end]")
    start: int
    end: int
    filters: FiltersOut
    articles: int = Field(description="how many articles these filters let pass")


class SuggestOut(Out):
    model_config = with_example(examples.SUGGEST_OUT)

    question: str
    today: str
    filters: FiltersOut = Field(description="those of the request")
    suggestions: list[SuggestionOut]
    counts: CountsOut
