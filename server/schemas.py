"""What comes in and what goes out over JSON, as the contract has it. Unknown fields are refused; no key is ever left out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from retriever.domain import Filters, Mode, Turn

QUESTION_MAX = 500


def _real_date(value: str) -> str:
    try:
        if len(value) == 10:
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass  # told below, in our own words
    raise PydanticCustomError("not_a_date", "must be a real date, written 2022-08-03")


def _of_our_time(value: str) -> str:
    if "1900" <= value < "2200":
        return value
    raise PydanticCustomError("not_of_our_time", "must lie between 1900 and 2199")


IsoDate = Annotated[str, AfterValidator(_real_date), Field(json_schema_extra={"format": "date"})]
RecentDate = Annotated[IsoDate, AfterValidator(_of_our_time)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=QUESTION_MAX)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Earlier = Annotated[str, StringConstraints(max_length=5000)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# what comes in


class FiltersIn(In):
    source: list[Source] = Field(default=[], max_length=50, description="only these papers")
    date_from: IsoDate | None = Field(default=None, description="printed on this day or later")
    date_to: IsoDate | None = Field(default=None, description="printed on this day or earlier")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise PydanticCustomError("dates_reversed", "date_from must not be after date_to")
        return self

    def filters(self) -> Filters:
        return Filters(sources=tuple(self.source), date_from=self.date_from, date_to=self.date_to)


class TurnIn(In):
    question: Earlier
    answer: Earlier = ""

    def turn(self) -> Turn:
        return Turn(self.question, self.answer)


class AskIn(In):
    question: Question = Field(description=f"1 to {QUESTION_MAX} characters after trimming")
    top_k: int = Field(default=5, ge=1, le=50, strict=True, description="how many passages at most")
    history: list[TurnIn] = Field(default=[], max_length=20, description="earlier turns, oldest first")
    filters: FiltersIn = Field(default=FiltersIn(), description="applied before the search, never after top_k")


class SearchQuery(FiltersIn):
    q: Question = Field(description="what to search for")
    top_k: int = Field(default=10, ge=1, le=50, description="how many passages at most")


class SuggestQuery(FiltersIn):
    q: Question = Field(description="the question")
    today: RecentDate | None = Field(
        default=None, description="what 昨天 counts from; the server's own date where left out"
    )


class ArticlesQuery(FiltersIn):
    page: int = Field(default=1, ge=1, le=1_000_000)
    page_size: int = Field(default=20, ge=1, le=100)


class ArticlePath(In):
    article_id: str = Field(min_length=1, max_length=500)


# what goes out


PAGE_OF_QUOTATION = "the page on which it stands; of a text that runs over from one page to the next both, as in 1、2"


class QuoteOut(Out):
    text: str
    citation: int


class AnswerTextOut(Out):
    text: str
    sentences: list[QuoteOut]
    confidence: float


class SpanOut(Out):
    start: int
    end: int


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


class IndexInfoOut(Out):
    generation: str
    articles: int
    passages: int
    mode: Mode


class AskOut(Out):
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


class SourceCount(Out):
    source: str | None
    articles: int


class YearCount(Out):
    year: str
    articles: int


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
    question: str
    today: str
    filters: FiltersOut = Field(description="those of the request")
    suggestions: list[SuggestionOut]
    counts: CountsOut


class ArticleInfoOut(Out):
    id: str
    title: str | None
    source: str | None
    date: str | None
    page: str | None
    author: str | None
    file: str


class ArticlesOut(Out):
    articles: list[ArticleInfoOut]
    total: int
    page: int
    page_size: int


class PartOut(Out):
    """``text[start:end]`` of an article is what this page prints of it; ``raw`` counts characters of the page's file."""

    file: str
    page: str | None
    start: int
    end: int
    raw: SpanOut


class ArticleOut(Out):
    id: str
    title: str | None
    subtitle: str | None
    source: str | None
    date: str | None
    page: str | None
    author: str | None
    file: str
    text: str
    raw: SpanOut = Field(description="where it stands on its first page, the one that file and page name")
    parts: list[PartOut] = Field(description="what each page prints of it, mostly one; together the whole text")


class RebuildOut(Out):
    running: bool
    stage: str | None
    done: int | None
    total: int | None


class IndexOut(Out):
    generation: str
    articles: int
    passages: int
    characters: int
    encoder: str
    dimensions: int
    mode: Mode
    built_at: str
    sources: list[SourceCount]
    rebuild: RebuildOut
    warning: str | None


class HealthOut(Out):
    status: Literal["ok"]


class ReadyOut(Out):
    status: Literal["ready"]
    generation: str


class FieldProblem(Out):
    pointer: str = Field(description="JSON pointer to the field")
    detail: str


class ProblemOut(Out):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem]
