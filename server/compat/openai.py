"""``POST /v1/chat/completions`` and ``GET /v1/models``: what OpenAI's clients and everything built on them talk to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic_core import ErrorDetails

from server.checking import checked
from server.compat.content import Content, content
from server.compat.conversation import conversation
from server.compat.openai_shapes import (
    ChatIn,
    ChatOut,
    ChoiceOut,
    ChunkChoiceOut,
    ChunkOut,
    DeltaOut,
    MessageOut,
    ModelOut,
    ModelsOut,
    OpenAIErrorOut,
    UsageOut,
)
from server.composing import Composition, compose
from server.describing import ALWAYS, as_json
from server.errors import UnknownModel
from server.languages import language_of
from server.llm import LanguageModel
from server.problems import WrongFields
from server.schemas import QUESTION_MAX, AskIn, TurnIn
from server.service import Service
from server.streaming import EVENT_STREAM, HEADERS, event

VERBATIM, COMPOSED = "baowen", "baowen+llm"
TOOLS = Tag(name="tools", description="The same answers in the shapes that other tools speak")


def _told(model: Any, *problems: int) -> dict[str | int, Any]:
    return {200: model, **dict.fromkeys((*problems, *ALWAYS), OpenAIErrorOut)}


def openai_routes(service: Service, model: LanguageModel | None) -> APIBlueprint:
    """``model`` composes answers for those who ask ``baowen+llm``; None where none is set up."""
    api = APIBlueprint("openai", __name__, url_prefix="/v1")
    composing = dict.fromkeys((COMPOSED, model.name), model) if model else {}
    known = (VERBATIM, *composing)

    @api.get("/models", tags=[TOOLS], responses=_told(ModelsOut, 503))
    def models() -> Response:
        """OpenAI's list of models: baowen quotes; baowen+llm also has a language model write, where one is set up."""
        built = int(datetime.fromisoformat(service.live.searcher().status().built_at).timestamp())
        return as_json(ModelsOut(data=[ModelOut(id=name, created=built) for name in known]))

    @api.post("/chat/completions", tags=[TOOLS], responses=_told(ChatOut, 404, 413, 415, 503))
    @checked
    def chat_completions(body: ChatIn) -> Response:
        """OpenAI's chat: the last user message is asked, the reply quotes, its annotations say where each quotation stands.

        `"stream": true` sends chat.completion.chunk events. Settings of language models (temperature, max_tokens, …) are
        taken and have no effect.
        """
        if body.model not in known:
            raise UnknownModel(model=body.model, known=", ".join(known))
        answer = service.desk.ask(_asked(body))
        writer = composing.get(body.model)
        composition = compose(answer, writer, service.live.searcher().article) if writer else None
        told = content(answer, language_of(request, service.language), request.url_root.rstrip("/"), composition)
        head: dict[str, Any] = {
            "id": f"chatcmpl-{answer.id}",
            "created": int(time.time()),
            "model": body.model,
            "system_fingerprint": answer.index.generation,
        }
        if body.stream:
            with_usage = body.stream_options is not None and body.stream_options.include_usage
            events = _events(head, told, _usage(composition) if with_usage else None)
            return Response(events, mimetype=EVENT_STREAM, headers=HEADERS)
        message = MessageOut(content=told.text, annotations=list(told.annotations))
        return as_json(ChatOut(**head, choices=[ChoiceOut(message=message)], usage=_usage(composition)))

    return api


def _asked(body: ChatIn) -> AskIn:
    """Raises WrongFields."""
    found = conversation(body.messages)
    if found is None or not found.question:
        raise WrongFields([ErrorDetails(type="no_user_message", loc=("messages",), msg="", input=None)])
    if len(found.question) > QUESTION_MAX:
        limit = {"max_length": QUESTION_MAX}
        raise WrongFields([ErrorDetails(type="string_too_long", loc=("messages",), msg="", input=None, ctx=limit)])
    history = [TurnIn(question=turn.question, answer=turn.answer) for turn in found.history]
    return AskIn(question=found.question, top_k=body.top_k, history=history, filters=body.filters)


def _events(head: dict[str, Any], told: Content, usage: UsageOut | None) -> Iterator[bytes]:
    """The message piece by piece, its annotations with the last word, then why it ends and what it used."""

    def chunk(*choices: ChunkChoiceOut, usage: UsageOut | None = None) -> bytes:
        return event("", ChunkOut(**head, choices=list(choices), usage=usage).model_dump_json())

    yield chunk(ChunkChoiceOut(delta=DeltaOut(role="assistant", content="")))
    for piece in told.pieces:
        yield chunk(ChunkChoiceOut(delta=DeltaOut(content=piece)))
    if told.annotations:
        yield chunk(ChunkChoiceOut(delta=DeltaOut(annotations=list(told.annotations))))
    yield chunk(ChunkChoiceOut(delta=DeltaOut(), finish_reason="stop"))
    if usage is not None:
        yield chunk(usage=usage)
    yield event("", "[DONE]")


def _usage(composition: Composition | None) -> UsageOut:
    read, wrote = (composition.prompt_tokens, composition.completion_tokens) if composition else (0, 0)
    return UsageOut(prompt_tokens=read, completion_tokens=wrote, total_tokens=read + wrote)
