"""What Dify sends to an external knowledge base and what it reads from it."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from server.compat.openai_shapes import QUESTION, Lenient
from server.schemas import Out, Question

Operator = Literal[
    "contains", "not contains", "start with", "end with", "is", "is not", "in", "not in", "empty", "not empty",
    "null", "not null", "=", "≠", ">", "<", "≥", "≤", "before", "after",
]  # fmt: skip
NEEDS_NO_VALUE = ("empty", "not empty", "null", "not null")
Named = Literal["source", "date", "title", "author", "page", "article_id"]


class ConditionIn(Lenient):
    name: Named | list[Named] = Field(description="which field of the metadata; of several, one that holds suffices")
    comparison_operator: Operator
    value: str | float | list[str] | None = None

    @model_validator(mode="after")
    def _has_something_to_compare_with(self) -> ConditionIn:
        if self.value is None and self.comparison_operator not in NEEDS_NO_VALUE:
            raise PydanticCustomError("missing", "value is missing")
        return self


class ConditionsIn(Lenient):
    logical_operator: Literal["and", "or"] | None = "and"
    conditions: list[ConditionIn] | None = Field(default=None, max_length=50)


class RetrievalSettingIn(Lenient):
    top_k: int = Field(default=5, ge=1, le=50)
    score_threshold: float | None = Field(default=0.0, ge=0, le=1)


class RetrievalIn(Lenient):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "knowledge_id": "baowen",
                    "query": QUESTION,
                    "retrieval_setting": {"top_k": 3, "score_threshold": 0.5},
                    "metadata_condition": {
                        "logical_operator": "and",
                        "conditions": [{"name": "date", "comparison_operator": "after", "value": "2022-01-01"}],
                    },
                }
            ]
        }
    )

    knowledge_id: str = Field(max_length=200, description="baowen for the whole collection, or the name of one paper")
    query: Question
    retrieval_setting: RetrievalSettingIn = RetrievalSettingIn()
    metadata_condition: ConditionsIn | None = None


class MetadataOut(Out):
    article_id: str
    source: str | None
    date: str | None
    page: str | None
    author: str | None
    url: str = Field(description="the reading page with exactly this passage marked")
    start: int
    end: int


class RecordOut(Out):
    content: str
    score: float = Field(description="0..1 within one reply; at most 0.5 where nothing answers the query")
    title: str
    metadata: MetadataOut


class RetrievalOut(Out):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "records": [
                        {
                            "content": "市图书馆从八月一日起延长开放时间。",
                            "score": 1.0,
                            "title": "图书馆延长开放时间",
                            "metadata": {
                                "article_id": "a1",
                                "source": "周口日报",
                                "date": "2022-08-03",
                                "page": "1",
                                "author": "张猛",
                                "url": "http://127.0.0.1:8000/articles/a1#c0-17",
                                "start": 0,
                                "end": 17,
                            },
                        }
                    ]
                }
            ]
        }
    )

    records: list[RecordOut]


class DifyErrorOut(Out):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"error_code": 2001, "error_msg": "没有知识库“AAA-BBB”。可用：baowen。"}]}
    )

    error_code: int = Field(
        description="1001 no key, or not sent as 'Bearer KEY'; 1002 a wrong key; 2001 no such knowledge_id; else the status"
    )
    error_msg: str
