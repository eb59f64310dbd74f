"""Everything is built here, once, and handed down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from retriever.errors import IndexNotBuilt
from server import version
from server.api import api_routes, operation_routes
from server.chat import chat_routes
from server.guard import guard
from server.live import LiveSearcher
from server.pages import page_tools
from server.problems import problem_handlers, refuse_fields
from server.reading import reading_routes
from server.schemas import ProblemOut
from server.settings import Settings

log = logging.getLogger(__name__)


def create_app(settings: Settings, *, today: Callable[[], date] = date.today) -> OpenAPI:
    """The WSGI application over the index that the settings name; ``today`` is what 昨天 in a question counts from.

    Without an index it answers 503 until there is one. Raises what opening a broken one raises: NotAnIndex,
    IndexDamaged, IndexFormatUnknown, WrongEncoder, EncoderError.
    """
    app = OpenAPI(
        __name__,
        info=Info(
            title="Baowen 报问",
            version=version(),
            description="Questions in everyday Chinese, answered word for word from newspaper articles.",
        ),
        doc_ui=False,  # its pages load from elsewhere
        validation_error_model=ProblemOut,
        validation_error_callback=refuse_fields,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese stays legible
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.url_map.merge_slashes = False  # an article's id may hold slashes

    live = LiveSearcher(settings.index, encoder=settings.encoder, options=settings.encoder_options, mode=settings.mode)
    try:
        live.searcher()
    except IndexNotBuilt as error:
        log.warning("%s", error)

    guard(app, settings.host)
    problem_handlers(app, settings.language)
    page_tools(app)
    app.register_api(api_routes(live, settings.mode, settings.language, today))
    app.register_api(operation_routes(live))
    app.register_blueprint(chat_routes(live, settings.language, today))
    app.register_blueprint(reading_routes(live, settings.language))
    return app
