"""Feedback, and what whoever holds the admin key may do over the API: rebuild the index, go back, read the feedback."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from server.access import BEARER
from server.checking import checked
from server.describing import ASKING, MANAGING, TAKES_BODY, answers, as_json
from server.schemas import FeedbackIn, RebuildIn, RollbackIn, RollbackOut, TaskOut
from server.service import Service
from server.stores import roll_back

FEEDBACK_LINES = {
    "schema": {"type": "string"},
    "example": '{"time":"2026-11-20T12:35:23+00:00","answer_id":"ans_1f2e","verdict":"up","note":null,'
    '"generation":"20261120T123523Z-1aa2"}\n',
}


def managing_routes(service: Service) -> APIBlueprint:
    managing = APIBlueprint("managing", __name__, url_prefix="/api/v1")
    admin_only = service.access.admin_only

    @managing.post(
        "/index/rebuild", tags=[MANAGING], security=BEARER, responses=answers(TaskOut, 409, *TAKES_BODY, status=202)
    )
    @admin_only
    @checked
    def rebuild(body: RebuildIn) -> Response:
        """Read the collection again, from the files that the setting `corpus` names, in a process of its own.

        `GET /api/v1/index` tells how far it is and how it ended. The index serves as it was until the new one is complete,
        and stays as it was where anything goes wrong.
        """
        task = service.rebuilds.start(strict=body.strict)
        return as_json(TaskOut(task=task.task, status="running", done=task.done, total=task.total), 202)

    @managing.post(
        "/index/rollback", tags=[MANAGING], security=BEARER, responses=answers(RollbackOut, 404, 409, *TAKES_BODY)
    )
    @admin_only
    @checked
    def rollback(body: RollbackIn) -> Response:
        """Make an older generation the live one; nothing is deleted, and the same call with a name undoes it."""
        done = roll_back(service.settings, body.generation)
        return as_json(RollbackOut(now=done.now, before=done.before, passed_over=list(done.passed_over)))

    @managing.post("/feedback", tags=[ASKING], responses=answers(None, *TAKES_BODY, status=204))
    @checked
    def say(body: FeedbackIn) -> Response:
        """Whether an answer was any good. The words of the question are not kept with it."""
        service.feedback.add(body.answer_id, body.verdict, body.note, service.live.searcher().generation)
        return Response(status=204)

    @managing.get(
        "/feedback",
        tags=[MANAGING],
        security=BEARER,
        responses=answers(None, media={"application/x-ndjson": FEEDBACK_LINES}),
    )
    @admin_only
    def feedback() -> Response:
        """Everything readers said of answers, oldest first, one JSON object a line."""
        return Response(service.feedback.lines(), mimetype="application/x-ndjson")

    return managing
