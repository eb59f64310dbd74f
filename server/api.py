"""The JSON API of readers, as flask-openapi3 routes: each tells its models and errors, and /openapi.json tells them all."""

from __future__ import annotations

from datetime import date
from functools import partial

from flask import Response, g, request
from flask_openapi3.blueprint import APIBlueprint

from server.checking import checked
from server.describing import ASKING, COLLECTION, READS, TAKES_BODY, answers, as_json
from server.languages import language_of
from server.present import article_out, articles_out, index_out, search_out, suggest_out
from server.problems import problem_of
from server.schemas import (
    AnswerEvent,
    ArticleOut,
    ArticlePath,
    ArticlesOut,
    ArticlesQuery,
    AskIn,
    AskOut,
    AskQuery,
    IndexOut,
    SearchOut,
    SearchQuery,
    SuggestOut,
    SuggestQuery,
)
from server.service import Service
from server.streaming import Send, stream, wants_stream

EVENTS = {
    "schema": {
        "type": "object",
        "description": "one event",
        "properties": {
            "event": {"enum": ["passages", "answer", "done", "error"]},
            "data": {"type": "string", "description": "JSON: PassagesEvent, AnswerEvent, AskOut or ProblemOut"},
        },
        "required": ["event", "data"],
    },
    "example": 'event: passages\ndata: {"id":"ans_…","passages":[…]}\n\nevent: answer\ndata: {"status":"answered",…}\n\n'
    "event: done\ndata: {the whole body}\n\n",
}


def api_routes(service: Service) -> APIBlueprint:
    api = APIBlueprint("api", __name__, url_prefix="/api/v1")
    live, desk, default = service.live, service.desk, service.language

    @api.post("/ask", tags=[ASKING], responses=answers(AskOut, *TAKES_BODY, media={"text/event-stream": EVENTS}))
    @checked
    def ask(body: AskIn, query: AskQuery) -> Response:
        """Ask a question: the sentences that answer it, word for word, and where they were printed.

        With `?stream=1` or `Accept: text/event-stream` the reply is a stream of events: `passages` as soon as they are
        found, `answer`, and `done`, which repeats the whole body; a comment every 15 seconds keeps the connection open. What
        goes wrong after the headers is told by an event `error`, whose data is a problem.
        """
        if not (query.stream or wants_stream()):
            return Response(desk.ask_json(body), mimetype="application/json")
        live.searcher()  # without an index there is nothing to stream
        language, request_id, path = language_of(request, default), g.request_id, request.path

        def problem(error: Exception) -> tuple[str, str]:
            return "error", problem_of(error, language, request_id).out(language, path).model_dump_json()

        return stream(partial(_tell, service, body), desk.streams, on_error=problem)

    @api.get("/search", tags=[ASKING], responses=answers(SearchOut, *READS))
    @checked
    def search(query: SearchQuery) -> Response:
        """The passages nearest to a query; how many articles hold its words, and of which papers and years they are."""
        searcher, filters = live.searcher(), query.filters()
        result = desk.in_time(lambda _: searcher.search(query.q, top_k=query.top_k, filters=filters))
        return as_json(search_out(query.q, result))

    @api.get("/suggest", tags=[ASKING], responses=answers(SuggestOut, *READS))
    @checked
    def suggest(query: SuggestQuery) -> Response:
        """The filters that a question speaks of, to be offered and never applied by themselves; and what holds its words."""
        day = date.fromisoformat(query.today) if query.today else service.today()
        searcher, filters = live.searcher(), query.filters()
        found, counts = desk.in_time(
            lambda _: (searcher.suggest(query.q, today=day), searcher.counts(query.q, filters=filters))
        )
        return as_json(suggest_out(query.q, day, filters, found, counts))

    @api.get("/articles", tags=[COLLECTION], responses=answers(ArticlesOut, *READS))
    @checked
    def articles(query: ArticlesQuery) -> Response:
        """The articles of the index, newest first."""
        listing = live.searcher().articles(filters=query.filters(), page=query.page, page_size=query.page_size)
        return as_json(articles_out(listing))

    @api.get("/articles/<path:article_id>", tags=[COLLECTION], responses=answers(ArticleOut, 404, *READS))
    @checked
    def article(path: ArticlePath) -> Response:
        """One article; the offsets of citations and passages count in its text."""
        return as_json(article_out(live.searcher().article(path.article_id)))

    @api.get("/index", tags=[COLLECTION], responses=answers(IndexOut, 503))
    def index() -> Response:
        """What the index holds, how it was made, and how far a rebuild is or how the last one ended."""
        language, searcher = language_of(request, default), live.searcher()
        task = service.rebuilds.last()
        return as_json(index_out(searcher.status(), service.settings.mode, live, language, task))

    return api


def _tell(service: Service, asked: AskIn, send: Send) -> None:
    """The events of one answer, each as soon as it is known; a client that goes away ends the question."""
    told = service.desk.ask_json(asked, lambda found: send("passages", found.model_dump_json()))
    send("answer", AnswerEvent.of(AskOut.model_validate_json(told)).model_dump_json())
    send("done", told)
