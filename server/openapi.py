"""The description of the API, put right: flask-openapi3 drops the examples of models and adds a 422 that nothing answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel

PACKAGE = "server."


def description(app: OpenAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of every route of ``app`` that is registered as one for programs."""
    told: dict[str, Any] = app.api_doc
    for item in told["paths"].values():
        for operation in item.values():
            responses = operation["responses"]
            if "422" in responses and _is_added(responses["422"]):
                del responses["422"]
    schemas = told["components"]["schemas"]
    for model in _models(BaseModel):
        extra = model.model_config.get("json_schema_extra")
        if model.__name__ in schemas and isinstance(extra, dict) and "examples" in extra:
            schemas[model.__name__]["examples"] = extra["examples"]
    return told


def _is_added(response: dict[str, Any]) -> bool:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("items", schema).get("$ref", "")).endswith("/ProblemOut")


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        if model.__module__.startswith(PACKAGE):
            yield model
        yield from _models(model)
