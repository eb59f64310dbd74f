"""Every door that other tools come in by, as routes."""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint

from server.compat.dify import dify_routes
from server.compat.openai import openai_routes
from server.composed import compose_routes
from server.llm import LanguageModel
from server.service import Service
from server.settings import Settings


def tool_routes(service: Service, model: LanguageModel | None) -> tuple[APIBlueprint, ...]:
    return (
        openai_routes(service, model),
        dify_routes(service),
        compose_routes(service, model),
    )


def language_model(settings: Settings) -> LanguageModel | None:
    """The one that the settings name; None where they name none."""
    if settings.llm_base_url is None or settings.llm_model is None:
        return None
    return LanguageModel(
        settings.llm_base_url,
        settings.llm_model,
        # A key read from a file often ends in a line break, which no header may hold.
        api_key=settings.llm_api_key.get_secret_value().strip() if settings.llm_api_key else None,
        budget_s=settings.llm_seconds,
        at_once=settings.llm_at_once,
    )
