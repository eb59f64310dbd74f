"""Which of the passages that were found only tell again what is shown already.

Several papers print one story, shortened, or with other words around it. A passage of such a copy is left out only where
every sentence and every figure of it stands in passages of that story that are shown: whatever it tells beyond them, or
otherwise, is shown for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from retriever.domain import Passage
from retriever.index.duplicates import letters
from retriever.search.ranking import Ranked
from retriever.search.shelf import Shelf, Shown
from retriever.text.folding import fold
from retriever.text.sentences import sentence_spans

REMEMBERED_TEXTS = 1 << 12
TOLD = 0.6  # share of a sentence's runs of three letters; a recogniser that errs at 3 % of the characters leaves 0.8
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A passage that is shown, and the ids of the articles in which it was left out."""

    article_id: str
    story: int | None
    text: str
    also_in: list[str] = field(default_factory=list)

    @property
    def runs(self) -> frozenset[str]:
        return _told(self.text)[0]

    @property
    def figures(self) -> frozenset[str]:
        return _told(self.text)[1]


class Once:
    """Takes passages, best first, and keeps the first ``most`` that tell something of their own."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._letters: dict[str, int] = {}  # letters of a kept passage → its place
        self.kept: list[Told] = []

    @property
    def is_full(self) -> bool:
        return len(self.kept) >= self._most

    @property
    def tells_stories(self) -> bool:
        """Whether any passage that is kept may be told again by others."""
        return any(told.story is not None for told in self.kept)

    def knows(self, story: int | None) -> bool:
        """Whether a passage of this story is kept."""
        return story is not None and any(told.story == story for told in self.kept)

    def keeps(self, passage: Passage, story: int | None) -> bool:
        """Whether this passage is shown; where not, and it is told already, its article is named there."""
        said = _letters_of(passage.text) or passage.text
        place = self._letters.get(said)
        if place is None and story is not None:
            place = self._told_at(passage, story)
        if place is not None:
            told = self.kept[place]
            if passage.article_id not in (told.article_id, *told.also_in):
                told.also_in.append(passage.article_id)
            return False
        if self.is_full:
            return False
        self._letters[said] = len(self.kept)
        self.kept.append(Told(passage.article_id, story, passage.text))
        return True

    def _told_at(self, passage: Passage, story: int) -> int | None:
        """The kept passage of another article that tells most of this one, where nothing of it is new."""
        same = [(place, told) for place, told in enumerate(self.kept) if told.story == story]
        others = [(place, told) for place, told in same if told.article_id != passage.article_id]
        if not others or not _nothing_new(passage.text, [told for _, told in same]):
            return None
        runs, _ = _told(passage.text)
        return max(others, key=lambda item: len(item[1].runs & runs))[0]


def told_once(near: Sequence[Ranked], most: int, shelf: Shelf) -> list[tuple[Ranked, Shown, tuple[str, ...]]]:
    """The first ``most`` passages that tell something of their own, each with the ids of the articles that tell it again."""
    once, shown = Once(most), list[tuple[Ranked, Shown]]()
    for first in range(0, len(near), 2 * most):
        if once.is_full and not once.tells_stories:
            break
        some = near[first : first + 2 * most]
        told = zip(some, shelf.stories([ranked.row for ranked in some]), strict=True)
        block = [(ranked, story) for ranked, story in told if not once.is_full or once.knows(story)]
        passages = shelf.passages([ranked.row for ranked, _ in block])
        shown += [
            (ranked, found)
            for (ranked, story), found in zip(block, passages, strict=True)
            if once.keeps(found.passage, story)
        ]
    return [(*found, tuple(kept.also_in)) for found, kept in zip(shown, once.kept, strict=True)]


def _nothing_new(text: str, shown: Sequence[Told]) -> bool:
    runs = frozenset().union(*(told.runs for told in shown))
    figures = frozenset().union(*(told.figures for told in shown))
    return all(
        numbers <= figures and len(own & runs) >= TOLD * len(own) for own, numbers in map(_told, _sentences(text))
    )


def _sentences(text: str) -> Iterator[str]:
    return (text[start:end] for start, end in sentence_spans(text))


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _letters_of(text: str) -> str:
    return letters(text)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _told(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Runs of three letters (what is shorter is one run), and numbers."""
    said = _letters_of(text)
    runs = {said[at : at + 3] for at in range(max(1, len(said) - 2))} - {""}
    return frozenset(runs), frozenset(_NUMBER.findall(fold(text)))
