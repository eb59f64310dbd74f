"""What a request must look like before a route sees it: its body, its query, its path, each against a model."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from flask import Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from server.problems import NotJson, WrongFields

View = TypeVar("View", bound=Callable[..., Response])
BROKEN_JSON = "json_invalid"  # pydantic's name for what is no JSON


def checked(view: View) -> View:
    """A route whose parameters ``body``, ``query`` and ``path`` are read from the request by their types.

    It takes the place of flask-openapi3's own reading, which draws up the schema of a query anew for every request and
    reads a body twice. What the route is described with stays flask-openapi3's. Raises NotJson and WrongFields.
    """
    hints = get_type_hints(view)
    models: dict[str, type[BaseModel]] = {name: hints[name] for name in ("body", "query", "path") if name in hints}
    fields = models["query"].model_fields if "query" in models else {}
    lists = {name for name, field in fields.items() if _is_list(field.annotation)}
    may_be_empty = "body" in models and not any(field.is_required() for field in models["body"].model_fields.values())

    @wraps(view)
    def reading(**in_path: Any) -> Response:
        read: dict[str, BaseModel] = {}
        try:
            if "path" in models:
                read["path"] = models["path"].model_validate(in_path)
            if "query" in models:
                read["query"] = models["query"].model_validate(_query(lists))
            if "body" in models:
                read["body"] = models["body"].model_validate_json(_body(may_be_empty))
        except ValidationError as error:
            # The values are left out: they may be questions, and those are nobody else's business.
            findings = error.errors(include_url=False, include_input=False)
            if findings[0]["type"] == BROKEN_JSON:
                raise NotJson from None
            raise WrongFields(findings) from None
        return view(**read)

    reading.__delay_validate_request__ = True  # type: ignore[attr-defined]  # flask-openapi3: it is checked here
    return reading  # type: ignore[return-value]


def _body(may_be_empty: bool) -> bytes:
    if may_be_empty and not request.content_length and "Transfer-Encoding" not in request.headers:
        return b"{}"
    if not request.is_json:
        raise UnsupportedMediaType
    return request.get_data(cache=False)


def _query(lists: set[str]) -> dict[str, Any]:
    """Every name of the address once; the names of lists with all their values."""
    return {name: request.args.getlist(name) if name in lists else value for name, value in request.args.items()}


def _is_list(annotation: Any) -> bool:
    """
    >>> _is_list(list[str]), _is_list(list[int] | None), _is_list(str | None)
    (True, True, False)
    """
    return get_origin(annotation) is list or any(get_origin(part) is list for part in get_args(annotation))
