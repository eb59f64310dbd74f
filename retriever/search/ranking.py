"""Which passages are near: the keyword side and the vector side, each searched, then put into one order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import Mode
from retriever.index.best import Part, best_rows
from retriever.index.lexical import K1
from retriever.index.snapshot import Snapshot
from retriever.search.question import Question
from retriever.search.reranking import PAIRS_SHARE, Candidates, Reranker, Values, runs_on, shipped_reranker
from retriever.text.folding import confused, fold

Rows = NDArray[np.int64]

CANDIDATES = 100  # of one side, where it is asked alone
FROM_KEYWORDS, FROM_TYPED, FROM_MEANING = 40, 15, 40  # together they are reranked
SOFTNESS = 16.0  # scores fall by a factor of e where the odds fall by this many


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row that is near. Ranks count from 1; None: not among that side's candidates."""

    row: int
    score: float  # 1 the nearest, 0 far away
    lexical: float  # BM25
    cosine: float
    lexical_rank: int | None
    dense_rank: int | None


@dataclass(frozen=True, slots=True)
class _Terms:
    """The question's terms, as the two keyword indexes are asked for them."""

    typed: dict[str, float]  # words with their weights
    others: dict[str, float]  # what only stands for them
    pairs: Mapping[str, float]


def rank(
    snapshot: Snapshot,
    question: Question,
    vector: Vectors,
    mode: Mode,
    allowed: Rows | None = None,
    reranker: Reranker | None = None,
) -> list[Ranked]:
    """The nearest rows among ``allowed`` (all, where None), best first; equal scores by row, so that it is repeatable."""
    if mode == "dense":
        rows, cosines = snapshot.dense.nearest(vector, CANDIDATES, allowed)
        bm25 = np.zeros(len(rows), np.float32)
        return _ordered(rows, np.maximum(cosines, 0), bm25, np.maximum(cosines, 0), [], rows)
    if mode == "lexical":
        rows, found = _by_keywords(snapshot, _terms(question), CANDIDATES, allowed)
        return _ordered(rows, found / max(float(found.max(initial=0)), 1e-6), found, np.zeros_like(found), rows, [])
    candidates = candidates_for(snapshot, question, vector, allowed)
    if candidates is None:
        return []
    log_odds = (reranker or shipped_reranker()).log_odds(candidates)
    scores = np.exp((log_odds - log_odds.max()) / SOFTNESS)
    rows, keywords = candidates.rows, candidates.keywords
    by_words = rows[np.lexsort((rows, -keywords))][:FROM_KEYWORDS]
    by_vector = rows[np.lexsort((rows, -candidates.cosines))][:FROM_MEANING]
    return _ordered(rows, scores, keywords, candidates.cosines, by_words, by_vector)


def candidates_for(
    snapshot: Snapshot, question: Question, vector: Vectors, allowed: Rows | None = None
) -> Candidates | None:
    """What is reranked: the best rows of each side, with what every side says of them; None where nothing is near."""
    terms = _terms(question)
    by_words, _ = _by_keywords(snapshot, terms, FROM_KEYWORDS, allowed)
    by_typed, _ = best_rows([Part(snapshot.words, terms.typed)], FROM_TYPED, allowed, likely=np.sort(by_words))
    by_vector, _ = snapshot.dense.nearest(vector, FROM_MEANING, allowed)
    rows = np.unique(np.concatenate([by_words, by_typed, by_vector]))
    return _gathered(snapshot, terms, vector, rows) if len(rows) else None


def _terms(question: Question) -> _Terms:
    typed_text = fold(question.text)
    # A word as typed stands in the question or, as a number's form does, counts in full; what only stands for one counts less.
    typed = {word: weight for word, weight in question.words.items() if weight == 1 or word in typed_text}
    others = {word: weight for word, weight in question.words.items() if word not in typed}
    return _Terms(typed, others, question.pairs)


def _by_keywords(snapshot: Snapshot, terms: _Terms, k: int, allowed: Rows | None) -> tuple[Rows, Values]:
    """The best rows by everything that the keyword side knows, and their scores."""
    words = Part(snapshot.words, terms.typed | terms.others)
    return best_rows([words, Part(snapshot.pairs, terms.pairs, PAIRS_SHARE)], k, allowed)


def _gathered(snapshot: Snapshot, terms: _Terms, vector: Vectors, rows: Rows) -> Candidates:
    """What every side says of ``rows``, which ascend and are not empty."""
    words, pairs = list(terms.typed), list(terms.pairs)
    by_word, has_word = snapshot.words.parts(terms.typed, rows)
    by_other, _ = snapshot.words.parts(terms.others, rows)
    by_pair, has_pair = snapshot.pairs.parts(terms.pairs, rows)
    places = snapshot.store.places(rows.tolist())
    headlines = [confused(fold(title)) if title else "" for *_, title in places]
    word_weights = _weights(snapshot.words.rarity, terms.typed)
    pair_weights = _weights(snapshot.pairs.rarity, terms.pairs)
    return Candidates(
        rows=rows,
        words=by_word.sum(axis=0),
        synonyms=by_other.sum(axis=0),
        pairs=by_pair.sum(axis=0),
        cosines=np.maximum(snapshot.dense.cosines(vector, rows), 0),
        most_words=(K1 + 1) * float(word_weights.sum()),
        most_pairs=(K1 + 1) * float(pair_weights.sum()),
        word_weights=word_weights,
        has_word=has_word,
        is_exact=np.array([any(letter.isascii() for letter in word) for word in words], np.bool_),
        in_headline=_stand_in(words, headlines),
        pair_weights=pair_weights,
        has_pair=has_pair,
        goes_on=runs_on(pairs),
        articles=np.array([place[0] for place in places], np.int64),
        starts=np.array([place[1] for place in places], np.int64),
        lengths=np.array([place[2] - place[1] for place in places], np.int64),
    )


def _weights(rarity: Callable[[str], float], weights: Mapping[str, float]) -> Values:
    return np.array([weight * rarity(term) for term, weight in weights.items()], np.float32)


def _stand_in(words: Sequence[str], headlines: Sequence[str]) -> NDArray[np.bool_]:
    """Which words stand in which compared headlines; shape (words, headlines)."""
    sought = [confused(word) for word in words]
    held = [[word in headline for headline in headlines] for word in sought]
    return np.array(held, np.bool_).reshape(len(words), len(headlines))


def _ordered(
    rows: Rows, scores: Values, bm25: Values, cosines: Values, by_words: Iterable[int], by_vector: Iterable[int]
) -> list[Ranked]:
    """Best first; all shapes (rows,). ``by_words`` and ``by_vector`` are each side's own order."""
    lexical_ranks = {int(row): place for place, row in enumerate(by_words, start=1)}
    dense_ranks = {int(row): place for place, row in enumerate(by_vector, start=1)}
    columns = zip(rows.tolist(), scores.tolist(), bm25.tolist(), cosines.tolist(), strict=True)
    near = [
        Ranked(row, score, words, cosine, lexical_ranks.get(row), dense_ranks.get(row))
        for row, score, words, cosine in columns
    ]
    return sorted(near, key=lambda ranked: (-ranked.score, ranked.row))
