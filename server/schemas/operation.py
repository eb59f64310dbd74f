"""Whether the service is well, and what went wrong with a request."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas import examples
from server.schemas.common import Out, with_example


class HealthOut(Out):
    model_config = with_example({"status": "ok"})

    status: Literal["ok"]


class ReadyOut(Out):
    model_config = with_example({"status": "ready", "generation": examples.GENERATION})

    status: Literal["ready"]
    generation: str


class FieldProblem(Out):
    pointer: str = Field(description="JSON pointer to the field")
    detail: str


class ProblemOut(Out):
    """RFC 9457."""

    model_config = with_example(examples.PROBLEM_OUT)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem]
