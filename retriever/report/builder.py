"""Collects what a rebuild says about each file while it runs, in bounded memory."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from dataclasses import dataclass, field

from embeddings.errors import BaowenError
from retriever.domain import Article, CutPage, JoinedArticle, Reason
from retriever.index.manifest import Manifest
from retriever.report.continued import with_joined
from retriever.report.records import BrokenOff, FileReport, RebuildReport

MOST_PROBLEMS = 1000
PROBLEMS_A_FILE = 5
PAGES_IN_FULL = 200
LONGEST_IN_FULL = 200_000  # characters of one page
CHARACTERS_IN_FULL = 2_000_000  # of all of them together


@dataclass(slots=True)
class _Tally:
    """What is known of one file so far; the fields are FileReport's."""

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


class ReportBuilder:
    """Told of every file, page, article and problem; :meth:`report` may be asked for at any time."""

    def __init__(self, *, pages_in_full: int = 0) -> None:
        self.problems: list[BaowenError] = []
        self.problem_count = 0
        self._began, self._files, self._joined = time.perf_counter(), 0, 0
        self._tallies: dict[str, _Tally] = {}
        self._in_full = _LeastSure(pages_in_full)
        self._made: Manifest | None = None

    def file(self) -> None:
        """A file is about to be read."""
        self._files += 1

    def problem(self, problem: BaowenError) -> None:
        """What had to be left out, and of which file."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        tally = self._tally(str(problem.facts.get("file", "")))
        tally.problem_count += 1
        if len(tally.problems) < PROBLEMS_A_FILE:
            tally.problems.append(problem)

    def page(self, cut: CutPage, *, in_one_piece: bool) -> None:
        """A page and its articles. ``in_one_piece``: it was too unsure to be cut."""
        tally = self._tally(cut.page.file)
        tally.articles += len(cut.articles)
        tally.characters += len(cut.page.text)
        tally.kept += sum(len(article.text) for article in cut.articles)
        tally.dropped = tally.dropped or Counter()
        for gone in cut.dropped:
            tally.dropped[gone.why] += gone.end - gone.start
        tally.confidence = min(cut.confidence, tally.confidence or 1.0)
        tally.in_one_piece = tally.in_one_piece or in_one_piece
        self._in_full.add(cut)

    def article(self, article: Article) -> None:
        """A ready-made article."""
        tally = self._tally(article.info.file)
        tally.articles += 1
        tally.characters += article.raw[1] - article.raw[0]
        tally.kept += len(article.text)

    def joined(self, story: JoinedArticle) -> None:
        """Articles of pages that were told of turned out to be one: it is the first page's, the others lose theirs."""
        self._joined += 1
        parts = zip(story.article.parts, story.pieces, story.left_out, strict=True)
        for number, (part, piece, left_out) in enumerate(parts):
            tally = self._tally(part.file)
            tally.joined += 1
            tally.articles -= number > 0
            kept = part.end - part.start
            gone = sum(dropped.end - dropped.start for dropped in left_out)
            tally.kept += kept - len(piece.text)
            tally.dropped = tally.dropped or Counter()
            for dropped in left_out:
                tally.dropped[dropped.why] += dropped.end - dropped.start
            tally.dropped["space"] -= kept + gone - len(piece.text)  # the line break at the seam
        self._in_full.join(story)

    def broken_off(self, file: str, to_page: str, *, is_here: bool | None) -> None:
        """An article of a page goes on on ``to_page``, and its rest was not found; see :class:`BrokenOff`."""
        self._tally(file).broken_off.append(BrokenOff(to_page, is_here))

    def published(self, made: Manifest) -> RebuildReport:
        self._made = made
        return self.report()

    def report(self) -> RebuildReport:
        pages = sorted((tally.report() for tally in self._tallies.values()), key=lambda page: page.worst_first)
        made = self._made
        return RebuildReport(
            generation=made.generation if made else "",
            files=self._files,
            articles=made.articles if made else sum(page.articles for page in pages),
            passages=made.passages if made else 0,
            characters=made.characters if made else sum(page.kept for page in pages),
            seconds=time.perf_counter() - self._began,
            problems=tuple(self.problems),
            problem_count=self.problem_count,
            joined=self._joined,
            pages=tuple(pages),
            in_full=self._in_full.pages(),
        )

    def _tally(self, file: str) -> _Tally:
        return self._tallies.setdefault(file, _Tally(file))


class _LeastSure:
    """The pages that were cut least surely, as many as a person will look at."""

    def __init__(self, most: int) -> None:
        self._most, self._met, self._characters = most, 0, 0
        self._heap: list[tuple[float, int, CutPage]] = []  # the surest first; of equals the latest

    def add(self, cut: CutPage) -> None:
        if not self._most or len(cut.page.text) > LONGEST_IN_FULL:
            return
        self._met += 1
        heapq.heappush(self._heap, (-cut.confidence, -self._met, cut))
        self._characters += len(cut.page.text)
        while len(self._heap) > self._most or self._characters > CHARACTERS_IN_FULL:
            _, _, surest = heapq.heappop(self._heap)
            self._characters -= len(surest.page.text)

    def join(self, story: JoinedArticle) -> None:
        """The pages it is printed on show it from now on."""
        files = {part.file for part in story.article.parts}
        for at, (sure, met, cut) in enumerate(self._heap):
            if cut.page.file in files:
                self._heap[at] = sure, met, with_joined(cut, story)  # in its place: neither key has changed

    def pages(self) -> tuple[CutPage, ...]:
        """The least sure first."""
        return tuple(cut for _, _, cut in sorted(self._heap, key=lambda item: item[:2], reverse=True))
