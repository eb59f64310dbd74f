"""What the files hold now: each article once, those of several pages joined, known ones recognised, the others to be made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from retriever import corpus, newspaper
from retriever.domain import Article, ArticleInfo, CutPage, Page
from retriever.errors import DuplicateArticle, UnreadableFile
from retriever.index.arriving import Placed
from retriever.index.store import FileRecord
from retriever.newspaper.confidence import FLOOR
from retriever.rebuild.growth import Before, Day
from retriever.rebuild.line import Line
from retriever.rebuild.reading import Cutter
from retriever.rebuild.seams import Taker
from retriever.rebuild.sources import Source
from retriever.report import ReportBuilder
from retriever.report.accounts import Account, as_text

_Issue = tuple[str | None, str | None, str]  # paper, date and page that was read


@dataclass(slots=True)
class Found:
    """What else was found in a file, for the next time: what other files may change about it."""

    source: Source
    account: Account
    days: set[Day] = field(default_factory=set)  # of its pages
    halves: set[Day] = field(default_factory=set)  # of its articles that name another page
    pages: set[_Issue] = field(default_factory=set)
    shadowed: list[str] = field(default_factory=list)  # ids that another file's articles have
    pieces: dict[str, str] = field(default_factory=dict)  # id → page of articles that went into another's
    articles: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "report": self.account.to_json(),
            "days": sorted(self.days, key=repr),
            "halves": sorted(self.halves, key=repr),
            "pages": sorted(self.pages, key=repr),
            "shadowed": self.shadowed,
            "pieces": self.pieces,
        }


class Gathering:
    """Reads files in any order; :meth:`finish` when all that have to be read are."""

    def __init__(self, before: Before, cutter: Cutter, line: Line, writer: Taker, seen: ReportBuilder) -> None:
        self._before, self._cutter, self._line, self._writer, self._seen = before, cutter, line, writer, seen
        self._claims: dict[str, str] = {}  # id → page, or file of ready-made articles
        self._found: dict[int, Found] = {}  # by the number of the file
        self._halves: list[tuple[int, int, newspaper.Half]] = []  # number of the file, place in it

    def read(self, source: Source, tell: Callable[[int], None]) -> None:
        """Everything one file holds, or the reason why not; a bad file never stops the others.

        ``tell`` is told how many bytes of the file are read.
        """
        found = self._found[source.number] = Found(source, self._seen.file())
        try:
            for item in corpus.read(
                source.file, on_problem=self._seen.problem, ocr=self._cutter.how.ocr, on_bytes=tell
            ):
                if isinstance(item, Page):
                    self._add_page(found, self._cutter.cut(item))
                elif item.text.strip():
                    self._add_ready(found, item)
        except UnreadableFile as problem:
            self._seen.problem(problem)
        self._before.touch(found.days)

    def _add_page(self, found: Found, cut: CutPage) -> None:
        """A page and its articles; those that name another page wait until all pages are read."""
        self._seen.page(cut, in_one_piece=cut.confidence < FLOOR)
        self._writer.add_page(cut.page, found.source.number)
        halves = {half.article.info.id: half for half in newspaper.halves(cut)}
        for article in cut.articles:
            info = article.info
            if info.date:
                found.days.add((info.source, info.date))
            if info.page:
                found.pages.add((info.source, info.date, newspaper.page_key(info.page)))
            if not self._is_new(found, info):
                continue
            if half := halves.get(info.id):
                if info.date:
                    found.halves.add((info.source, info.date))
                self._halves.append((found.source.number, found.articles, half))
                found.articles += 1
            else:
                self._add(found, article)

    def _add_ready(self, found: Found, article: Article) -> None:
        """An article that nobody has to cut."""
        if self._is_new(found, article.info):
            self._add(found, article)
            self._seen.article(article)

    def _is_new(self, found: Found, info: ArticleInfo) -> bool:
        first = self._claims.get(info.id) or self._before.claim(info.id, found.source.number)
        if first is not None:
            found.shadowed.append(info.id)
            self._seen.problem(DuplicateArticle(article_id=info.id, first=first, file=info.file))
            return False
        self._claims[info.id] = info.file
        return True

    def _add(self, found: Found, article: Article) -> None:
        self._place(Placed.of(article, found.source.number, found.articles))
        found.articles += 1

    def _place(self, placed: Placed) -> None:
        kept = self._before.recognised(placed)
        if kept is None:
            self._line.add(placed)
        elif self._before.is_the_same(kept, placed):
            self._writer.stay(placed, kept)
        else:
            self._writer.add_again(placed, kept)

    def finish(self) -> None:
        """What waits still: articles of several pages, each joined where both halves are here; then what files stay."""
        self._halves.sort(key=lambda waiting: waiting[:2])
        place = {half.article.info.id: (file, nth) for file, nth, half in self._halves}
        joined, alone = newspaper.join([half for _, _, half in self._halves])
        late = [story.article for story in joined] + [half.article for half in alone]
        for article in sorted(late, key=lambda article: place[article.info.id]):
            file, nth = place[article.info.id]
            self._place(Placed.of(article, file, nth, late=True))
        for story in joined:
            self._seen.joined(story, [self._found[place[piece.info.id][0]].account for piece in story.pieces])
            for piece in story.pieces[1:]:
                self._found[place[piece.info.id][0]].pieces[piece.info.id] = piece.info.file
        pages = self._pages_that_are_here()
        for half in alone:
            if half.to_page:
                info = half.article.info
                issue = info.source, info.date, newspaper.page_key(half.to_page)
                account = self._found[place[info.id][0]].account
                account.broken_off(info.file, half.to_page, is_here=issue in pages if info.date else None)
        self._line.finish()
        self._writer.stay_files(self._before.stays)
        for before in self._before.stays:
            self._seen.unchanged(Account.from_json(self._before.accounts[before]["report"]))

    def _pages_that_are_here(self) -> set[_Issue]:
        read = {issue for found in self._found.values() for issue in found.pages}
        kept = (self._before.accounts[before]["pages"] for before in self._before.stays)
        return read.union((paper, day, page) for pages in kept for paper, day, page in pages)

    def records(self, sources: Sequence[Source]) -> list[FileRecord]:
        """What the next generation will recognise these files by."""
        stays: defaultdict[int, int | None] = defaultdict(
            lambda: None, {now: b for b, now in self._before.stays.items()}
        )
        return [self._record(source, stays[source.number]) for source in sources]

    def _record(self, source: Source, before: int | None) -> FileRecord:
        if before is not None:
            return self._before.records[before]
        content = source.content if source.is_as_it_was() else b""
        account = as_text(self._found[source.number].to_json())
        return FileRecord(source.file.name, content, source.read_as, account)
