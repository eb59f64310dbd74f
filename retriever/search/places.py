"""Where passages stand: in which article, how far down, below which headline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.search.coverage import compared
from retriever.text.folding import confused

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Places:
    """Of ``n`` passages; each array of shape (n,)."""

    articles: Numbers  # the number of its article
    starts: Numbers  # where in its article it begins
    lengths: Numbers  # characters
    headline_of: Numbers  # into ``headlines``
    headlines: Sequence[str]  # as texts are compared; "" where an article has none

    @classmethod
    def of(cls, told: Sequence[tuple[int, int, int, str | None]]) -> Places:
        """From article, start, end and headline of each passage, as the store tells them."""
        numbers: dict[str | None, int] = {}
        headline_of = [numbers.setdefault(title, len(numbers)) for *_, title in told]
        articles, starts, ends = np.array([place[:3] for place in told], np.int64).reshape(-1, 3).T
        headlines = [compared(title) if title else "" for title in numbers]
        return cls(articles, starts, ends - starts, np.array(headline_of, np.int64), headlines)

    def at(self, which: Numbers) -> Places:
        """Those of some passages."""
        return Places(
            self.articles[which], self.starts[which], self.lengths[which], self.headline_of[which], self.headlines
        )

    def in_headline(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Which folded words stand in which passage's headline; shape (words, n)."""
        seen = np.zeros(len(self.headlines), np.bool_)
        seen[self.headline_of] = True
        which = np.flatnonzero(seen)
        held = np.zeros((len(words), len(self.headlines)), np.bool_)
        titles = [self.headlines[number] for number in which.tolist()]
        held[:, which] = np.array(
            [[word in title for title in titles] for word in map(confused, words)], np.bool_
        ).reshape(len(words), len(which))
        return held[:, self.headline_of]
