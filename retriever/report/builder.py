"""Collects what a rebuild says about each file while it runs, in bounded memory."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Sequence

from embeddings.errors import BaowenError
from retriever.domain import Article, CutPage, JoinedArticle
from retriever.index.manifest import Manifest
from retriever.report.accounts import Account
from retriever.report.continued import with_joined
from retriever.report.records import Anew, RebuildReport

MOST_PROBLEMS = 1000
PAGES_IN_FULL = 200
LONGEST_IN_FULL = 200_000  # characters of one page
CHARACTERS_IN_FULL = 2_000_000  # of all of them together


class ReportBuilder:
    """Told of every file, page, article and problem; :meth:`report` may be asked for at any time."""

    def __init__(self, *, pages_in_full: int = 0) -> None:
        self.problems: list[BaowenError] = []
        self.problem_count = 0
        self.characters = 0  # of articles that were read so far
        self._began, self._files = time.perf_counter(), 0
        self._accounts = [Account()]  # the first is of what belongs to no file that is read
        self._unchanged = self._made_anew = 0
        self._anew: Anew | None = None
        self._in_full = _LeastSure(pages_in_full)
        self._made: Manifest | None = None

    def file(self) -> Account:
        """A file is about to be read; what is told next goes to its account."""
        self._files += 1
        self._accounts.append(Account())
        return self._accounts[-1]

    def unchanged(self, account: Account) -> None:
        """A file is as it was, and what was told of it holds still."""
        self._files += 1
        self._unchanged += 1
        self._accounts.insert(-1, account)
        self._count(account.problems, account.problem_count)

    def grown(self, made_anew: int, anew: Anew | None) -> None:
        """How many articles were cut into words and encoded, and why all of them were."""
        self._made_anew, self._anew = made_anew, anew

    def problem(self, problem: BaowenError) -> None:
        """What had to be left out, and of which file."""
        self._count([problem], 1)
        self._accounts[-1].problem(problem)

    def _count(self, problems: list[BaowenError], count: int) -> None:
        self.problem_count += count
        self.problems += problems[: max(0, MOST_PROBLEMS - len(self.problems))]

    def page(self, cut: CutPage, *, in_one_piece: bool) -> None:
        """A page and its articles. ``in_one_piece``: it was too unsure to be cut."""
        tally = self._accounts[-1].tally(cut.page.file)
        tally.articles += len(cut.articles)
        tally.characters += len(cut.page.text)
        kept = sum(len(article.text) for article in cut.articles)
        tally.kept += kept
        self.characters += kept
        tally.dropped = tally.dropped or Counter()
        for gone in cut.dropped:
            tally.dropped[gone.why] += gone.end - gone.start
        tally.confidence = min(cut.confidence, tally.confidence or 1.0)
        tally.in_one_piece = tally.in_one_piece or in_one_piece
        self._in_full.add(cut)

    def article(self, article: Article) -> None:
        """A ready-made article."""
        tally = self._accounts[-1].tally(article.info.file)
        tally.articles += 1
        tally.characters += article.raw[1] - article.raw[0]
        tally.kept += len(article.text)
        self.characters += len(article.text)

    def joined(self, story: JoinedArticle, accounts: Sequence[Account]) -> None:
        """Articles of pages that were told of turned out to be one: it is the first page's, the others lose theirs.

        ``accounts`` are of the files of its pieces: pages of two folders may have one name.
        """
        accounts[0].joined += 1
        parts = zip(story.article.parts, story.pieces, story.left_out, accounts, strict=True)
        for number, (part, piece, left_out, account) in enumerate(parts):
            tally = account.tally(part.file)
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

    def published(self, made: Manifest) -> RebuildReport:
        self._made = made
        return self.report()

    def report(self) -> RebuildReport:
        tallies = (tally for account in self._accounts for tally in account.tallies.values())
        pages = sorted((tally.report() for tally in tallies), key=lambda page: page.worst_first)
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
            joined=sum(account.joined for account in self._accounts),
            unchanged=self._unchanged,
            made_anew=self._made_anew,
            anew=self._anew,
            pages=tuple(pages),
            in_full=self._in_full.pages(),
        )


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
