"""How likely each candidate is the passage asked for: a weighted sum of readable signals, learnt from questions.

What wins on everyday wording (synonyms, vectors) loses where the question's own words are printed, and the other way
round. So some signals count by how well the words as typed already match: each *gauge* of a question multiplies each
*steered* signal. The weights stand in ``reranking.json``; ``python -m retriever.tuning.ranking`` fits them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Held = NDArray[np.bool_]

PAIRS_SHARE = 0.7  # of words, where all of the keyword side is one number

SIGNALS = (
    "words", "synonyms", "pairs", "keywords", "meaning",  # each side's score, divided by the best candidate's
    "words_share", "pairs_share",  # BM25 against the most that a passage can have
    "cosine", "cosine_gap",  # as it is, and less the best
    "covered", "covered_pairs", "phrase", "exact",  # what is held, weighted by rarity; the longest run; numbers and codes
    "headline",
    "keyword_rank", "meaning_rank",  # 1 for the first, falling with the logarithm
    "article_keywords", "article_meaning",  # the best of its article's candidates
    "article_more_keywords", "article_more_meaning",  # what its article's other candidates add
    "opening", "length",
)  # fmt: skip
GAUGES = ("coverage", "keyword_lead", "meaning_lead", "terms")
STEERED = ("words", "synonyms", "pairs", "meaning", "cosine", "covered", "covered_pairs", "headline")
FEATURES = (*SIGNALS, *(f"{gauge} * {signal}" for gauge in GAUGES for signal in STEERED))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may be the one asked for, and how each side sees them. ``n`` rows, ascending."""

    rows: NDArray[np.int64]  # (n,)
    words: Values  # (n,) BM25 of the words as typed
    synonyms: Values  # (n,) BM25 of what stands for them
    pairs: Values  # (n,) BM25 of pairs of characters
    cosines: Values  # (n,)
    most_words: float  # what BM25 of the words, and of the pairs, can come to
    most_pairs: float
    word_weights: Values  # (t,) rarity of each typed word
    has_word: Held  # (t, n)
    is_exact: Held  # (t,) numbers and codes
    in_headline: Held  # (t, n)
    pair_weights: Values  # (p,)
    has_pair: Held  # (p, n) pairs in the question's order
    goes_on: Held  # (p,) whether a pair begins with the character that the one before ends with
    articles: NDArray[np.int64]  # (n,) number of the passage's article
    starts: NDArray[np.int64]  # (n,) where in its article the passage begins
    lengths: NDArray[np.int64]  # (n,) characters

    @property
    def keywords(self) -> Values:
        """The keyword side as one number."""
        return self.words + self.synonyms + np.float32(PAIRS_SHARE) * self.pairs


def features(found: Candidates) -> Values:
    """What speaks for each candidate; shape (n, len(FEATURES)). ``n`` is at least 1."""
    n = len(found.rows)
    keywords, words = _scaled(found.keywords), _scaled(found.words)
    meaning = _scaled(found.cosines)
    covered, covered_pairs = _share(found.word_weights, found.has_word), _share(found.pair_weights, found.has_pair)
    alike = found.articles[:, None] == found.articles[None, :]  # of one article
    others = alike & ~np.eye(n, dtype=np.bool_)
    signals = {
        "words": words,
        "synonyms": _scaled(found.synonyms),
        "pairs": _scaled(found.pairs),
        "keywords": keywords,
        "meaning": meaning,
        "words_share": found.words / np.float32(max(found.most_words, 1e-6)),
        "pairs_share": found.pairs / np.float32(max(found.most_pairs, 1e-6)),
        "cosine": found.cosines,
        "cosine_gap": found.cosines - found.cosines.max(),
        "covered": covered,
        "covered_pairs": covered_pairs,
        "phrase": _longest_run(found),
        "exact": _share(found.is_exact.astype(np.float32), found.has_word),
        "headline": _share(found.word_weights, found.in_headline),
        "keyword_rank": _by_rank(keywords),
        "meaning_rank": _by_rank(meaning),
        "article_keywords": np.where(alike, keywords[None, :], 0).max(axis=1),
        "article_meaning": np.where(alike, meaning[None, :], 0).max(axis=1),
        "article_more_keywords": np.minimum(others @ keywords, 2.0),
        "article_more_meaning": np.minimum(others @ meaning, 2.0),
        "opening": (found.starts == 0).astype(np.float32),
        "length": np.minimum(found.lengths / 300, 1.0),
    }
    best = int(keywords.argmax())
    gauges = {
        "coverage": float(covered[best]),
        "keyword_lead": _lead(keywords, alike),
        "meaning_lead": min(1.0, 5 * _lead(found.cosines, alike)),
        "terms": min(1.0, len(found.word_weights) / 12),
    }
    steered = np.stack([signals[name] for name in STEERED], axis=1)
    products = [np.float32(gauges[name]) * steered for name in GAUGES]
    plain = np.stack([signals[name] for name in SIGNALS], axis=1)
    return np.concatenate([plain, *products], axis=1, dtype=np.float32)


def _scaled(scores: Values) -> Values:
    best = np.float32(scores.max(initial=0))
    scaled: Values = (np.maximum(scores, 0) / best if best > 0 else np.zeros_like(scores)).astype(np.float32)
    return scaled


def _share(weights: Values, held: Held) -> Values:
    """The share of the weights that each candidate holds; shape (n,)."""
    total = float(weights.sum())
    return (weights @ held).astype(np.float32) / np.float32(total) if total else np.zeros(held.shape[1], np.float32)


def _longest_run(found: Candidates) -> Values:
    """The longest run of the question's characters that is printed, as far as pairs tell: 1 from ten pairs on."""
    run = longest = np.zeros(len(found.rows), np.float32)
    for held, goes_on in zip(found.has_pair, found.goes_on, strict=True):
        run = np.where(held, run + 1 if goes_on else 1, 0)
        longest = np.maximum(longest, run)
    return np.minimum(longest / 10, 1).astype(np.float32)


def _by_rank(scores: Values) -> Values:
    """1 for the highest score, falling with the logarithm of the rank."""
    ranks = np.empty(len(scores), np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    falling: Values = (1 / (1 + np.log(ranks))).astype(np.float32)
    return falling


def _lead(scores: Values, alike: Held) -> float:
    """How far the best article is ahead of every other: 0 side by side, 1 alone."""
    best = int(scores.argmax())
    if scores[best] <= 0:
        return 0.0
    return float(1 - max(0.0, scores[~alike[best]].max(initial=0)) / scores[best])


@dataclass(frozen=True, slots=True)
class Reranker:
    """Learnt weights, one a feature."""

    weights: Values  # (len(FEATURES),)

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> Reranker:
        """Raises KeyError where the weights are of other features than :data:`FEATURES`."""
        return cls(np.array([weights[name] for name in FEATURES], np.float32))

    def log_odds(self, found: Candidates) -> Values:
        """The higher, the likelier; shape (n,). Differences are of log-probabilities among the candidates."""
        result: Values = features(found) @ self.weights
        return result


@cache
def shipped_reranker() -> Reranker:
    """The one that comes with the package."""
    text = resources.files("retriever.search").joinpath("reranking.json").read_text(encoding="utf-8")
    return Reranker.of(json.loads(text)["weights"])


def runs_on(pairs: Sequence[str]) -> Held:
    """Which of a question's pairs of characters begin with the character that the one before ends with."""
    return np.array([i > 0 and pair[0] == pairs[i - 1][-1] for i, pair in enumerate(pairs)], np.bool_)
