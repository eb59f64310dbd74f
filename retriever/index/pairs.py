"""Pairs of characters of many texts at once, by arithmetic on their code points."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.codes import Ends
from retriever.index.runs import Run, counted_by_row, stable_order
from retriever.index.termkeys import WIDTH, Bytes, Keys, TermKeys
from retriever.text.folding import confused, fold_all
from retriever.text.words import HAN

Codes = NDArray[np.uint32]  # code points

_NOT_MET = -1


def pairs_run(texts: Sequence[str]) -> Run:
    """The run of rows that are told by the pairs of their texts: what ``run_of([pairs(text) for text in texts])`` is.

    >>> run_of_two = pairs_run(["淇河实验", "河"])
    >>> bytes(run_of_two.terms).decode(), (run_of_two.postings >> 3).tolist(), run_of_two.lengths.tolist()
    ('实验河河实淇河', [0, 1, 0, 0], [3, 1])
    """
    return pairs_of_folded(*fold_all(texts))


def pairs_of_folded(codes: Codes, ends: Ends) -> Run:
    """The same of texts as ``fold_all`` gives them."""
    table = _compared()
    found = numbered_pairs(codes, ends, table)
    if found is None:
        for code in np.unique(codes[table[codes] < 0]).tolist():
            table[code] = _compared_character(chr(code))
        found = numbered_pairs(codes, ends, table)
        assert found is not None
    of_pair, row_ends, keys = found
    placed, terms, term_ends = pairs_in_order(keys)
    none = np.empty(0, np.int32), np.zeros(len(ends), np.int64)
    return Run(terms, term_ends, *counted_by_row(of_pair, row_ends, *none, placed, len(keys)))


def pairs_by_number(
    folded: Codes, ends: Ends, compared: NDArray[np.int32]
) -> tuple[NDArray[np.int32], Ends, Keys] | None:
    """Pairs of neighbouring Han characters, and such characters that stand alone, by numbers.

    ``folded`` are rows of text that end at ``ends``, each with a newline; ``compared`` tells what a character counts as: 0 for one
    that is no Han character. Returns the number of each pair, where each row ends among them, and what each number stands
    for, different ones: ``first << 21 | second``. None where ``compared`` has less than 0 for any character.
    """
    han = compared[folded]
    if han.min(initial=0) < 0:
        return None
    before, after = np.roll(han, 1), np.roll(han, -1)  # what ends the last text stands before the first
    begins = np.flatnonzero((han > 0) & ((after > 0) | (before == 0)))  # a pair, or a character by itself
    first, second = han[begins].astype(np.uint32), after[begins].astype(np.uint32)
    order = stable_order(second)
    order = order[stable_order(first[order])]
    pairs = first[order].astype(np.uint64) << np.uint64(WIDTH) | second[order]
    is_new = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=is_new[1:])
    numbers = np.empty(len(pairs), np.int32)
    numbers[order] = np.cumsum(is_new) - 1
    return numbers, np.searchsorted(begins, ends), pairs[is_new]


def pairs_by_keys(keys: Keys) -> tuple[NDArray[np.int32], Bytes, NDArray[np.uint32]]:
    """Different pairs in the order of their UTF-8, each told by a key, ``first << 21 | second``.

    Returns the place of each, their UTF-8 end to end, and where each ends in it.
    """
    order = np.argsort(keys)
    placed = np.empty(len(keys), np.int32)
    placed[order] = np.arange(len(keys), dtype=np.int32)
    terms, ends = TermKeys().table(keys[order] << np.uint64(WIDTH))
    return placed, terms, ends.astype(np.uint32)


pairs_in_order = faster("retriever.index._runs", "pairs_in_order", pairs_by_keys)
numbered_pairs = faster("retriever.index._runs", "numbered_pairs", pairs_by_number)


@cache
def _compared() -> NDArray[np.int32]:
    """Folded code point → the Han character that it is compared as, 0 for any other, worked out when first met.

    Any thread may fill it in.
    """
    return np.full(sys.maxunicode + 1, _NOT_MET, np.int32)


def _compared_character(folded: str) -> int:
    code = ord(confused(folded))
    return code if any(first <= code <= last for first, last in HAN) else 0
