"""Everything is built here, once, and handed down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path

from flask import Blueprint
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from retriever.errors import IndexNotBuilt, StoreAway, StoreEmpty
from server import version
from server.access import GUESSES_AT_ONCE, GUESSES_PER_MINUTE, Access
from server.api import api_routes
from server.chat import chat_routes
from server.collection import collection_routes
from server.desk import Desk
from server.docs import docs_routes
from server.examples import Examples
from server.feedback import FeedbackBook
from server.guard import guard, limiter_of
from server.keys import Keys
from server.limits import Limiter, shared_table
from server.managing import managing_routes
from server.metrics import Metrics
from server.operation import operation_routes
from server.pages import page_tools
from server.problems import problem_handlers, refuse_fields
from server.reading import reading_routes
from server.rebuilds import Rebuilds
from server.schemas import ProblemOut
from server.service import Service
from server.settings import Settings
from server.stores import live_of
from server.tools import language_model, tool_routes
from server.warming import warm

log = logging.getLogger(__name__)

EXAMPLES = 4  # on the empty page


def doors(service: Service) -> tuple[APIBlueprint | Blueprint, ...]:
    """Every door of the service. One that is described at /openapi.json is an APIBlueprint."""
    model = language_model(service.settings)
    return (
        api_routes(service),
        managing_routes(service),
        operation_routes(service),
        docs_routes(service),
        *tool_routes(service, model),
        chat_routes(service, model),
        reading_routes(service.live, service.language),
        collection_routes(service.live, service.language, service.settings.mode, service.rebuilds.last),
    )


def create_app(
    settings: Settings, *, today: Callable[[], date] = date.today, shared: Path | None = None, warmed: bool = False
) -> OpenAPI:
    """The WSGI application over the index that the settings name; ``today`` is what 昨天 in a question counts from.

    ``shared`` is a folder that all workers of one service have in common; ``warmed`` gets ready what the first page needs.
    Without an index it answers 503 until there is one. Raises what opening a broken one raises: NotAnIndex, IndexDamaged,
    IndexFormatUnknown, WrongEncoder, EncoderError; and KeyFileUnreadable, WeakKey.
    """
    app = OpenAPI(
        __name__,
        info=Info(
            title="Baowen 报问",
            version=version(),
            description="Questions in everyday Chinese, answered word for word from newspaper articles.",
        ),
        security_schemes={"key": {"type": "http", "scheme": "bearer"}},
        doc_ui=False,  # its pages load from elsewhere
        validation_error_model=ProblemOut,
        validation_error_callback=refuse_fields,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese stays legible
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.url_map.merge_slashes = False  # an article's id may hold slashes

    table = shared_table(shared / "limits" if shared else None)
    service = _service(settings, today, Limiter("guess", GUESSES_PER_MINUTE, GUESSES_AT_ONCE, table), shared)
    try:
        service.live.searcher()
    except (IndexNotBuilt, StoreAway, StoreEmpty) as error:
        log.warning("%s", error)

    often = limiter_of(settings)
    guard(app, service, Limiter("ask", *often, table) if often else None)
    problem_handlers(app, service.language, service.metrics)
    page_tools(app)
    for routes in doors(service):
        if isinstance(routes, APIBlueprint):
            app.register_api(routes)
        else:
            app.register_blueprint(routes)
    if warmed:
        warm(app, service)
    return app


def _service(settings: Settings, today: Callable[[], date], guesses: Limiter, shared: Path | None) -> Service:
    live = live_of(settings)
    metrics = Metrics()
    return Service(
        settings=settings,
        live=live,
        desk=Desk(
            live,
            metrics,
            seconds=settings.question_seconds,
            keep_bytes=settings.answers_mb << 20,
            log_questions=settings.log_questions,
        ),
        today=today,
        access=Access(Keys.of(settings), guesses),
        metrics=metrics,
        rebuilds=Rebuilds(settings),
        feedback=FeedbackBook(settings.state_folder, settings.feedback_mb << 20),
        examples=Examples(EXAMPLES),
        shared=shared,
    )
