"""``/docs``: what /openapi.json says, as a page. It loads nothing from elsewhere and runs no script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, current_app, render_template
from flask_openapi3.openapi import OpenAPI

from server.openapi import description
from server.service import Service


def docs_routes(service: Service) -> Blueprint:
    pages = Blueprint("docs", __name__)

    @pages.get("/docs")
    def docs() -> str:
        app: OpenAPI = current_app._get_current_object()  # type: ignore[attr-defined]
        told = description(app)
        schemas = {name: _pretty(schema) for name, schema in sorted(told["components"]["schemas"].items())}
        return render_template("docs.html", info=told["info"], routes=list(routes_of(told)), schemas=schemas)

    return pages


def routes_of(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each route as the template shows it."""
    schemas = told["components"]["schemas"]
    for path, item in told["paths"].items():
        for method, operation in item.items():
            bodies = operation.get("requestBody", {}).get("content", {})
            yield {
                "id": operation["operationId"],
                "name": f"{method.upper()} {path}",
                "summary": operation["summary"],
                "description": operation.get("description", "").replace("<br/>", " "),
                "keyed": bool(operation.get("security")),
                "parameters": [
                    (
                        parameter["name"],
                        parameter["in"],
                        parameter.get("required", False),
                        parameter.get("description", ""),
                    )
                    for parameter in operation.get("parameters", ())
                ],
                "request": [_shown(kind, media, schemas) for kind, media in bodies.items()],
                "responses": [
                    (
                        status,
                        response["description"],
                        [_shown(kind, media, schemas) for kind, media in response.get("content", {}).items()],
                    )
                    for status, response in sorted(operation["responses"].items())
                ],
            }


def _shown(kind: str, media: dict[str, Any], schemas: dict[str, Any]) -> tuple[str, str | None, str | None]:
    """The type of a body, the name of its schema, an example."""
    name = str(media.get("schema", {}).get("$ref", "")).rpartition("/")[2] or None
    examples = schemas.get(name, {}).get("examples", ()) if name else ()
    example = media.get("example", next(iter(examples), None))
    if kind == "application/problem+json":
        example = None  # the same for each: it stands with the schema
    return kind, name, example if example is None or isinstance(example, str) else _pretty(example)


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
