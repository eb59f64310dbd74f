"""Two runs over the same questions: which figures moved, whether by more than luck, and which questions made them move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from retriever.evaluation.intervals import interval, paired_p
from retriever.evaluation.records import Row, Run, SetResult

# Figures whose questions are named one by one, each 0 or 1.
TOLD = ("evidence@1", "article.Success@1", "answer", "refused")


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure over the ``n`` questions that both runs measured; the interval and p are of the paired difference."""

    name: str
    n: int
    before: float
    now: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Turned:
    """A question that was right in one run and not in the other."""

    figure: str
    before: Row
    now: Row

    @property
    def gained(self) -> bool:
        return self.now.values[self.figure] > self.before.values[self.figure]


@dataclass(frozen=True, slots=True)
class SetComparison:
    name: str
    moved: tuple[Moved, ...]
    turned: tuple[Turned, ...]
    only_before: int  # questions that the newer run didn't ask, or couldn't measure
    only_now: int

    @property
    def gained(self) -> tuple[Turned, ...]:
        return tuple(one for one in self.turned if one.gained)

    @property
    def lost(self) -> tuple[Turned, ...]:
        return tuple(one for one in self.turned if not one.gained)


@dataclass(frozen=True, slots=True)
class Comparison:
    sets: tuple[SetComparison, ...]
    unmatched: tuple[str, ...]  # sets of the newer run that the older one lacks


def compare(before: Run, now: Run) -> Comparison:
    """Set by set, matched by name; question by question, matched by id and wording."""
    older = {one.name: one for one in before.sets if one.rows}
    newer = [one for one in now.sets if one.rows]
    matched = tuple(_compare_set(older[one.name], one) for one in newer if one.name in older)
    return Comparison(matched, tuple(one.name for one in newer if one.name not in older))


def _compare_set(before: SetResult, now: SetResult) -> SetComparison:
    older, newer = _measured(before), _measured(now)
    both = [(older[key], newer[key]) for key in newer if key in older]
    moved = tuple(_moved(both))
    turned = tuple(Turned(name, old, new) for name in TOLD for old, new in both if _differ(name, old, new))
    return SetComparison(now.name, moved, turned, len(older) - len(both), len(newer) - len(both))


def _measured(result: SetResult) -> Mapping[tuple[str, str], Row]:
    return {(row.id, row.question): row for row in result.rows if row.in_index}


def _moved(both: list[tuple[Row, Row]]) -> Iterator[Moved]:
    names = dict.fromkeys(name for _, new in both for name in new.values)
    for name in names:
        told = [(old.values[name], new.values[name]) for old, new in both if name in old.values and name in new.values]
        if told:
            differences = [new - old for old, new in told]
            means = (sum(old for old, _ in told) / len(told), sum(new for _, new in told) / len(told))
            yield Moved(name, len(told), *means, *interval(differences), paired_p(differences))


def _differ(name: str, old: Row, new: Row) -> bool:
    return name in old.values and name in new.values and old.values[name] != new.values[name]
