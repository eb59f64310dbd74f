"""``baowen mcp``: the same questions for assistants that speak the Model Context Protocol, over stdin and stdout."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.server.mcpserver.resources import ResourceSecurity
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from embeddings.errors import BaowenError, Language
from server import version
from server.filtering import filters_from
from server.live import Live
from server.messages.mcp import FIELDS, INSTRUCTIONS, RESOURCES, TITLES, TOOLS
from server.present import answer_out, article_out, search_out
from server.schemas import ArticleOut, AskOut, IsoDate, PassageOut, Question, SearchOut, Source, TurnIn
from server.settings import Settings
from server.stores import live_of
from server.terminal import answer_lines

P = ParamSpec("P")
R = TypeVar("R")

READS_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
MOST_TURNS = 20

Asked = Annotated[Question, Field(description=FIELDS["question"])]
Sought = Annotated[Question, Field(description=FIELDS["query"])]
History = Annotated[list[TurnIn], Field(default_factory=list, max_length=MOST_TURNS, description=FIELDS["history"])]
Sources = Annotated[list[Source], Field(default_factory=list, max_length=50, description=FIELDS["source"])]
From = Annotated[IsoDate | None, Field(description=FIELDS["date_from"])]
To = Annotated[IsoDate | None, Field(description=FIELDS["date_to"])]
TopK = Annotated[int, Field(ge=1, le=50, description=FIELDS["top_k"])]
ArticleId = Annotated[str, Field(min_length=1, max_length=500, description=FIELDS["article_id"])]


def serve(settings: Settings) -> None:
    """Serve on stdin and stdout until stdin ends. A rebuild is picked up without a restart."""
    mcp_server(live_of(settings), settings).run("stdio")


def mcp_server(live: Live, settings: Settings) -> MCPServer:
    language = settings.language
    server = MCPServer("baowen", title="报问 Baowen", instructions=INSTRUCTIONS, version=version(), log_level="WARNING")
    telling = _telling(language, ToolError)

    def ask(
        question: Asked, history: History, source: Sources, date_from: From = None, date_to: To = None, top_k: TopK = 5
    ) -> Annotated[CallToolResult, AskOut]:
        turns = [turn.turn() for turn in history]
        filters = filters_from(source, date_from, date_to)
        answer = answer_out(live.searcher().ask(question, top_k=top_k, history=turns, filters=filters))
        return _result(answer, "\n".join(answer_lines(answer, language)))

    def search(
        query: Sought, source: Sources, date_from: From = None, date_to: To = None, top_k: TopK = 10
    ) -> Annotated[CallToolResult, SearchOut]:
        filters = filters_from(source, date_from, date_to)
        found = search_out(query, live.searcher().search(query, top_k=top_k, filters=filters))
        return _result(found, "\n\n".join(_passage_lines(found.passages)) or "-")

    def fetch(article_id: ArticleId) -> Annotated[CallToolResult, ArticleOut]:
        article = article_out(live.searcher().article(article_id))
        return _result(article, _article_text(article))

    for tool in (ask, search, fetch):
        name = tool.__name__
        server.add_tool(telling(tool), name=name, title=TITLES[name], description=TOOLS[name], annotations=READS_ONLY)

    @server.resource("baowen://index", name="index", description=RESOURCES["index"], mime_type="application/json")
    @_telling(language, ResourceError)
    def index() -> str:
        return json.dumps(asdict(live.searcher().status()), ensure_ascii=False)

    # An id is looked up among ids and never made a path, whatever it looks like.
    @server.resource(
        "baowen://articles/{article_id}",
        name="article",
        description=RESOURCES["article"],
        security=ResourceSecurity(exempt_params={"article_id"}),
    )
    @_telling(language, ResourceError)
    def article(article_id: str) -> str:
        return _article_text(article_out(live.searcher().article(article_id)))

    return server


def _telling(language: Language, refusal: Callable[[str], Exception]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """What a caller can mend reaches it in words; the SDK keeps all other errors to itself."""

    def decorate(work: Callable[P, R]) -> Callable[P, R]:
        @wraps(work)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return work(*args, **kwargs)
            except BaowenError as error:
                raise refusal(error.message(language)) from error

        return told

    return decorate


def _result(structured: BaseModel, text: str) -> CallToolResult:
    said = TextContent(type="text", text=text)
    return CallToolResult(content=[said], structured_content=structured.model_dump(mode="json"))


def _passage_lines(passages: list[PassageOut]) -> Iterator[str]:
    for passage in passages:
        printed = (passage.source, passage.date, passage.page, passage.title, passage.author)
        byline = " · ".join(part for part in printed if part)
        yield f"[{passage.rank}] {byline}\narticle_id={passage.article_id} {passage.start}-{passage.end}\n{passage.text}"


def _article_text(article: ArticleOut) -> str:
    printed = (article.source, article.date, article.page, article.author)
    head = [article.title, article.subtitle, " · ".join(part for part in printed if part)]
    return "\n".join([*(line for line in head if line), "", article.text])
