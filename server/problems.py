"""One table turns errors into HTTP. Programs get RFC 9457 problem+json, people on a page get a page."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from embeddings.errors import BaowenError, EncoderError, Language
from retriever import errors as retriever
from server import errors as server
from server.compat.errors import shape_for
from server.languages import language_of
from server.messages import in_language
from server.messages.problems import DETAILS, INTERNAL, NOT_JSON, TITLES, WRONG_FIELDS, explain
from server.metrics import Metrics
from server.pages import error_page
from server.schemas import FieldProblem, ProblemOut

log = logging.getLogger(__name__)

STATUS: dict[type[BaowenError], int] = {
    retriever.ArticleNotFound: 404,
    retriever.NoSuchGeneration: 404,
    retriever.EmptyQuestion: 422,
    retriever.QuestionTooLong: 422,
    retriever.IndexNotBuilt: 503,
    retriever.NotAnIndex: 503,
    retriever.IndexDamaged: 503,
    retriever.IndexFormatUnknown: 503,
    retriever.WrongEncoder: 503,
    retriever.StoreError: 503,
    EncoderError: 503,
    retriever.RebuildRunning: 409,
    retriever.NoOlderGeneration: 409,
    server.NothingToRebuild: 409,
    server.StoreHeldByService: 409,
    server.UnknownHost: 400,
    server.UnknownModel: 404,
    server.UnknownKnowledge: 404,
    server.AmbiguousLength: 400,
    server.KeyNeeded: 401,
    server.KeyUnknown: 401,
    server.AdminKeyNeeded: 403,
    server.NoAdminKey: 403,
    server.TooMany: 429,
    server.TooSlow: 503,
    server.Draining: 503,
    server.StateNotWritten: 503,
}
API_ROOTS = ("/api/", "/v1/", "/retrieval", "/healthz", "/readyz", "/metrics", "/openapi.json")
RETRY_S = 1


class NotJson(Exception):
    """The body of a request to the API is no JSON."""


class WrongFields(Exception):
    """Fields of a request are not as the contract has them."""

    def __init__(self, findings: Sequence[ErrorDetails]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = findings


def refuse_fields(error: ValidationError) -> Response:
    """What flask-openapi3 calls when a request does not fit its model, on routes that are not ``checked``."""
    raise WrongFields(error.errors(include_url=False, include_input=False)) from None


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is told over HTTP."""

    status: int
    kind: str
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def out(self, language: Language, path: str) -> ProblemOut:
        return ProblemOut(
            type=f"urn:baowen:problem:{self.kind}",
            title=self.title(language),
            status=self.status,
            detail=self.detail,
            instance=quote(path),
            errors=list(self.errors),
        )

    def title(self, language: Language) -> str:
        return in_language(TITLES.get(self.status, TITLES[500 if self.status >= 500 else 400]), language)


def problem_of(error: Exception, language: Language, request_id: str) -> Problem:
    """What is told of an error; what nobody foresaw is logged, and nothing but its request id is told."""
    if isinstance(error, BaowenError):
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)
        if status is not None:
            return Problem(
                status, _kebab(type(error).__name__), error.message(language), headers=_headers(error, status)
            )
    if isinstance(error, WrongFields):
        errors = tuple(FieldProblem(pointer=_pointer(f["loc"]), detail=explain(f, language)) for f in error.findings)
        return Problem(422, "wrong-fields", in_language(WRONG_FIELDS, language), errors)
    if isinstance(error, NotJson):
        return Problem(400, "not-json", in_language(NOT_JSON, language))
    log.error("request %s failed", request_id, exc_info=error)
    return Problem(500, "internal", in_language(INTERNAL, language).format(request_id=request_id))


def problem_handlers(app: Flask, default: Language, metrics: Metrics) -> None:
    """Answer every error of ``app``; ``default`` is the language of those who ask for none."""

    @app.errorhandler(Exception)
    def known(error: Exception) -> Response:
        return _respond(problem_of(error, language_of(request, default), g.request_id))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:  # redirects come this way, too
            return error
        allowed = error.valid_methods or () if isinstance(error, MethodNotAllowed) else ()
        facts = {
            "method": request.method,
            "allowed": ", ".join(sorted(allowed)),
            "limit": app.config["MAX_CONTENT_LENGTH"],
        }
        pair = DETAILS.get(error.code)
        detail = in_language(pair, language_of(request, default)).format(**facts) if pair else error.name
        headers = {"Allow": facts["allowed"]} if allowed else {}
        return _respond(Problem(error.code, _kebab(type(error).__name__), detail, headers=headers))

    def _respond(problem: Problem) -> Response:
        metrics.refused(problem.kind)
        language = language_of(request, default)
        if shape := shape_for(request.path):
            status, told = shape(problem.out(language, request.path))
            return Response(told.model_dump_json(), status, dict(problem.headers), mimetype="application/json")
        if request.path.startswith(API_ROOTS):
            body, mimetype = problem.out(language, request.path).model_dump_json(), "application/problem+json"
        else:
            body = error_page(problem.status, problem.title(language), problem.detail, language)
            mimetype = "text/html"
        return Response(body, problem.status, dict(problem.headers), mimetype=mimetype)


def _headers(error: BaowenError, status: int) -> dict[str, str]:
    if status == 401:
        # Browsers ask their user for the key of a page; scripts of a page are not asked.
        page = not request.path.startswith(API_ROOTS)
        return {"WWW-Authenticate": 'Basic realm="Baowen", charset="UTF-8"' if page else 'Bearer realm="Baowen"'}
    if status == 429:
        return {"Retry-After": str(error.facts["seconds"])}
    return {"Retry-After": str(RETRY_S)} if isinstance(error, (server.TooSlow, server.Draining)) else {}


def _kebab(name: str) -> str:
    """
    >>> _kebab("IndexNotBuilt")
    'index-not-built'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _pointer(location: Sequence[int | str]) -> str:
    """RFC 6901; the whole body is the empty pointer.

    >>> _pointer(("history", 0, "a/b"))
    '/history/0/a~1b'
    """
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)
