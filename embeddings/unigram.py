"""The best cut of many texts into pieces, found for all of them in step.

A Unigram model (Kudo, "Subword regularization", 2018) cuts a word into the pieces whose scores sum highest. The words of a lot of
texts stand side by side, longest first; what ends at their first characters is worked out for all words, then what ends at
their second ones, and so on (Viterbi, 1967). Sums are made in the order and width of tokenizers, and of two equal ones the piece
that begins earlier is taken, as there: the pieces are the same, number for number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embeddings.prefixes import Characters, Places, Prefixes

Scores = NDArray[np.float64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Words:
    """Where words stand in a text, and where their characters stand when words are written side by side, longest first.

    The characters number ``at`` of all words that have so many lie one after the other from ``columns[at]`` on.
    """

    starts: Places  # longest word first
    columns: Places  # one more than the longest word has characters
    places: Places  # of all characters of words, in the order of the text
    beside: Places  # where each of them stands, side by side
    lengths: NDArray[np.int64]  # of the words, longest first

    @classmethod
    def at(cls, starts: Places, lengths: NDArray[np.int64]) -> Words:
        """From starts, ascending, and lengths: every word has a character."""
        longest = int(lengths.max(initial=0))
        order = np.argsort((longest - lengths).astype(np.min_scalar_type(longest)), kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        with_so_many = np.bincount(lengths, minlength=longest + 1)[::-1].cumsum()[::-1]  # characters or more
        columns = np.zeros(longest + 1, np.int64)
        np.cumsum(with_so_many[1:], out=columns[1:])
        before = np.cumsum(lengths) - lengths
        inside = np.arange(int(lengths.sum())) - np.repeat(before, lengths)  # place within the word
        places = inside + np.repeat(starts, lengths)
        beside = columns.take(inside) + np.repeat(rank, lengths)
        return cls(starts[order], columns, places, beside, lengths[order])


@dataclass(frozen=True, slots=True)
class Unigram:
    """A vocabulary with scores."""

    prefixes: Prefixes
    scores: Scores  # of each piece
    unknown: int  # the piece that stands for characters without one
    penalty: float  # by which it is below the least score

    @classmethod
    def of(
        cls, words: Mapping[tuple[int, ...], int], characters: int, scores: Scores, unknown: int, penalty: float
    ) -> Unigram:
        """Pieces by their characters, which are numbers from 1 to ``characters``. Raises NoPerfectHash."""
        return cls(Prefixes.of(words, characters), scores, unknown, penalty)

    def cut(self, text: Characters, starts: Places, lengths: Places) -> tuple[Places, Numbers]:
        """Where in ``text`` the pieces of its words begin, ascending, and which they are. Words ascend too."""
        words = Words.at(starts, lengths)
        lattice = _Lattice.of(1 + len(self.prefixes.levels), len(words.places))
        single = self.prefixes.single.take(text.take(words.places))
        unknown = self.scores.min() - self.penalty
        pieces = np.where(single < 0, self.unknown, single)
        lattice.put(1, words.beside, pieces, np.where(single < 0, unknown, self.scores.take(pieces)))
        beside = np.zeros(len(text), np.int64)
        beside[words.places] = words.beside
        for length, places, pieces in self.prefixes.found(text):
            lattice.put(length, beside.take(places), pieces, self.scores.take(pieces))
        lattice.solve(words.columns)
        at = np.zeros(len(text), np.int32)
        for places, pieces in lattice.path(words):
            at[places] = pieces + 1
        places = np.flatnonzero(at)
        return places, at.take(places) - 1


@dataclass(frozen=True, slots=True)
class _Lattice:
    """What could begin at each character, and the best cut of all that ends with it. Shapes: (lengths, characters)."""

    scores: Scores  # of the piece of that length that begins here, -inf where there is none
    pieces: Numbers
    better: NDArray[np.bool_]  # whether the piece of that length that ends here beats all longer ones
    best: Scores  # of all that ends here, shape (characters,)

    @classmethod
    def of(cls, lengths: int, characters: int) -> _Lattice:
        shape = lengths, characters
        return cls(
            np.full(shape, -np.inf), np.empty(shape, np.int32), np.zeros(shape, np.bool_), np.full(characters, -np.inf)
        )

    def put(self, length: int, beside: Places, pieces: Numbers, scores: Scores) -> None:
        self.pieces[length - 1][beside] = pieces
        self.scores[length - 1][beside] = scores

    def solve(self, columns: Places) -> None:
        """Column by column: how good the best cut is that ends there, and how long its last piece."""
        starts = columns.tolist()
        sums = np.empty(starts[1] if len(starts) > 1 else 0)
        for at, (start, end) in enumerate(pairwise(starts)):
            words, best = end - start, self.best[start:end]
            for length in range(min(len(self.scores), at + 1), 0, -1):
                first = starts[at - length + 1]
                score = self.scores[length - 1, first : first + words]
                if length <= at:
                    before = starts[at - length]
                    score = np.add(score, self.best[before : before + words], out=sums[:words])
                np.greater(score, best, out=self.better[length - 1, start:end])
                np.maximum(best, score, out=best)

    def path(self, words: Words) -> Iterator[tuple[Places, Numbers]]:
        """From the ends of all words back to their starts: where a piece begins, and which."""
        characters = self.better.shape[1]
        lengths = np.zeros(characters, np.int64)
        for length in range(len(self.better), 0, -1):
            lengths[self.better[length - 1]] = length
        word, left = np.arange(len(words.lengths)), words.lengths
        while len(word):
            last = lengths.take(words.columns.take(left - 1) + word)
            left = left - last
            begins = words.columns.take(left) + word
            yield words.starts.take(word) + left, self.pieces.take(begins + (last - 1) * characters)
            going_on = np.flatnonzero(left)
            word, left = word.take(going_on), left.take(going_on)
