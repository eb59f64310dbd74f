"""What a run has to reach: ``evidence@1=0.92,refused_off_topic=0.97``, for one set ``questions.dev:answer=0.8``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retriever.errors import BadFloor, UnknownFigure
from retriever.evaluation.questions import QuestionSet
from retriever.evaluation.records import Run, SetResult


@dataclass(frozen=True, slots=True)
class Broken:
    """A figure below its floor."""

    set: str
    figure: str
    value: float
    floor: float


def read_floors(written: str) -> dict[str, float]:
    """Raises BadFloor.

    >>> read_floors("evidence@1=0.92, questions.dev:answer=0.8")
    {'evidence@1': 0.92, 'questions.dev:answer': 0.8}
    """
    floors = {}
    for part in filter(None, map(str.strip, written.split(","))):
        name, _, value = part.rpartition("=")
        try:
            floor = float(value)
        except ValueError as error:
            raise BadFloor(given=part) from error
        if not name.strip() or math.isnan(floor):
            raise BadFloor(given=part)
        floors[name.strip()] = floor
    return floors


def broken_floors(run: Run, sets: Sequence[QuestionSet], required: Mapping[str, float]) -> list[Broken]:
    """What of ``required``, and of the floors that each file asks for itself, the run does not reach.

    A name without a set counts for every set that has the figure. Raises UnknownFigure where none has it.
    """
    results = {one.name: one for one in run.sets}
    own = [(results[asked.name], name, floor) for asked in sets for name, floor in asked.floors.items()]
    named = [(result, name, floor) for written, floor in required.items() for result, name in _meant(written, run)]
    return list(_below([*own, *named]))


def _meant(written: str, run: Run) -> list[tuple[SetResult, str]]:
    meant = [
        (result, name)
        for result in run.sets
        for name in (written, written.removeprefix(f"{result.name}:"))
        if name in result.figures
    ]
    if not meant:
        raise _unknown(written, run.sets)
    return list(dict(zip([result.name for result, _ in meant], meant, strict=True)).values())


def _below(asked: Sequence[tuple[SetResult, str, float]]) -> Iterator[Broken]:
    for result, name, floor in asked:
        figure = result.figures.get(name)
        if figure is None:
            raise _unknown(name, [result])
        # Written with a few digits: 0.92 of 25 questions is met by 23.
        if not figure.value >= floor - 1e-9:
            yield Broken(result.name, name, figure.value, floor)


def _unknown(name: str, results: Sequence[SetResult]) -> UnknownFigure:
    known = dict.fromkeys(figure for result in results for figure in result.figures)
    return UnknownFigure(name=name, known=", ".join(known))
