"""jieba's dictionary as a list of words, for what rjieba cannot be asked: whether any begins with certain letters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import numpy as np


def jiebas_lines() -> str:
    """The dictionary that comes with jieba: word, frequency and part of speech, line by line."""
    # Not imported: its other modules take 10 MB that nothing here needs.
    found = find_spec("jieba")
    assert found is not None and found.origin is not None, "jieba is not installed"
    return Path(found.origin).with_name("dict.txt").read_text(encoding="utf-8")


class Dictionary:
    """Words in order, as UTF-8 end to end: some 5 MB where a set of jieba's 349,000 words takes 60."""

    def __init__(self, words: Iterable[str]) -> None:
        ordered = sorted(words)  # as their UTF-8 stands in order too
        encoded = [word.encode() for word in ordered]
        self._words = b"".join(encoded)
        # Where the words of each first character begin and end: most of the search is saved.
        self._until = {word[:1]: number for number, word in enumerate(ordered, start=1)}
        self._from: dict[str, int] = {}
        for number, word in enumerate(ordered):
            self._from.setdefault(word[:1], number)
        self._ends = np.cumsum([0, *map(len, encoded)], dtype=np.uint32)

    @classmethod
    def with_jiebas(cls, own: Iterable[str] = ()) -> Dictionary:
        """The words of the dictionary that comes with jieba, and further ones."""
        return cls([*(line[: line.index(" ")] for line in jiebas_lines().splitlines()), *own])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def _word(self, number: int) -> bytes:
        return self._words[self._ends[number] : self._ends[number + 1]]

    def begins(self, letters: str) -> bool:
        """Whether a word begins so; every word does with nothing.

        >>> Dictionary(["图书馆", "图章"]).begins("图书"), Dictionary(["图书馆"]).begins("图章")
        (True, False)
        """
        if len(letters) < 2:
            return len(self) > 0 if not letters else letters in self._from
        wanted, until = letters.encode(), self._until.get(letters[0], 0)
        first = bisect_left(range(len(self)), wanted, self._from.get(letters[0], 0), until, key=self._word)
        return first < until and self._word(first).startswith(wanted)
