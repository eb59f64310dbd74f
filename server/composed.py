"""``POST /api/v1/compose``: what a language model makes of the passages, beside the answer that quotes them."""

from __future__ import annotations

from typing import Any, Literal, cast

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import ConfigDict, Field

from embeddings.errors import Language
from server.checking import checked
from server.compat.openai import TOOLS
from server.composing import Composition, compose
from server.describing import TAKES_BODY, answers, as_json
from server.errors import LanguageModelOff
from server.languages import language_of
from server.llm import LanguageModel
from server.schemas import AskIn, AskOut, CitationOut, Out
from server.service import Service

ANSWERED: Any = cast(dict[str, Any], AskOut.model_config["json_schema_extra"])["examples"][0]
EXAMPLE = {
    "id": ANSWERED["id"],
    "status": "composed",
    "model": "a-language-model",
    "text": ANSWERED["answer"]["text"],
    "sentences": [{"text": ANSWERED["answer"]["text"], "citations": [1]}],
    "citations": ANSWERED["citations"][:1],
    "dropped": 1,
    "note": None,
    "took_ms": 812.4,
    "ask": ANSWERED,
}


class ComposedSentenceOut(Out):
    text: str
    citations: list[int] = Field(description="the n of each of the citations that bear the sentence out")


class ComposeOut(Out):
    """``text`` was written by a language model and may be wrong; ``ask`` is what the newspapers say."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str = Field(description="that of the verbatim answer, ask.id")
    status: Literal["composed", "not_composed"]
    model: str | None = Field(description="which language model wrote it; null where none is set up")
    text: str | None = Field(description="null where nothing was composed")
    sentences: list[ComposedSentenceOut]
    citations: list[CitationOut] = Field(description="numbered for themselves; each was compared with its article")
    dropped: int = Field(description="sentences left out because their citations did not bear them out")
    note: str | None = Field(description="why nothing was composed")
    took_ms: float
    ask: AskOut = Field(description="the verbatim answer, as POST /api/v1/ask gives it")


def composed_out(made: Composition, answer: AskOut, language: Language) -> ComposeOut:
    return ComposeOut(
        id=answer.id,
        status="composed" if made.sentences else "not_composed",
        model=made.model,
        text=made.text or None,
        sentences=[ComposedSentenceOut(text=s.text, citations=list(s.citations)) for s in made.sentences],
        citations=list(made.citations),
        dropped=made.dropped,
        note=None if made.failure is None else made.failure.message(language),
        took_ms=made.took_ms,
        ask=answer,
    )


def compose_routes(service: Service, model: LanguageModel | None) -> APIBlueprint:
    """``model`` is None where none is set up: then the answer comes with a note, and nothing composed."""
    api = APIBlueprint("compose", __name__, url_prefix="/api/v1")

    @api.post("/compose", tags=[TOOLS], responses=answers(ComposeOut, *TAKES_BODY))
    @checked
    def composed(body: AskIn) -> Response:
        """Ask, and have a language model write an answer from the passages: each sentence with what bears it out.

        Off unless `llm_base_url` and `llm_model` are set. The verbatim answer always comes along, and alone where the model is
        slow, silent or unsupported; `note` then says why.
        """
        answer = service.desk.ask(body)
        article = service.live.searcher().article
        made = compose(answer, model, article) if model else Composition(None, failure=LanguageModelOff())
        return as_json(composed_out(made, answer, language_of(request, service.language)))

    return api
