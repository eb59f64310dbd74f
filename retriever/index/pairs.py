"""Pairs of characters of many texts at once, by arithmetic on their code points."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from retriever.index.runs import Run, counted, stable_order
from retriever.index.termkeys import WIDTH, TermKeys
from retriever.text.folding import confused, fold
from retriever.text.words import HAN

_NOT_MET, _SEVERAL = -2, -1


def pairs_run(texts: Sequence[str]) -> Run:
    """The run of rows that are told by the pairs of their texts: what ``run_of([pairs(text) for text in texts])`` is.

    >>> run_of_two = pairs_run(["淇河实验", "河"])
    >>> bytes(run_of_two.terms).decode(), (run_of_two.postings >> 3).tolist(), run_of_two.lengths.tolist()
    ('实验河河实淇河', [0, 1, 0, 0], [3, 1])
    """
    han, rows = _characters(texts)
    before, after = np.roll(han, 1), np.roll(han, -1)  # what ends the last text stands before the first
    begins = np.flatnonzero((han > 0) & ((after > 0) | (before == 0)))  # a pair, or a character by itself
    first, second, of_row = han[begins], after[begins], rows[begins]
    order = stable_order(second)
    order = order[stable_order(first[order])]
    pairs = first.astype(np.uint64) << np.uint64(WIDTH) | second
    pairs, of_row = pairs[order], of_row[order]
    firsts, frequencies, postings = counted(pairs, of_row)
    terms, ends = TermKeys().table(pairs[firsts] << np.uint64(WIDTH))
    lengths = np.bincount(of_row, minlength=len(texts)).astype(np.uint32)
    return Run(terms, ends.astype(np.uint32), frequencies, postings, lengths)


def _characters(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The Han characters of the texts as pairs compare them, 0 for any other and after each text; and whose each is."""
    han = _compared(texts)
    if (han == _SEVERAL).any():  # ㍿ is four characters
        texts = [fold(text) for text in texts]
        han = _compared(texts)
    lengths = [len(text) + 1 for text in texts]
    return np.maximum(han, 0).astype(np.uint32), np.repeat(np.arange(len(texts), dtype=np.uint32), lengths)


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
