"""Problems in the shape that the clients of each door read. The table of doors stands at the end."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel

from server.compat.dify_shapes import DifyErrorOut
from server.compat.openai_shapes import OpenAIErrorBody, OpenAIErrorOut
from server.schemas import ProblemOut

# What OpenAI calls the problems that its clients tell apart, by status and by our own names.
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_OPENAI_CODES = {401: "invalid_api_key", 403: "invalid_api_key", 429: "rate_limit_exceeded"}
_NAMED = {"urn:baowen:problem:unknown-model": "model_not_found"}

_DIFY_CODES = {
    "urn:baowen:problem:key-needed": 1001,
    "urn:baowen:problem:key-unknown": 1002,
    "urn:baowen:problem:unknown-knowledge": 2001,
}


def as_openai(problem: ProblemOut) -> tuple[int, BaseModel]:
    # Clients of OpenAI know 400 for a wrong field, not 422.
    status = 400 if problem.status == 422 else problem.status
    body = OpenAIErrorBody(
        message=_with_fields(problem),
        type=_OPENAI_TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error"),
        param=problem.errors[0].pointer.lstrip("/").replace("/", ".") or None if problem.errors else None,
        code=_NAMED.get(problem.type) or _OPENAI_CODES.get(status),
    )
    return status, OpenAIErrorOut(error=body)


def as_dify(problem: ProblemOut) -> tuple[int, BaseModel]:
    """Dify takes 404 for a wrong address and 403 for a wrong key when it is given the address, and shows what is said."""
    status = 403 if problem.status == 401 else problem.status
    return status, DifyErrorOut(error_code=_DIFY_CODES.get(problem.type, status), error_msg=_with_fields(problem))


def _with_fields(problem: ProblemOut) -> str:
    """What is wrong with each field, where fields are: these shapes have no list of them."""
    return "; ".join(f"{error.pointer or '/'}: {error.detail}" for error in problem.errors) or problem.detail


SHAPES: tuple[tuple[str, Callable[[ProblemOut], tuple[int, BaseModel]]], ...] = (
    ("/v1/", as_openai),
    ("/retrieval", as_dify),
)


def shape_for(path: str) -> Callable[[ProblemOut], tuple[int, BaseModel]] | None:
    """How problems are told at this path: as a status and a body; None where they are problem+json."""
    return next((shape for root, shape in SHAPES if path.startswith(root)), None)
