"""Words typed in Latin letters as they sound, without tones: which printed words can be meant?"""

from __future__ import annotations

from collections.abc import Iterator

from retriever.index.snapshot import Snapshot
from retriever.search.presence import is_printed
from retriever.text.sounds import characters_of, spelled

LONGEST_NAME = 4  # syllables of a name that is in no dictionary
MOST_NAMES = 200  # beginnings of names that are followed


def words_spelled(snapshot: Snapshot, before: str, letters: str, after: str) -> Iterator[tuple[str, int]]:
    """What ``letters`` can be read as, so that ``before`` + it + ``after`` is a printed word; each with how often it is.

    Names, which no dictionary holds, count only where they are spelled out whole and no word of the dictionary fits.
    """
    ways = spelled(letters)
    fewest = len(ways[0]) if ways else 0
    found = [
        (word[len(before) : len(word) - len(after)], frequency)
        for way in ways
        for word in _words(snapshot, before, way, after)
        if (frequency := snapshot.words.frequency(word))
    ]
    yield from found
    if not found and not before and not after:
        for way in ways:
            if 2 <= len(way) <= LONGEST_NAME and len(way) <= fewest + 1:
                yield from _names(snapshot, way)


def _words(snapshot: Snapshot, before: str, way: tuple[str, ...], after: str) -> list[str]:
    """Words of the dictionary that are read so."""
    cutter = snapshot.lexicon.cutter
    begun = [before]
    for syllable in way:
        begun = [word + character for word in begun for character in characters_of(syllable)]
        begun = [word for word in begun if cutter.begins(word)]
    return [word + after for word in begun if cutter.knows(word + after)]


def _names(snapshot: Snapshot, way: tuple[str, ...]) -> Iterator[tuple[str, int]]:
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
