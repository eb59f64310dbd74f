"""A golden set that a new generation must pass before it goes live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from embeddings.encoder import Encoder
from retriever.domain import Mode
from retriever.errors import GateClosed
from retriever.evaluation.floors import Broken, broken_floors
from retriever.evaluation.measuring import measure
from retriever.evaluation.questions import QuestionSet
from retriever.evaluation.records import Row, SetResult
from retriever.index.snapshot import open_snapshot
from retriever.search import Searcher

WITHIN = 5  # passages
_LISTED = 20  # failing questions named in the error


def gate(
    sets: Sequence[QuestionSet], *, floor: float | None = None, mode: Mode = "hybrid"
) -> Callable[[Path, Encoder], None]:
    """A check to hand to a rebuild: of each set, ``floor`` of the questions must hold, and what the file requires.

    A question holds where its evidence (or one of its articles) is among the first five passages, an unanswerable one
    where it is refused; one that nothing in the index could answer fails. Without ``floor`` every question must hold,
    unless the file requires something itself. The check raises GateClosed.
    """

    def check(folder: Path, encoder: Encoder) -> None:
        """``folder`` holds a finished generation that nobody reads yet."""
        with closing(Searcher(open_snapshot(folder.parent, folder.name), encoder, mode)) as searcher:
            require(searcher, sets, floor)

    return check


def require(searcher: Searcher, sets: Sequence[QuestionSet], floor: float | None = None) -> None:
    """The check itself, of a generation wherever it is kept. Raises GateClosed."""
    run = measure(searcher, sets)
    low = [_low(result, floor) for asked, result in zip(sets, run.sets, strict=True) if floor or not asked.floors]
    broken = [*filter(None, low), *broken_floors(run, sets, {})]
    if broken:
        failing = [row for result in run.sets for row in result.rows if not holds(row)]
        raise _closed(broken, failing)


def holds(row: Row) -> bool:
    if "refused" in row.values:
        return row.values["refused"] == 1
    return row.in_index and (0 < row.evidence_rank <= WITHIN or 0 < row.article_rank <= WITHIN)


def _low(result: SetResult, floor: float | None) -> Broken | None:
    share = sum(map(holds, result.rows)) / len(result.rows)
    wanted = 1.0 if floor is None else floor
    return None if share >= wanted - 1e-9 else Broken(result.name, f"held@{WITHIN}", share, wanted)


def _closed(broken: Sequence[Broken], failing: Sequence[Row]) -> GateClosed:
    figures = "; ".join(f"{one.set} {one.figure} {one.value:.3f} < {one.floor:.3f}" for one in broken)
    listed = [
        f"{row.id} {row.question}" + ("" if row.in_index else " [不在索引里 not in the index]") for row in failing
    ]
    more = [f"… +{len(listed) - _LISTED}"] if len(listed) > _LISTED else []
    return GateClosed(figures=figures, questions="".join(f"\n- {one}" for one in [*listed[:_LISTED], *more]))
