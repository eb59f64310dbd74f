"""``POST /retrieval``: this collection as an external knowledge base of Dify."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from retriever.search import Searcher
from server.checking import checked
from server.compat.conditions import filters_of, passes
from server.compat.dify_shapes import DifyErrorOut, MetadataOut, RecordOut, RetrievalIn, RetrievalOut
from server.compat.openai import TOOLS, VERBATIM
from server.describing import as_json
from server.errors import UnknownKnowledge
from server.schemas import AskIn, AskOut, PassageOut
from server.service import Service

MOST_LOOKED_AT = 50  # where conditions are left to test on what was found
ONLY_NEAR = 0.5  # the highest score where nothing answers: a threshold above it then gives nothing
PAPERS_NAMED = 10


def dify_routes(service: Service) -> APIBlueprint:
    api = APIBlueprint("dify", __name__)
    problems: dict[str | int, Any] = dict.fromkeys((400, 403, 404, 413, 415, 422, 429, 500, 503), DifyErrorOut)

    @api.post("/retrieval", tags=[TOOLS], responses={200: RetrievalOut, **problems})
    @checked
    def retrieval(body: RetrievalIn) -> Response:
        """Dify's external knowledge: the passages nearest to a query. Scores above 0.5 are given where it is answered."""
        wanted = body.metadata_condition
        filters = filters_of(wanted, _paper(service.live.searcher(), body.knowledge_id))
        found = service.desk.ask(AskIn(question=body.query, top_k=_look_at(body), filters=filters))
        records = [
            record
            for passage in found.passages
            if passes(wanted, (record := _record(found, passage)).metadata, passage.title)
        ]
        least = body.retrieval_setting.score_threshold or 0.0
        told = [record for record in records if record.score >= least][: body.retrieval_setting.top_k]
        return as_json(RetrievalOut(records=told))

    return api


def _paper(searcher: Searcher, knowledge: str) -> str | None:
    """The one paper that a knowledge id names; None for the whole collection. Raises UnknownKnowledge."""
    if knowledge == VERBATIM:
        return None
    papers = [source for source, _ in searcher.status().sources if source]
    if knowledge not in papers:
        raise UnknownKnowledge(knowledge=knowledge, known="、".join(papers[:PAPERS_NAMED]) or "-")
    return knowledge


def _look_at(body: RetrievalIn) -> int:
    conditions = body.metadata_condition.conditions if body.metadata_condition else None
    return MOST_LOOKED_AT if conditions else body.retrieval_setting.top_k


def _record(found: AskOut, passage: PassageOut) -> RecordOut:
    relative = min(1.0, max(0.0, passage.score))
    return RecordOut(
        content=passage.text,
        score=relative if found.answer else relative * ONLY_NEAR,
        title=passage.title or "",
        metadata=MetadataOut(
            article_id=passage.article_id,
            source=passage.source,
            date=passage.date,
            page=passage.page,
            author=passage.author,
            url=request.url_root.rstrip("/") + passage.url,
            start=passage.start,
            end=passage.end,
        ),
    )
