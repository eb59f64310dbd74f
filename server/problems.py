"""One table turns errors into HTTP. Programs get RFC 9457 problem+json, people on a page get a page."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from urllib.parse import quote

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from embeddings.errors import BaowenError, EncoderError, Language
from retriever import errors as retriever
from server import errors as server
from server.languages import language_of
from server.messages import in_language
from server.messages.problems import DETAILS, INTERNAL, NOT_JSON, TITLES, WRONG_FIELDS, explain
from server.pages import error_page
from server.schemas import FieldProblem, ProblemOut

log = logging.getLogger(__name__)

STATUS: dict[type[BaowenError], int] = {
    retriever.ArticleNotFound: 404,
    retriever.EmptyQuestion: 422,
    retriever.QuestionTooLong: 422,
    retriever.IndexNotBuilt: 503,
    retriever.NotAnIndex: 503,
    retriever.IndexDamaged: 503,
    retriever.IndexFormatUnknown: 503,
    retriever.WrongEncoder: 503,
    EncoderError: 503,
    retriever.RebuildRunning: 409,
    server.UnknownHost: 400,
}
API_ROOTS = ("/api/", "/healthz", "/readyz", "/openapi.json")


class NotJson(Exception):
    """The body of a request to the API is no JSON."""


class WrongFields(Exception):
    """Fields of a request are not as the contract has them."""

    def __init__(self, findings: Sequence[ErrorDetails]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = findings


def refuse_fields(error: ValidationError) -> Response:
    """What flask-openapi3 calls when a request does not fit its model."""
    # The values are left out: they may be questions, and those are nobody else's business.
    raise WrongFields(error.errors(include_url=False, include_input=False)) from None


def problem_handlers(app: Flask, default: Language) -> None:
    """Answer every error of ``app``; ``default`` is the language of those who ask for none."""

    @app.errorhandler(BaowenError)
    def known(error: BaowenError) -> Response:
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)
        if status is None:
            return internal(error)
        return _respond(status, _kebab(type(error).__name__), error.message(language_of(request, default)))

    @app.errorhandler(WrongFields)
    def wrong_fields(error: WrongFields) -> Response:
        language = language_of(request, default)
        errors = [FieldProblem(pointer=_pointer(f["loc"]), detail=explain(f, language)) for f in error.findings]
        return _respond(422, "wrong-fields", in_language(WRONG_FIELDS, language), errors)

    @app.errorhandler(NotJson)
    def not_json(error: NotJson) -> Response:
        return _respond(400, "not-json", in_language(NOT_JSON, language_of(request, default)))

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
        response = _respond(error.code, _kebab(type(error).__name__), detail)
        if allowed:
            response.headers["Allow"] = facts["allowed"]
        return response

    @app.errorhandler(Exception)
    def internal(error: Exception) -> Response:
        log.error("request %s failed", g.request_id, exc_info=error)
        detail = in_language(INTERNAL, language_of(request, default)).format(request_id=g.request_id)
        return _respond(500, "internal", detail)

    def _respond(status: int, kind: str, detail: str, errors: Sequence[FieldProblem] = ()) -> Response:
        language = language_of(request, default)
        title = in_language(TITLES.get(status, TITLES[500 if status >= 500 else 400]), language)
        if not request.path.startswith(API_ROOTS):
            return Response(error_page(status, title, detail, language), status, mimetype="text/html")
        problem = ProblemOut(
            type=f"urn:baowen:problem:{kind}",
            title=title,
            status=status,
            detail=detail,
            instance=quote(request.path),
            errors=list(errors),
        )
        return Response(problem.model_dump_json(), status, mimetype="application/problem+json")


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
