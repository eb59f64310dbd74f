"""Texts as numbers of a vocabulary's characters, read by a table instead of character by character.

What a character is normalised to, and whether it is a letter or a digit, is asked of the tokenizer's own parts when the character
is first met. That holds in any surroundings only for characters that never combine with others; a text that holds any other one
(marks, Hangul jamo, characters beyond the first 65,536) is odd, and left to the tokenizer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Normalize = Callable[[str], str]
Split = Callable[[str], Sequence[str]]
"""Cuts a text into runs of letters and runs of one or two digits, and leaves the rest out."""

_SPELT_OUT, _ODD, _UNMET = 0xFFFD, 0xFFFE, 0xFFFF  # spelt out: normalised to several characters, like ㎡
_JAMO = (range(0x1100, 0x1200), range(0xA960, 0xA980), range(0xD7B0, 0xD800))
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Reading:
    """Some texts as one array. ``numbers`` holds 0 between and outside words; digits that end a pair have numbers of their own."""

    numbers: NDArray[np.uint32]
    starts: NDArray[np.bool_]  # where a word starts: a run of letters, or one or two digits
    inside: NDArray[np.bool_]
    ends: NDArray[np.int64]  # one past each text
    odd: NDArray[np.int64]  # the texts that were not read as the tokenizer would


class Alphabet:
    """The characters of a vocabulary, and every character that was ever met.

    Numbers: letters from 1, then one for all letters that no piece holds; then the digits that stand alone or first in a pair,
    with one for unknown ones; then the same for the second in a pair.
    """

    def __init__(self, pieces: Iterable[str], normalize: Normalize, split: Split) -> None:
        self._normalize, self._split = normalize, split
        letters, digits = self._letters_and_digits({character for piece in pieces for character in piece})
        self._letters = {letter: number for number, letter in enumerate(sorted(letters), start=1)}
        self.first_digit = len(letters) + 2
        self._digits = {digit: number for number, digit in enumerate(sorted(digits), start=self.first_digit)}
        self.second = len(digits) + 1
        self.size = len(letters) + 1 + 2 * self.second
        self._numbers = np.full(1 << 16, _UNMET, np.uint16)
        self._spelling: dict[str, str] = {}

    @property
    def table(self) -> tuple[NDArray[np.uint16], int, int]:
        """What ``read`` reads by: the number of each character below 65,536, larger than any where it has none, or none yet;
        the first digit's number; and what is added to the number of a digit that stands second in a pair."""
        return self._numbers, self.first_digit, self.second

    def word(self, piece: str) -> list[tuple[int, ...]]:
        """The numbers of a piece, each way that it can stand in a word; none where it never can."""
        if all(character in self._letters for character in piece):
            return [tuple(self._letters[character] for character in piece)]
        if len(piece) > 2 or any(character not in self._digits for character in piece):
            return []
        first, *other = (self._digits[character] for character in piece)
        return [(first, other[0] + self.second)] if other else [(first,), (first + self.second,)]

    def read(self, texts: Sequence[str]) -> Reading:
        joined = "\n".join(texts)
        units = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16)
        numbers = self._numbers.take(units)
        greatest = numbers.max(initial=0)
        if greatest == _UNMET:
            self._meet(map(chr, set(units[numbers == _UNMET].tolist())))
            return self.read(texts)
        if greatest >= _SPELT_OUT and (several := set(units[numbers == _SPELT_OUT].tolist())):
            for character in map(chr, several):
                texts = [text.replace(character, self._spelling[character]) for text in texts]
            return self.read(texts)
        ends = np.cumsum([1 + len(text) for text in texts])
        if len(units) > len(joined):
            ends = np.cumsum([1 + len(text.encode("utf-16-le", "surrogatepass")) // 2 for text in texts])
        at = np.flatnonzero(numbers == _ODD) if greatest == _ODD else np.empty(0, np.int64)
        numbers[at] = 0
        return self._in_words(numbers.astype(np.uint32), ends, np.unique(np.searchsorted(ends, at, side="right")))

    def _in_words(self, numbers: NDArray[np.uint32], ends: NDArray[np.int64], odd: NDArray[np.int64]) -> Reading:
        inside, digit = numbers > 0, numbers >= self.first_digit
        starts = inside.copy()
        starts[1:] &= ~inside[:-1] | (digit[1:] != digit[:-1])
        digits = np.flatnonzero(digit)
        run = np.maximum.accumulate(np.where(starts.take(digits), digits, 0))
        second = (digits - run) & 1 == 1
        numbers[digits[second]] += self.second
        starts[digits[~second]] = True
        return Reading(numbers, starts, inside, ends, odd)

    def _meet(self, characters: Iterable[str]) -> None:
        for character in characters:
            self._numbers[ord(character)] = self._number(character)

    def _number(self, character: str) -> int:
        if not _is_plain(character):
            return _ODD
        normal = self._normalize(character)
        if len(normal) == 1:
            if normal in self._letters or normal in self._digits:
                return self._letters.get(normal) or self._digits[normal]
            letters, digits = self._letters_and_digits({normal})
            return self.first_digit - 1 if letters else self.first_digit - 1 + self.second if digits else 0
        if not any(self._letters_and_digits(set(normal))):
            return 0
        if any(not _is_plain(part) or self._normalize(part) != part for part in normal):
            return _ODD
        self._spelling[character] = normal
        return _SPELT_OUT

    def _letters_and_digits(self, characters: set[str]) -> tuple[set[str], set[str]]:
        runs = self._split("\n".join(character * 3 for character in characters))  # digits are cut in twos
        return {run[0] for run in runs if len(run) == 3}, {run[0] for run in runs if len(run) == 2}


def _is_plain(character: str) -> bool:
    """Whether normalising it has nothing to do with what stands beside it."""
    if ord(character) > 0xFFFF or ord(character) in _SURROGATES:
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return all(
        unicodedata.category(one)[0] != "M"
        and unicodedata.category(one) != "Cn"
        and not unicodedata.combining(one)
        and not any(ord(one) in jamo for jamo in _JAMO)
        for one in (character, first)
    )
