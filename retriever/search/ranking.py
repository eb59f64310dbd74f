"""Which passages are near: the keyword side and the vector side, each searched, then put into one order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import Filters, Mode
from retriever.index.lexical import K1
from retriever.index.opened import Opened, Sought, Wanted
from retriever.search.places import Places
from retriever.search.question import Question
from retriever.search.reranking import PAIRS_SHARE, Candidates, Reranker, Values, runs_on, shipped_reranker
from retriever.search.sides import Sides
from retriever.search.whole import whole
from retriever.text.folding import fold

Rows = NDArray[np.int64]

NO_ROWS: Rows = np.empty(0, np.int64)
CANDIDATES = 100  # of one side, where it is asked alone
FROM_KEYWORDS, FROM_TYPED, FROM_MEANING = 40, 15, 40  # together they are reranked
FROM_EACH = Wanted(FROM_KEYWORDS, FROM_TYPED, FROM_MEANING)
NO_FILTERS = Filters()
SOFTNESS = 16.0  # scores fall by a factor of e where the odds fall by this many


class Ranked(NamedTuple):
    """One row that is near. Ranks count from 1; None: not among that side's candidates."""

    row: int
    score: float  # 1 the nearest, 0 far away
    lexical: float  # BM25
    cosine: float
    lexical_rank: int | None
    dense_rank: int | None


def rank(
    snapshot: Opened,
    question: Question,
    vector: Vectors,
    mode: Mode,
    filters: Filters = NO_FILTERS,
    reranker: Reranker | None = None,
) -> list[Ranked]:
    """The nearest rows of articles that pass, best first; equal scores by row, so that it is repeatable."""
    if mode == "dense":
        rows, cosines = snapshot.by_meaning(vector, CANDIDATES, filters)
        bm25 = np.zeros(len(rows), np.float32)
        return _ordered(rows, np.maximum(cosines, 0), bm25, np.maximum(cosines, 0), NO_ROWS, rows)
    if mode == "lexical":
        rows, found = snapshot.by_keywords(_sought(question), CANDIDATES, filters)
        return _ordered(
            rows, found / max(float(found.max(initial=0)), 1e-6), found, np.zeros_like(found), rows, NO_ROWS
        )
    candidates = candidates_for(snapshot, question, vector, filters)
    if candidates is None:
        return []
    log_odds = (reranker or shipped_reranker()).log_odds(candidates)
    scores = np.exp((log_odds - log_odds.max()) / SOFTNESS)
    rows, keywords = candidates.rows, candidates.keywords
    by_words = rows[np.lexsort((rows, -keywords))][:FROM_KEYWORDS]
    by_vector = rows[np.lexsort((rows, -candidates.cosines))][:FROM_MEANING]
    return _ordered(rows, scores, keywords, candidates.cosines, by_words, by_vector)


def candidates_for(
    snapshot: Opened, question: Question, vector: Vectors, filters: Filters = NO_FILTERS
) -> Candidates | None:
    """What is reranked: the best rows of each side, with what every side says of them; None where nothing is near."""
    sought, every = _sought(question), whole(snapshot)
    sides = every.sides(sought, vector, FROM_EACH, filters) if every else _sides(snapshot, sought, vector, filters)
    return _candidates(sought, sides) if len(sides.rows) else None


def _sought(question: Question) -> Sought:
    typed_text = fold(question.text)
    # A word as typed stands in the question or, as a number's form does, counts in full; what only stands for one counts less.
    typed = {word: weight for word, weight in question.words.items() if weight == 1 or word in typed_text}
    return Sought(typed | question.words, typed, question.pairs, PAIRS_SHARE)


def _sides(snapshot: Opened, sought: Sought, vector: Vectors, filters: Filters) -> Sides:
    """What every side says of the best rows of each."""
    rows = snapshot.candidates(sought, vector, FROM_EACH, filters)
    return Sides(
        rows=rows,
        by_word=snapshot.words.parts(sought.words, rows)[0],
        by_pair=snapshot.pairs.parts(sought.pairs, rows)[0],
        cosines=snapshot.cosines(vector, rows),
        word_weights=_weights(snapshot.words.rarity, sought.words),
        pair_weights=_weights(snapshot.pairs.rarity, sought.pairs),
        places=Places.of(snapshot.store.places(rows.tolist())),
    )


def _candidates(sought: Sought, sides: Sides) -> Candidates:
    words, pairs, typed = list(sought.typed), list(sought.pairs), slice(len(sought.typed))
    by_word, word_weights = sides.by_word[typed], sides.word_weights[typed]
    return Candidates(
        rows=sides.rows,
        words=by_word.sum(axis=0),
        synonyms=sides.by_word[len(words) :].sum(axis=0),
        pairs=sides.by_pair.sum(axis=0),
        cosines=np.maximum(sides.cosines, 0),
        most_words=(K1 + 1) * float(word_weights.sum()),
        most_pairs=(K1 + 1) * float(sides.pair_weights.sum()),
        word_weights=word_weights,
        has_word=by_word > 0,
        is_exact=np.array([any(map(str.isascii, word)) for word in words], np.bool_),
        in_headline=sides.places.in_headline(words),
        pair_weights=sides.pair_weights,
        has_pair=sides.by_pair > 0,
        goes_on=runs_on(pairs),
        articles=sides.places.articles,
        starts=sides.places.starts,
        lengths=sides.places.lengths,
    )


def _weights(rarity: Callable[[str], float], weights: Mapping[str, float]) -> Values:
    return np.array([weight * rarity(term) for term, weight in weights.items()], np.float32)


def _ordered(
    rows: Rows, scores: Values, bm25: Values, cosines: Values, by_words: Rows, by_vector: Rows
) -> list[Ranked]:
    """Best first; all shapes (rows,). ``by_words`` and ``by_vector`` are each side's own order."""
    lexical_ranks = {row: place for place, row in enumerate(by_words.tolist(), start=1)}
    dense_ranks = {row: place for place, row in enumerate(by_vector.tolist(), start=1)}
    order = np.lexsort((rows, -scores))
    columns = (values[order].tolist() for values in (rows, scores, bm25, cosines))
    return [
        Ranked(row, score, words, cosine, lexical_ranks.get(row), dense_ranks.get(row))
        for row, score, words, cosine in zip(*columns, strict=True)
    ]
