"""What of the generation before still holds: files that need not be read, and articles that need not be made again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.index.arriving import Placed
from retriever.index.known import Known
from retriever.index.store import FileRecord
from retriever.rebuild.seams import Ground
from retriever.rebuild.sources import Source

Day = tuple[str | None, str]  # paper and ISO date of an issue


class Before:
    """The files of the generation before, as far as they are given again unchanged, and which of them have to be read all
    the same: because an article of theirs may go on in a file that has changed, or because another file claims an id.
    """

    def __init__(self, ground: Ground | None, known: Known, sources: Sequence[Source]) -> None:
        self._ground, self._known = ground, known
        self.records: list[FileRecord] = ground.files() if ground else []
        self.accounts: list[dict[str, Any]] = [json.loads(record.account) for record in self.records]
        self.stays = self._unchanged(sources)  # number before → number now
        self._now = {now: before for before, now in self.stays.items()}
        self._sources = sources
        self._is_free = ~np.isin(known.records["file"], list(self.stays))
        self._lost: dict[str, list[int]] = defaultdict(list)  # id → files that have it too, and lost it to another
        for before, account in enumerate(self.accounts):
            for article_id in account["shadowed"]:
                self._lost[article_id].append(before)
        # Articles that went into one that begins on another page: no number leads to their ids.
        self._pieces = {
            article_id: (before, page)
            for before, account in enumerate(self.accounts)
            for article_id, page in account["pieces"].items()
        }
        self._to_be_read: set[int] = set()

    def _unchanged(self, sources: Sequence[Source]) -> dict[int, int]:
        same: dict[tuple[str, bytes, bytes], list[int]] = defaultdict(list)
        for number, record in reversed(list(enumerate(self.records))):
            if record.content:
                same[record.name, record.content, record.read_as].append(number)
        found = ((source, same.get((source.file.name, source.content, source.read_as))) for source in sources)
        return {numbers.pop(): source.number for source, numbers in found if numbers}

    def _articles_of(self, before: int) -> NDArray[np.int64]:
        order, files = self._by_file
        return order[np.searchsorted(files, before) : np.searchsorted(files, before, side="right")]

    @cached_property
    def _by_file(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        files = np.ascontiguousarray(self._known.records["file"])
        order = np.argsort(files, kind="stable")
        return order, files[order]

    def to_read(self) -> list[Source]:
        """The files that are new or have changed, and those that had lost an id to one of them."""
        gone = self._days_of(before for before in range(len(self.records)) if before not in self.stays)
        self.touch(gone)
        while lost := [before for before in self.stays if not self._still_loses(before)]:
            self._give_up(lost)
        return [source for source in self._sources if source.number not in self._now]

    def _still_loses(self, before: int) -> bool:
        """Whether each id that a file lost is still another's, one that stays and is read before it."""
        for article_id in self.accounts[before]["shadowed"]:
            owner, _ = self._owner(article_id)
            if owner is None or self.stays.get(owner, len(self._sources)) > self.stays[before]:
                return False
        return True

    def _owner(self, article_id: str) -> tuple[int | None, str]:
        """The file, by its number before, in which an article with the id was found first, and the page of it."""
        if self._ground is None:
            return None, ""
        if piece := self._pieces.get(article_id):
            return piece
        stands = self._ground.stands(article_id)
        return (int(self._known.records["file"][stands[0]]), stands[1]) if stands else (None, "")

    def claim(self, article_id: str, number: int) -> str | None:
        """Where an article with that id stands that stays and comes before file ``number``; None where the id is free.

        Where one stays but comes after it, its file has to be read again: it loses the id.
        """
        owner, page = self._owner(article_id)
        if owner is None or owner not in self.stays:
            return None
        if self.stays[owner] > number:
            self._to_be_read |= {owner, *self._lost[article_id]}
            return None
        return page

    def touch(self, days: Iterable[Day]) -> None:
        """Something of these issues is read or gone: who has a half of an article in them is to be read again."""
        wanted = set(days)
        for before in self.stays:
            if any((paper, day) in wanted for paper, day in self.accounts[before]["halves"]):
                self._to_be_read.add(before)

    def touched(self) -> list[Source]:
        """The files that stay no longer, since the last time this was asked."""
        given_up = sorted(self._to_be_read & self.stays.keys(), key=self.stays.__getitem__)
        self._to_be_read = set()
        again = [self._sources[self.stays[before]] for before in given_up]
        self._give_up(given_up)
        while lost := [before for before in self.stays if not self._still_loses(before)]:
            again += [self._sources[self.stays[before]] for before in lost]
            self._give_up(lost)
        return sorted(again, key=lambda source: source.number)

    def _give_up(self, files: Iterable[int]) -> None:
        for before in files:
            del self._now[self.stays.pop(before)]
            self._is_free[self._articles_of(before)] = True

    def _days_of(self, files: Iterable[int]) -> set[Day]:
        return {(paper, day) for before in files for paper, day in self.accounts[before]["days"]}

    def recognised(self, placed: Placed) -> int | None:
        """The number before of an article that tells the same and that nobody else has taken, the very same first."""
        if not len(self._known):
            return None
        free = [number for number in self._known.find(placed.told).tolist() if self._is_free[number]]
        if not free:
            return None
        number: int = next((number for number in free if self._known.is_the_same(number, placed.whole)), free[0])
        self._is_free[number] = False
        return number

    def is_the_same(self, number: int, placed: Placed) -> bool:
        """Whether it is stored as it is now."""
        return self._known.is_the_same(number, placed.whole)
