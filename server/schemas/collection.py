"""Articles and the index."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from retriever.domain import Mode
from server.schemas import examples
from server.schemas.common import FiltersIn, In, Out, SourceCount, SpanOut, with_example


class ArticlesQuery(FiltersIn):
    page: int = Field(default=1, ge=1, le=1_000_000)
    page_size: int = Field(default=20, ge=1, le=100)


class ArticlePath(In):
    article_id: str = Field(min_length=1, max_length=500)


class ArticleInfoOut(Out):
    id: str
    title: str | None
    source: str | None
    date: str | None
    page: str | None
    author: str | None
    file: str


class ArticlesOut(Out):
    model_config = with_example(examples.ARTICLES_OUT)

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
    model_config = with_example(examples.ARTICLE_OUT)

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


class RebuildIn(In):
    model_config = with_example({"strict": False}, may_be_empty=True)

    strict: bool = Field(default=False, description="keep the old index where a single file cannot be read")


class TaskOut(Out):
    model_config = with_example(examples.TASK_OUT)

    task: str
    status: Literal["running"]
    done: int
    total: int


class RollbackIn(In):
    model_config = with_example(examples.ROLLBACK_IN, may_be_empty=True)

    generation: str | None = Field(
        default=None, max_length=100, description="which one; the last sound one before the live one where left out"
    )


class RollbackOut(Out):
    model_config = with_example(examples.ROLLBACK_OUT)

    now: str
    before: str | None
    passed_over: list[str] = Field(description="generations that are damaged")


class RebuildOut(Out):
    """Of rebuilds that were asked for over the API."""

    running: bool
    stage: str | None
    done: int | None = Field(description="of the stage; while one runs")
    total: int | None
    task: str | None = Field(description="the one that runs, or the last one")
    status: Literal["running", "done", "failed"] | None
    started_at: str | None
    ended_at: str | None
    report: list[str] = Field(description="what the last one told when it ended, its error included")


class IndexOut(Out):
    model_config = with_example(examples.INDEX_OUT)

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
