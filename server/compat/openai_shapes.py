"""What OpenAI's clients send to chat completions and what they read from it, as far as this service goes.

Clients send many settings of language models (temperature, seed, …): they are taken and have no effect, since a
quotation has no temperature. Refused is what would change the form of the reply if it were honoured.
"""

from __future__ import annotations

from typing import Any, Literal

from flask_openapi3.models.media_type import MediaType
from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from server.schemas import FiltersIn, Out

QUESTION = "图书馆每天几点开门？"


class Lenient(BaseModel):
    """Fields that are not known are ignored: the next version of a client sends more of them."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class PartIn(Lenient):
    type: str
    text: str | None = None


class MessageIn(Lenient):
    role: str
    content: str | list[PartIn] | None = None


class StreamOptionsIn(Lenient):
    include_usage: bool = False


class FormatIn(Lenient):
    type: Literal["text"] = "text"


class ChatIn(Lenient):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": "baowen", "messages": [{"role": "user", "content": QUESTION}], "stream": False}]
        }
    )

    model: str = Field(max_length=200, description="one of /v1/models")
    messages: list[MessageIn] = Field(
        min_length=1,
        max_length=500,
        description="the last user message is the question, the turns before it the history; other roles are not read",
    )
    stream: bool = Field(default=False, description="server-sent events of chat.completion.chunk, [DONE] at the end")
    stream_options: StreamOptionsIn | None = None
    n: Literal[1] | None = Field(default=None, description="there is one answer")
    response_format: FormatIn | None = Field(default=None, description="a quotation is no JSON")
    tool_choice: Literal["auto", "none"] | None = Field(default=None, description="tools are never called")
    modalities: list[Literal["text"]] | None = None
    top_k: int = Field(default=5, ge=1, le=50, description="not OpenAI's: how many passages are looked at")
    filters: FiltersIn = Field(default=FiltersIn(), description="not OpenAI's: as POST /api/v1/ask takes them")


class UrlCitationOut(Out):
    start_index: int = Field(description="of the quoted words in content, in Unicode code points")
    end_index: int = Field(
        description="exclusive; content[start_index:end_index] stands at url word for word, or rests on it if composed"
    )
    url: str = Field(description="the reading page with exactly these words marked")
    title: str


class AnnotationOut(Out):
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitationOut


class MessageOut(Out):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[AnnotationOut]


class ChoiceOut(Out):
    index: int = 0
    message: MessageOut
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class UsageOut(Out):
    """What a language model was given and wrote; nothing where none was asked."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


STREAM = MediaType.model_validate(
    {
        "schema": {"type": "string"},
        "example": 'data: {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "八点半开门。"}}]}\n\n'
        "data: [DONE]\n\n",
    }
)


class ChatOut(Out):
    model_config = ConfigDict(
        openapi_extra={"content": {"text/event-stream": STREAM}},  # type: ignore[typeddict-unknown-key]  # flask-openapi3's
        json_schema_extra={
            "examples": [
                {
                    "id": "chatcmpl-ans_1f0c",
                    "object": "chat.completion",
                    "created": 1767261600,
                    "model": "baowen",
                    "choices": [
                        {
                            "index": 0,
                            "message": {
                                "role": "assistant",
                                "content": "新馆每天早上八点半开门，晚上九点关门。[1]\n\n出处：\n"
                                "[1] 周口日报 · 2022-08-03 http://127.0.0.1:8000/articles/a1#c18-36",
                                "refusal": None,
                                "annotations": [
                                    {
                                        "type": "url_citation",
                                        "url_citation": {
                                            "start_index": 0,
                                            "end_index": 18,
                                            "url": "http://127.0.0.1:8000/articles/a1#c18-36",
                                            "title": "图书馆延长开放时间",
                                        },
                                    }
                                ],
                            },
                            "logprobs": None,
                            "finish_reason": "stop",
                        }
                    ],
                    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
                    "system_fingerprint": "20260101T120000Z-3f9a",
                }
            ]
        },
    )

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="seconds since 1970")
    model: str
    choices: list[ChoiceOut]
    usage: UsageOut
    system_fingerprint: str = Field(description="the generation of the index")


class DeltaOut(Out):
    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[AnnotationOut] | None = None

    @model_serializer(mode="wrap")
    def _only_what_is_new(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in dump(self).items() if value is not None}


class ChunkChoiceOut(Out):
    index: int = 0
    delta: DeltaOut
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class ChunkOut(Out):
    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoiceOut]
    system_fingerprint: str
    usage: UsageOut | None = None


class ModelOut(Out):
    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "baowen"


class ModelsOut(Out):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "object": "list",
                    "data": [{"id": "baowen", "object": "model", "created": 1767261600, "owned_by": "baowen"}],
                }
            ]
        }
    )

    object: Literal["list"] = "list"
    data: list[ModelOut]


class OpenAIErrorBody(Out):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorOut(Out):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "message": "这里没有模型“gpt-4o”。可用：baowen。",
                        "type": "invalid_request_error",
                        "param": None,
                        "code": "model_not_found",
                    }
                }
            ]
        }
    )

    error: OpenAIErrorBody
