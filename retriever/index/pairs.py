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
from retriever.text.folding import confused, fold
from retriever.text.words import HAN

_NOT_MET, _SEVERAL = -2, -1


def pairs_run(texts: Sequence[str]) -> Run:
    """The run of rows that are told by the pairs of their texts: what ``run_of([pairs(text) for text in texts])`` is.

    >>> run_of_two = pairs_run(["淇河实验", "河"])
    >>> bytes(run_of_two.terms).decode(), (run_of_two.postings >> 3).tolist(), run_of_two.lengths.tolist()
    ('实验河河实淇河', [0, 1, 0, 0], [3, 1])
    """
    han, ends = _characters(texts)
    of_pair, row_ends, keys = numbered_pairs(han, ends)
    order = np.argsort(keys)
    rank = np.empty(len(keys), np.int32)
    rank[order] = np.arange(len(keys), dtype=np.int32)
    none = np.empty(0, np.int32), np.zeros(len(texts), np.int64)
    return Run(*utf8_of_pairs(keys[order]), *counted_by_row(rank[of_pair], row_ends, *none, len(keys)))


def pairs_by_number(han: NDArray[np.uint32], ends: Ends) -> tuple[NDArray[np.int32], Ends, Keys]:
    """Pairs of neighbouring characters, and characters that stand alone, by numbers. 0 parts characters.

    ``ends``: where each row ends in ``han``, behind a 0. Returns the number of each pair, where each row ends among them, and what
    each number stands for, different ones: ``first << 21 | second``.
    """
    before, after = np.roll(han, 1), np.roll(han, -1)  # what ends the last text stands before the first
    begins = np.flatnonzero((han > 0) & ((after > 0) | (before == 0)))  # a pair, or a character by itself
    first, second = han[begins], after[begins]
    order = stable_order(second)
    order = order[stable_order(first[order])]
    pairs = first[order].astype(np.uint64) << np.uint64(WIDTH) | second[order]
    is_new = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=is_new[1:])
    numbers = np.empty(len(pairs), np.int32)
    numbers[order] = np.cumsum(is_new) - 1
    return numbers, np.searchsorted(begins, ends), pairs[is_new]


def utf8_by_keys(keys: Keys) -> tuple[Bytes, NDArray[np.uint32]]:
    """What each key stands for, ``first << 21 | second``, as UTF-8 end to end, and where each ends in it."""
    terms, ends = TermKeys().table(keys << np.uint64(WIDTH))
    return terms, ends.astype(np.uint32)


utf8_of_pairs = faster("retriever.index._runs", "utf8_of_pairs", utf8_by_keys)
numbered_pairs = faster("retriever.index._runs", "numbered_pairs", pairs_by_number)


def _characters(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Ends]:
    """The Han characters of the texts as pairs compare them, 0 for any other and after each text; and where each text ends."""
    han = _compared(texts)
    if (han == _SEVERAL).any():  # ㍿ is four characters
        texts = [fold(text) for text in texts]
        han = _compared(texts)
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64)
    return np.maximum(han, 0).astype(np.uint32), ends


def _compared(texts: Sequence[str]) -> NDArray[np.int32]:
    codes = np.frombuffer("".join(f"{text}\n" for text in texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    table = _table()
    han = table[codes]
    if (han == _NOT_MET).any():
        for code in np.unique(codes[han == _NOT_MET]).tolist():
            table[code] = _compared_character(chr(code))
        han = table[codes]
    return han


@cache
def _table() -> NDArray[np.int32]:
    """Code point → the Han character that it is compared as, worked out when first met. Any thread may fill it in."""
    return np.full(sys.maxunicode + 1, _NOT_MET, np.int32)


def _compared_character(character: str) -> int:
    folded = confused(fold(character))
    han = [ord(part) for part in folded if any(first <= ord(part) <= last for first, last in HAN)]
    if len(folded) == 1 or (folded and not han):
        return han[0] if han else 0
    return _SEVERAL
