"""What was measured. A run is written to a file as it is, so that a later one can be compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from retriever.domain import IndexInfo
from retriever.evaluation.questions import Form

FORMAT = 1  # of run files


@dataclass(frozen=True, slots=True)
class Row:
    """One question and what came of it. Ranks are 1-based, 0 where nothing of the kind is among the first ten."""

    id: str
    question: str
    group: str
    in_index: bool  # whether anything in this index could answer; where not, nothing of it is measured
    values: Mapping[str, float]  # figure → 0..1
    evidence_rank: int
    article_rank: int
    said: str  # the answer, "" where there was none
    confidence: float | None
    right: bool | None  # of an answer that was given; None where the file doesn't tell
    passages: tuple[str, ...]  # how the first three begin
    ms: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over ``n`` questions, or another measure, with its 95 % interval where it has one."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class SetResult:
    """One question set. Figures of a group are called ``<figure>_<group>``."""

    name: str
    form: Form | Literal["pairs"]
    n: int
    figures: Mapping[str, Figure]
    rows: tuple[Row, ...] = ()

    @property
    def not_in_index(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.in_index)


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how sure they were on average, and the share of them that was right."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether confidence means what it says, over the answers that were given. All 0..1; errors: less is better."""

    n: int
    accuracy: float
    confidence: float
    brier: float
    ece_width: float
    ece_mass: float
    by_width: tuple[Bin, ...]
    by_mass: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a question, asked one after the other in this process."""

    n: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Run:
    encoder: str
    sets: tuple[SetResult, ...]
    index: IndexInfo | None = None  # None where an encoder was measured alone
    calibration: Calibration | None = None  # None where no answer could be judged
    latency: Latency | None = None
    format: int = field(default=FORMAT)
