"""The terms of a lot as Milvus takes them: a sparse vector of each passage, and the words that are looked up as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retriever.index.lots import Lot
from retriever.index.milvus.records import is_han
from retriever.index.milvus.weights import NO_TERM, NOMINAL_PAIRS, NOMINAL_WORDS, norms, pair_id, weights_of, word_id
from retriever.index.runs import Run


def terms_of(run: Run) -> list[str]:
    """The terms of a run, ascending."""
    text, begins = run.terms.tobytes(), np.concatenate([[0], run.ends[:-1]]).tolist() if len(run.ends) else []
    return [
        text[start:end].decode("utf-8", "surrogatepass") for start, end in zip(begins, run.ends.tolist(), strict=True)
    ]


def _by_row(run: Run) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]:
    """The number of each posting's term, its row and its count, in the order of rows."""
    of_term = np.repeat(np.arange(len(run.frequencies)), run.frequencies)
    rows, counts = (run.postings >> 3).astype(np.int64), run.postings & np.uint32(7)
    order = np.argsort(rows, kind="stable")
    return of_term[order], rows[order], counts[order]


def exact_by_row(run: Run) -> list[list[str]]:
    """The words of each row that are not all Han."""
    names = terms_of(run)
    exact = np.array([not is_han(name) for name in names], np.bool_)
    of_term, rows, _ = _by_row(run)
    found: list[list[str]] = [[] for _ in range(len(run.lengths))]
    chosen = exact[of_term] if len(of_term) else np.zeros(0, np.bool_)
    for term, row in zip(of_term[chosen].tolist(), rows[chosen].tolist(), strict=True):
        found[row].append(names[term])
    return found


def sparse(lot: Lot) -> list[dict[int, float]]:
    """Each passage's terms as a sparse vector; a passage without any gets one that no question asks for."""
    vectors: list[dict[int, float]] = [{} for _ in range(len(lot.spans))]
    for run, mean, number in ((lot.words, NOMINAL_WORDS, word_id), (lot.pairs, NOMINAL_PAIRS, pair_id)):
        ids = np.array([number(term) for term in terms_of(run)], np.int64)
        of_term, rows, counts = _by_row(run)
        weights = weights_of(counts, norms(run.lengths, mean)[rows])
        ends = np.searchsorted(rows, np.arange(len(vectors)), side="right").tolist()
        begins = [0, *ends[:-1]]
        told = list(zip(ids[of_term].tolist() if len(ids) else [], weights.tolist(), strict=True))
        for vector, first, last in zip(vectors, begins, ends, strict=True):
            vector.update(told[first:last])
    return [vector or {NO_TERM: 1.0} for vector in vectors]
