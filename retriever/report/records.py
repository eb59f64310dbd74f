"""What a rebuild read, file by file, and what it made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from embeddings.errors import BaowenError, Language
from retriever.domain import CutPage, Reason

REASONS: tuple[Reason, ...] = get_args(Reason)
UNSEEN: tuple[Reason, ...] = ("space", "invisible")
UNSURE = 0.8  # a page that was cut less surely than this is worth a look

State = Literal["skipped", "problem", "whole", "unsure", "blank", "good"]
"""Nothing of it was read · part of it was not · left in one piece · cut, but look at it · no article on it · good."""


Anew = Literal["first", "asked", "damaged", "format", "encoder", "code"]
"""Why nothing of the generation before was taken over: there is none; somebody asked for it; it is damaged, or of another
format, encoder, program or words."""


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """An article that says it goes on elsewhere, and whose other half was not found."""

    to_page: str
    is_here: (
        bool | None
    )  # whether that page of the issue was read: no article on it is clearly the rest; None: no known day


@dataclass(frozen=True, slots=True)
class FileReport:
    """One page, or one file of ready-made articles. Characters are those of the raw text.

    An article of several pages counts as one of the page on which it begins; each page keeps the characters it prints.
    """

    file: str
    articles: int = 0
    characters: int = 0
    kept: int = 0  # of them, in some article's text
    dropped: Mapping[Reason, int] | None = None  # characters by reason; None where nothing was cut
    confidence: float | None = None  # 0 to 1; None where nothing was cut
    in_one_piece: bool = False  # too unsure to be cut
    joined: int = 0  # articles that begin here and go on on another page, or the other way round
    broken_off: tuple[BrokenOff, ...] = ()
    problems: tuple[BaowenError, ...] = ()  # the first few
    problem_count: int = 0

    @property
    def state(self) -> State:
        if self.problem_count:
            return "problem" if self.articles else "skipped"
        if not self.articles:
            return "blank"
        if self.in_one_piece:
            return "whole"
        return "unsure" if self.confidence is not None and self.confidence < UNSURE else "good"

    @property
    def kept_share(self) -> float:
        """Of what can be seen, how much stands in some article's text; 0 to 1."""
        unseen = sum((self.dropped or {}).get(why, 0) for why in UNSEEN)
        return min(1.0, self.kept / max(1, self.characters - unseen))

    @property
    def worst_first(self) -> tuple[int, float, str]:
        order: tuple[State, ...] = ("skipped", "problem", "whole", "unsure", "blank", "good")
        return order.index(self.state), 1.0 if self.confidence is None else self.confidence, self.file


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild read, what it made of it, and what it had to leave out."""

    generation: str  # empty where nothing was published
    files: int
    articles: int
    passages: int
    characters: int
    seconds: float
    problems: tuple[BaowenError, ...]  # the first thousand
    problem_count: int = 0
    joined: int = 0  # articles of several pages
    unchanged: int = 0  # files that were not read again
    made_anew: int = 0  # articles that were cut into words and encoded
    anew: Anew | None = None  # why all of them were
    pages: tuple[FileReport, ...] = ()  # worst first
    in_full: tuple[CutPage, ...] = ()  # the least sure, kept where an HTML report was asked for

    def lines(self, language: Language = "zh") -> list[str]:
        """The report as text, the problems first, at most some sixty lines."""
        from retriever.report.text import lines

        return lines(self, language)
