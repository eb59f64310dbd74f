"""How characters sound and what they look like, from two tables: see make_tables.py for how they were made.

Both are read when a question first may need a repair, and not before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

_INITIAL = re.compile(r"^(?:([zcs])h|[nl])")
_FINAL = re.compile(r"(?<=[aei])ng$")


def loosely(syllable: str) -> str:
    """A syllable as those say it who don't tell zh from z, n from l at the beginning, or ng from n at the end.

    >>> loosely("zhang"), loosely("nv"), loosely("xing"), loosely("dong")
    ('zan', 'lu', 'xin', 'dong')
    """
    start = _INITIAL.sub(lambda match: match[1] or "l", syllable)
    return _FINAL.sub("n", start).replace("v", "u")


@dataclass(frozen=True, slots=True)
class _Sounds:
    characters: Mapping[str, str]  # syllable → its characters, the most used first
    syllables: Mapping[str, frozenset[str]]  # character → its syllables
    loose: Mapping[str, str]  # loose syllable → characters


def _rows(name: str) -> Iterator[tuple[str, str]]:
    text = resources.files("retriever.text").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            head, _, rest = line.partition("\t")
            yield head, rest


@cache
def _sounds() -> _Sounds:
    characters = dict(_rows("readings.tsv"))
    syllables: dict[str, set[str]] = defaultdict(set)
    loose: dict[str, dict[str, None]] = defaultdict(dict)
    for syllable, read_so in characters.items():
        loose[loosely(syllable)].update(dict.fromkeys(read_so))
        for character in read_so:
            syllables[character].add(syllable)
    return _Sounds(
        characters,
        {character: frozenset(found) for character, found in syllables.items()},
        {syllable: "".join(found) for syllable, found in loose.items()},
    )


@cache
def _alike() -> Mapping[str, str]:
    """Character → those it is taken for, both ways."""
    alike: dict[str, dict[str, None]] = defaultdict(dict)
    for character, others in _rows("lookalikes.tsv"):
        for other in others:
            alike[character][other] = alike[other][character] = None
    return {character: "".join(others) for character, others in alike.items()}


@lru_cache(maxsize=1024)
def mistaken(character: str) -> Mapping[str, float]:
    """What may have been meant by a character: each candidate and how likely that slip is, against the others.

    The same sound comes first, then one that many don't tell apart, then the same looks.

    >>> mistaken("得")["德"] > mistaken("已")["己"] > 0
    True
    """
    sounds, found = _sounds(), dict[str, float]()
    for other in _alike().get(character, ""):
        found[other] = LOOKS
    for syllable in sounds.syllables.get(character, ()):
        found |= {other: max(LOOSELY, found.get(other, 0.0)) for other in sounds.loose[loosely(syllable)]}
    for syllable in sounds.syllables.get(character, ()):
        found |= dict.fromkeys(sounds.characters[syllable], SOUNDS)
    found.pop(character, None)
    return found


SOUNDS, LOOSELY, LOOKS = 1.0, 0.6, 0.5


def characters_of(syllable: str) -> str:
    """The characters read so, the most used first; "" where it is no syllable. ü may be typed v or u."""
    characters = _sounds().characters
    found = characters.get(syllable, "")
    return found + characters.get(syllable.replace("u", "v"), "") if syllable in ("lu", "nu") else found


def spelled(letters: str, most: int = 8) -> list[tuple[str, ...]]:
    """The ways to read Latin letters as syllables without tones, those with the fewest syllables first.

    >>> spelled("xian"), spelled("wifi")
    ([('xian',), ('xi', 'an')], [])
    """
    syllables = _sounds().characters
    ways: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(letters) + 1):
        found = [
            (*way, letters[start:end])
            for start in range(max(0, end - 6), end)
            if letters[start:end] in syllables
            for way in ways[start]
        ]
        ways.append(sorted(found, key=len)[:most])
    return ways[-1]
