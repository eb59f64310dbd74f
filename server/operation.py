"""Whether the service is well: for whoever runs it, and for what runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, current_app
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.openapi import OpenAPI
from prometheus_client.metrics_core import Metric

from embeddings.errors import BaowenError
from server.describing import OPERATION, answers, as_json
from server.errors import Draining
from server.metrics import index_metrics, memory_metrics
from server.openapi import description
from server.schemas import HealthOut, ReadyOut
from server.service import Service

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
SAMPLE = {"schema": {"type": "string"}, "example": 'baowen_answers_total{status="answered"} 12.0\n'}


def operation_routes(service: Service) -> APIBlueprint:
    operation = APIBlueprint("operation", __name__)

    @operation.get("/healthz", tags=[OPERATION], responses=answers(HealthOut))
    def healthz() -> Response:
        """The process is alive."""
        return as_json(HealthOut(status="ok"))

    @operation.get("/readyz", tags=[OPERATION], responses=answers(ReadyOut, 503))
    def readyz() -> Response:
        """An index is loaded, and the service was not told to stop."""
        if service.draining:
            raise Draining
        return as_json(ReadyOut(status="ready", generation=service.live.searcher().generation))

    @operation.get("/metrics", tags=[OPERATION], responses=answers(None, media={"text/plain": SAMPLE}))
    def metrics() -> Response:
        """Prometheus's text format: requests, times of each step, refusals, the generation, memory."""
        return Response(service.metrics.text(lambda: _at_this_moment(service)), content_type=TEXT_FORMAT)

    @operation.get(
        "/openapi.json", tags=[OPERATION], responses=answers(None, media={"application/json": {"schema": {}}})
    )
    def openapi() -> dict[str, Any]:
        """This description."""
        app: OpenAPI = current_app._get_current_object()  # type: ignore[attr-defined]
        return description(app)

    return operation


def _at_this_moment(service: Service) -> Iterator[Metric]:
    try:
        searcher = service.live.searcher()
        info = searcher.info
        yield from index_metrics(searcher.generation, info.articles, info.passages)
    except BaowenError:
        yield from index_metrics("", 0, 0)  # nothing serves; /readyz says why
    yield from memory_metrics()
