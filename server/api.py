"""The JSON API, as flask-openapi3 routes: each tells its models and errors, and /openapi.json tells them all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, current_app, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from embeddings.errors import Language
from retriever.domain import Mode
from server.languages import language_of
from server.live import LiveSearcher
from server.present import answer_out, article_out, articles_out, index_out, search_out, suggest_out
from server.problems import NotJson
from server.schemas import (
    ArticleOut,
    ArticlePath,
    ArticlesOut,
    ArticlesQuery,
    AskIn,
    AskOut,
    HealthOut,
    IndexOut,
    ReadyOut,
    SearchOut,
    SearchQuery,
    SuggestOut,
    SuggestQuery,
)

PROBLEM: dict[str, Any] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
ASKING = Tag(name="ask", description="Questions and searches")
COLLECTION = Tag(name="collection", description="Articles and the index")
OPERATION = Tag(name="operation", description="Is it alive, is it ready")


def _responses(model: type[BaseModel], *problems: int) -> dict[str | int, Any]:
    told: dict[str | int, Any] = {status: {"content": PROBLEM} for status in (*problems, 400, 500)}
    return {200: model, **told}


def api_routes(live: LiveSearcher, mode: Mode, default: Language, today: Callable[[], date]) -> APIBlueprint:
    api = APIBlueprint("api", __name__, url_prefix="/api/v1")

    @api.before_request
    def body_is_json() -> None:
        if request.method != "POST":
            return
        if not request.is_json:
            raise UnsupportedMediaType
        try:
            body = request.get_json()
        except (BadRequest, RecursionError) as error:  # RecursionError: a thousand brackets deep
            raise NotJson from error
        if isinstance(body, str):
            raise NotJson  # flask-openapi3 would read JSON within the string

    @api.post("/ask", tags=[ASKING], responses=_responses(AskOut, 413, 415, 422, 503))
    def ask(body: AskIn) -> Response:
        """Ask a question: the sentences that answer it, word for word, and where they were printed."""
        answer = live.searcher().ask(
            body.question,
            top_k=body.top_k,
            history=[turn.turn() for turn in body.history],
            filters=body.filters.filters(),
        )
        return _json(answer_out(answer))

    @api.get("/search", tags=[ASKING], responses=_responses(SearchOut, 422, 503))
    def search(query: SearchQuery) -> Response:
        """The passages nearest to a query; how many articles hold its words, and of which papers and years they are."""
        result = live.searcher().search(query.q, top_k=query.top_k, filters=query.filters())
        return _json(search_out(query.q, result))

    @api.get("/suggest", tags=[ASKING], responses=_responses(SuggestOut, 422, 503))
    def suggest(query: SuggestQuery) -> Response:
        """The filters that a question speaks of, to be offered and never applied by themselves; and what holds its words."""
        day = date.fromisoformat(query.today) if query.today else today()
        searcher, filters = live.searcher(), query.filters()
        found, counts = searcher.suggest(query.q, today=day), searcher.counts(query.q, filters=filters)
        return _json(suggest_out(query.q, day, filters, found, counts))

    @api.get("/articles", tags=[COLLECTION], responses=_responses(ArticlesOut, 422, 503))
    def articles(query: ArticlesQuery) -> Response:
        """The articles of the index, newest first."""
        listing = live.searcher().articles(filters=query.filters(), page=query.page, page_size=query.page_size)
        return _json(articles_out(listing))

    @api.get("/articles/<path:article_id>", tags=[COLLECTION], responses=_responses(ArticleOut, 404, 422, 503))
    def article(path: ArticlePath) -> Response:
        """One article; the offsets of citations and passages count in its text."""
        return _json(article_out(live.searcher().article(path.article_id)))

    @api.get("/index", tags=[COLLECTION], responses=_responses(IndexOut, 503))
    def index() -> Response:
        """What the index holds and how it was made."""
        return _json(index_out(live.searcher().status(), mode, live, language_of(request, default)))

    return api


def operation_routes(live: LiveSearcher) -> APIBlueprint:
    operation = APIBlueprint("operation", __name__)

    @operation.get("/healthz", tags=[OPERATION], responses=_responses(HealthOut))
    def healthz() -> Response:
        """The process is alive."""
        return _json(HealthOut(status="ok"))

    @operation.get("/readyz", tags=[OPERATION], responses=_responses(ReadyOut, 503))
    def readyz() -> Response:
        """An index is loaded."""
        return _json(ReadyOut(status="ready", generation=live.searcher().generation))

    @operation.get(
        "/openapi.json",
        tags=[OPERATION],
        responses={200: {"content": {"application/json": {}}}, 500: {"content": PROBLEM}},
    )
    def openapi() -> dict[str, Any]:
        """This description."""
        description: dict[str, Any] = current_app.api_doc  # type: ignore[attr-defined]  # set by flask-openapi3
        return description

    return operation


def _json(body: BaseModel) -> Response:
    # Straight from pydantic's serialiser: quicker than through dictionaries, and Chinese stays readable.
    return Response(body.model_dump_json(), mimetype="application/json")
