"""Words typed in Latin letters as they sound, without tones: which printed words can be meant?"""

from __future__ import annotations

from collections.abc import Iterator

from retriever.index.opened import Opened
from retriever.search.presence import is_printed
from retriever.text.sounds import characters_of, spelled
from retriever.text.words import Cutter

LONGEST_WORD = 30  # syllables: no dictionary has a longer one
LONGEST_NAME = 4  # syllables of a name that is in no dictionary
MOST_NAMES = 200  # beginnings of names that are followed


class Spelling:
    """Latin letters, and the words that they may spell in one index."""

    def __init__(self, snapshot: Opened, letters: str) -> None:
        self._snapshot, self._ways = snapshot, [way for way in spelled(letters) if len(way) <= LONGEST_WORD]
        self._begun: dict[str, list[tuple[str, str]]] = {}  # what stands before → beginnings and their last syllables

    def words(self, before: str, after: str) -> Iterator[tuple[str, int]]:
        """What the letters can be read as, so that ``before`` + it + ``after`` is a printed word; each with how often it is.

        Names, which no dictionary holds, count only where they are spelled out whole and no word of the dictionary fits.
        """
        printed, found = self._snapshot.words.frequency, False
        for word in self._known(before, after):
            if frequency := printed(word):
                found = True
                yield word[len(before) : len(word) - len(after)], frequency
        if not found and not before and not after:
            for way in self._ways:
                if 2 <= len(way) <= LONGEST_NAME and len(way) <= len(self._ways[0]) + 1:
                    yield from _names(self._snapshot, way)

    def _known(self, before: str, after: str) -> Iterator[str]:
        """Words of the dictionary that are read so."""
        cutter = self._snapshot.lexicon.cutter
        if before not in self._begun:
            ways = ((way[-1], _beginnings(cutter, before, way[:-1])) for way in self._ways)
            self._begun[before] = [(begun, last) for last, beginnings in ways for begun in beginnings]
        for begun, last in self._begun[before]:
            for character in characters_of(last):
                if cutter.knows(word := begun + character + after):
                    yield word


def _beginnings(cutter: Cutter, before: str, way: tuple[str, ...]) -> list[str]:
    """``before`` and what these syllables can be read as, wherever a word of the dictionary begins so."""
    begun = [before]
    for syllable in way:
        begun = [word + character for word in begun for character in characters_of(syllable)]
        begun = [word for word in begun if cutter.begins(word)]
    return begun


def _names(snapshot: Opened, way: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Strings of characters read so that articles print, and how often their rarest pair is printed."""
    begun = [(character, 1 << 30) for character in characters_of(way[0])]
    for syllable in way[1:]:
        next_ones = set(characters_of(syllable))
        begun = [
            (name + character, min(frequency, snapshot.pairs.frequency(name[-1] + character)))
            for name, frequency in begun
            for character in sorted(snapshot.pairs.followers(name[-1]) & next_ones)
        ]
        begun = sorted(begun, key=lambda item: -item[1])[:MOST_NAMES]
    yield from ((name, frequency) for name, frequency in begun if is_printed(snapshot, name))
