"""What a rebuild says of one file: kept with the generation, so that it is told again when the file is not read again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from embeddings.errors import BaowenError
from retriever.domain import Reason
from retriever.errors import BadRecord, BinaryFile, DuplicateArticle, EmptyFile, UnreadableFile
from retriever.report.records import BrokenOff, FileReport

PROBLEMS_KEPT = 200  # of one file
PROBLEMS_A_FILE = 5  # told beside a page
_PROBLEMS: dict[str, type[BaowenError]] = {
    kind.__name__: kind for kind in (UnreadableFile, EmptyFile, BinaryFile, BadRecord, DuplicateArticle)
}


@dataclass(slots=True)
class Tally:
    """What is known of one page, or of a file of ready-made articles, so far; the fields are FileReport's."""

    file: str
    articles: int = 0
    characters: int = 0
    kept: int = 0
    dropped: Counter[Reason] | None = None
    confidence: float | None = None
    in_one_piece: bool = False
    joined: int = 0
    broken_off: list[BrokenOff] = field(default_factory=list)
    problems: list[BaowenError] = field(default_factory=list)
    problem_count: int = 0

    def report(self) -> FileReport:
        return FileReport(
            file=self.file,
            articles=self.articles,
            characters=self.characters,
            kept=self.kept,
            dropped=None if self.dropped is None else dict(self.dropped.most_common()),
            confidence=self.confidence,
            in_one_piece=self.in_one_piece,
            joined=self.joined,
            broken_off=tuple(self.broken_off),
            problems=tuple(self.problems),
            problem_count=self.problem_count,
        )


class Account:
    """The pages of one file, or the file itself; its problems; and how many articles of several pages begin in it."""

    def __init__(self) -> None:
        self.tallies: dict[str, Tally] = {}
        self.problems: list[BaowenError] = []
        self.problem_count = self.joined = 0

    def tally(self, file: str) -> Tally:
        return self.tallies.setdefault(file, Tally(file))

    def problem(self, problem: BaowenError) -> None:
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(problem)
        tally = self.tally(str(problem.facts.get("file", "")))
        tally.problem_count += 1
        if len(tally.problems) < PROBLEMS_A_FILE:
            tally.problems.append(problem)

    def broken_off(self, file: str, to_page: str, *, is_here: bool | None) -> None:
        """An article of a page goes on on ``to_page``, and its rest was not found; see :class:`BrokenOff`."""
        self.tally(file).broken_off.append(BrokenOff(to_page, is_here))

    def to_json(self) -> dict[str, Any]:
        """As it is kept; ``from_json`` reads it."""
        return {
            "pages": [_kept(tally) for tally in self.tallies.values()],
            "problems": [_kept_problem(problem) for problem in self.problems],
            "problem_count": self.problem_count,
            "joined": self.joined,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Account:
        account = cls()
        account.tallies = {page["file"]: _tally(page) for page in kept["pages"]}
        account.problems = [_problem(problem) for problem in kept["problems"]]
        account.problem_count, account.joined = kept["problem_count"], kept["joined"]
        return account


def _kept(tally: Tally) -> dict[str, Any]:
    """What differs from a page of which nothing is known."""
    told: dict[str, Any] = {name: getattr(tally, name) for name in Tally.__slots__}
    told["broken_off"] = [[end.to_page, end.is_here] for end in tally.broken_off]
    told["problems"] = [_kept_problem(problem) for problem in tally.problems]
    unknown = Tally(tally.file)
    return {name: value for name, value in told.items() if name == "file" or value != getattr(unknown, name)}


def _tally(page: Mapping[str, Any]) -> Tally:
    tally = Tally(**page)
    tally.dropped = None if tally.dropped is None else Counter(tally.dropped)
    tally.broken_off = [BrokenOff(*end) for end in page.get("broken_off", ())]
    tally.problems = [_problem(problem) for problem in page.get("problems", ())]
    return tally


def _kept_problem(problem: BaowenError) -> list[Any]:
    facts = {name: fact if isinstance(fact, int) else str(fact) for name, fact in problem.facts.items()}
    return [type(problem).__name__, facts]


def _problem(kept: tuple[str, dict[str, Any]]) -> BaowenError:
    kind, facts = kept
    return _PROBLEMS[kind](**facts)


def as_text(kept: Mapping[str, Any]) -> str:
    """JSON in which half of a surrogate pair, which a file name may hold, is spelled out."""
    return json.dumps(kept, separators=(",", ":"))
