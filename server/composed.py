"""``POST /api/v1/compose``: what a language model makes of the passages, beside the answer that quotes them."""

from __future__ import annotations

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from embeddings.errors import Language
from server.checking import checked
from server.compat.openai import TOOLS
from server.composing import Composition, compose
from server.describing import TAKES_BODY, answers, as_json
from server.errors import LanguageModelOff
from server.languages import language_of
from server.llm import LanguageModel
from server.schemas import AskIn, ComposedOut, ComposedSentenceOut, ComposeOut
from server.service import Service


def composed_out(made: Composition, answer_id: str, language: Language) -> ComposedOut:
    return ComposedOut(
        id=answer_id,
        status="composed" if made.sentences else "not_composed",
        model=made.model,
        text=made.text or None,
        sentences=[ComposedSentenceOut(text=s.text, citations=list(s.citations)) for s in made.sentences],
        citations=list(made.citations),
        dropped=made.dropped,
        note=None if made.failure is None else made.failure.message(language),
        took_ms=made.took_ms,
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
        told = composed_out(made, answer.id, language_of(request, service.language))
        return as_json(ComposeOut(**dict(told), ask=answer))

    return api
