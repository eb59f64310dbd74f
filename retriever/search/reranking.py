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
_STEERED = [SIGNALS.index(name) for name in STEERED]
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
    signals, gauges = _signals(found)
    return np.concatenate([signals, *(gauge * signals[_STEERED] for gauge in gauges)]).T


def _signals(found: Candidates) -> tuple[Values, Values]:
    """The signals of each candidate, shape (len(SIGNALS), n), and the gauges of the question, (len(GAUGES),)."""
    own = np.stack([found.words, found.synonyms, found.pairs, found.keywords, found.cosines])
    words, synonyms, pairs, keywords, meaning = scaled = _scaled(own)
    covered, covered_pairs = _share(found.word_weights, found.has_word), _share(found.pair_weights, found.has_pair)
    of_article, of_others = _of_articles(found.articles, scaled[3:])  # of keywords and meaning
    signals = {
        "words": words,
        "synonyms": synonyms,
        "pairs": pairs,
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
        "article_keywords": of_article[0],
        "article_meaning": of_article[1],
        "article_more_keywords": of_others[0],
        "article_more_meaning": of_others[1],
        "opening": found.starts == 0,
        "length": np.minimum(found.lengths / 300, 1.0),
    }
    best = int(keywords.argmax())
    gauges = {
        "coverage": float(covered[best]),
        "keyword_lead": _lead(keywords, found.articles),
        "meaning_lead": min(1.0, 5 * _lead(found.cosines, found.articles)),
        "terms": min(1.0, len(found.word_weights) / 12),
    }
    return (
        np.array([signals[name] for name in SIGNALS], np.float32),
        np.array([gauges[name] for name in GAUGES], np.float32),
    )


def _scaled(scores: Values) -> Values:
    """Each row divided by its best, none below nothing; shape (k, n)."""
    best = scores.max(axis=1, keepdims=True, initial=0)
    scaled: Values = (np.maximum(scores, 0) / np.where(best > 0, best, 1)).astype(np.float32, copy=False)
    return scaled


def _share(weights: Values, held: Held) -> Values:
    """The share of the weights that each candidate holds; shape (n,)."""
    total = float(weights.sum())
    return (weights @ held).astype(np.float32) / np.float32(total) if total else np.zeros(held.shape[1], np.float32)


def _longest_run(found: Candidates) -> Values:
    """The longest run of the question's characters that is printed, as far as pairs tell: 1 from ten pairs on."""
    after = np.arange(1, len(found.goes_on) + 1)[:, None]  # the pairs up to each one
    # Where the run that a pair stands in can begin at last; nothing of it, where the pair is not held.
    begins = np.where(found.has_pair, np.where(found.goes_on[:, None], 0, after - 1), after)
    longest = (after - np.maximum.accumulate(begins)).max(axis=0, initial=0)
    runs: Values = np.minimum(longest / 10, 1).astype(np.float32)
    return runs


def _by_rank(scores: Values) -> Values:
    """1 for the highest score, falling with the logarithm of the rank."""
    ranks = np.empty(len(scores), np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    falling: Values = (1 / (1 + np.log(ranks))).astype(np.float32)
    return falling


def _of_articles(articles: NDArray[np.int64], scores: Values) -> tuple[Values, Values]:
    """The best score among a candidate's article's, and what the article's others add, 2 at most; shapes (k, n) of (k, n)."""
    order = articles.argsort(kind="stable")
    in_order, scores_in_order = articles[order], scores[:, order]
    is_first = np.ones(len(articles), np.bool_)
    is_first[1:] = in_order[1:] != in_order[:-1]
    firsts, group = np.flatnonzero(is_first), np.empty(len(articles), np.int64)
    group[order] = np.cumsum(is_first) - 1
    best = np.maximum.reduceat(scores_in_order, firsts, axis=1)[:, group]
    others = np.add.reduceat(scores_in_order, firsts, axis=1)[:, group] - scores
    return best, np.minimum(others, 2.0)


def _lead(scores: Values, articles: NDArray[np.int64]) -> float:
    """How far the best article is ahead of every other: 0 side by side, 1 alone."""
    best = int(scores.argmax())
    if scores[best] <= 0:
        return 0.0
    return float(1 - max(0.0, scores[articles != articles[best]].max(initial=0)) / scores[best])


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
        signals, gauges = _signals(found)
        of_signals, of_steered = self.weights[: len(SIGNALS)].copy(), self.weights[len(SIGNALS) :]
        # As the features times their weights, without making every product: what a gauge multiplies is added up before.
        of_signals[_STEERED] += gauges @ of_steered.reshape(len(GAUGES), len(STEERED))
        result: Values = of_signals @ signals
        return result


@cache
def shipped_reranker() -> Reranker:
    """The one that comes with the package."""
    text = resources.files("retriever.search").joinpath("reranking.json").read_text(encoding="utf-8")
    return Reranker.of(json.loads(text)["weights"])


def runs_on(pairs: Sequence[str]) -> Held:
    """Which of a question's pairs of characters begin with the character that the one before ends with."""
    return np.array([i > 0 and pair[0] == pairs[i - 1][-1] for i, pair in enumerate(pairs)], np.bool_)
