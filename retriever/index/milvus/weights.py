"""Terms as dimensions of a sparse vector, and their counts as weights whose inner product with a question is BM25.

What a passage has of BM25, ``count / (count + k1 · (1 − b + b · length / mean length))``, is known only once all passages are.
Slices are made apart, so a nominal mean takes its place: it decides what comes among the candidates. Whoever weighs these
exactly gets the counts back from the weights and puts the true mean in.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from retriever.index.lexical import K1, B

NOMINAL_WORDS, NOMINAL_PAIRS = 140.0, 180.0  # terms of a passage: the means of 202,000 passages of news are 138 and 174
NO_TERM = 0  # a dimension that is no term's, or hardly
_PAIR = 1 << 31
_LAST = (1 << 32) - 2  # the greatest dimension that Milvus takes
REMEMBERED_TERMS = 1 << 16

Ids = NDArray[np.uint32]
Values = NDArray[np.float32]


@lru_cache(maxsize=REMEMBERED_TERMS)
def word_id(word: str) -> int:
    """The dimension of a word: 31 bits of its CRC-32. Two of a million words share one with 1 chance in 2,000 each."""
    return crc32(word.encode("utf-8", "surrogatepass")) & (_PAIR - 1)


@lru_cache(maxsize=REMEMBERED_TERMS)
def pair_id(pair: str) -> int:
    """The dimension of a pair of characters; none is a word's."""
    return min(word_id(pair) | _PAIR, _LAST)


def norms(lengths: NDArray[np.integer], mean: float) -> Values:
    """What BM25 puts beside a count in passages of so many terms."""
    return (K1 * (1 - B + B * lengths / max(mean, 1.0))).astype(np.float32)


def weights_of(counts: NDArray[np.integer], beside: Values) -> Values:
    """
    >>> beside = norms(np.array([140, 70]), NOMINAL_WORDS)
    >>> counts_of(weights_of(np.array([1, 7]), beside), beside).tolist()
    [1.0, 7.0]
    """
    return (counts / (counts + beside)).astype(np.float32)


def counts_of(weights: Values, beside: Values) -> Values:
    """The counts that :func:`weights_of` was given, from the same ``beside``."""
    counted: Values = np.rint(beside * weights / (1 - weights)).astype(np.float32)
    return counted
