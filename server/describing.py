"""How routes tell OpenAPI what they answer, and how they answer it."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

PROBLEM: dict[str, Any] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
ASKING = Tag(name="ask", description="Questions and searches")
COLLECTION = Tag(name="collection", description="Articles and the index")
MANAGING = Tag(name="manage", description="Rebuilding the index, feedback: with the admin key")
OPERATION = Tag(name="operation", description="Is it alive, is it ready")

# What any route may answer: not HTTP or another host, a key missing or wrong, too often, broken inside.
ALWAYS = (400, 401, 403, 429, 500)
READS = (422, 503)  # the query or path is wrong; no index yet, or not in time
TAKES_BODY = (413, 415, *READS)


def answers(
    model: type[BaseModel] | None, *problems: int, status: int = 200, media: dict[str, Any] | None = None
) -> dict[str | int, Any]:
    """The responses of a route: what it answers when all is well, and the problems it may tell beside those of every route.

    ``media`` is what it may answer beside or instead of JSON, by type.
    """
    told: dict[str | int, Any] = {status: model}
    if media:
        reference = (
            {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}} if model else {}
        )
        told[status] = {"content": reference | media}
    return told | {number: {"content": PROBLEM} for number in sorted({*problems, *ALWAYS})}


def as_json(body: BaseModel, status: int = 200) -> Response:
    # Straight from pydantic's serialiser: quicker than through dictionaries, and Chinese stays readable.
    return Response(body.model_dump_json(), status, mimetype="application/json")
