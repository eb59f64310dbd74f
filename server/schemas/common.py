"""What several bodies are made of."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from retriever.domain import Filters, Mode

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


def with_example(example: dict[str, Any], *, may_be_empty: bool = False) -> ConfigDict:
    """What OpenAPI shows of a body, beside its schema; ``may_be_empty`` where a request needs none."""
    told = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [example]})
    told["openapi_extra"] = {"required": not may_be_empty}  # type: ignore[typeddict-unknown-key]  # flask-openapi3's own
    return told


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


class IndexInfoOut(Out):
    generation: str
    articles: int
    passages: int
    mode: Mode


class SourceCount(Out):
    source: str | None
    articles: int


class YearCount(Out):
    year: str
    articles: int


class SpanOut(Out):
    start: int
    end: int
