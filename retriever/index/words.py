"""The words of many texts at once: cut in one piece, counted by arithmetic on the numbers of words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from retriever.index.runs import Run, counted_by_row, in_order
from retriever.text.folding import fold_all
from retriever.text.words import Cutter, Numbered, exact_forms_at_once, is_word

_NOT_MET = 2


def words_run(texts: Sequence[str], cutter: Cutter) -> Run:
    """The run of rows that are told by the words of their texts, as ``run_of([cutter.search_words(text) for text in texts])``.

    ``cutter`` is the lexicon's.
    """
    return words_of_folded(*fold_all(texts), cutter)


def words_of_folded(codes: NDArray[np.uint32], ends: NDArray[np.int64], cutter: Cutter) -> Run:
    """The same of texts as ``fold_all`` gives them."""
    forms, places = exact_forms_at_once(codes)
    numbered = cutter.numbered(codes, ends, forms)
    placed, terms, term_ends = in_order(numbered.codes, numbered.starts, numbered.lengths, _are_words(numbered))
    form_ends = np.searchsorted(places, ends)
    of_row = counted_by_row(numbered.pieces, numbered.ends, numbered.forms, form_ends, placed, len(term_ends))
    return Run(terms, term_ends, *of_row)


def _are_words(numbered: Numbered) -> NDArray[np.uint8]:
    """For each number whether it stands for a word, 0 or 1."""
    codes, starts, lengths = numbered.codes, numbered.starts, numbered.lengths
    first, last = codes[starts], codes[starts + lengths - 1]
    table = _wordlike()
    found: NDArray[np.uint8] = table[first] | table[last]
    if (found & _NOT_MET).any():
        for code in {*first[table[first] == _NOT_MET].tolist(), *last[table[last] == _NOT_MET].tolist()}:
            table[code] = is_word(chr(code))
        found = table[first] | table[last]
    for number in np.flatnonzero((found == 0) & (lengths > 2)).tolist():
        piece = codes[starts[number] : starts[number] + lengths[number]]
        found[number] = is_word(piece.tobytes().decode("utf-32-le"))
    return found


@cache
def _wordlike() -> NDArray[np.uint8]:
    """Code point → whether it makes a word of whatever holds it, worked out when first met. Any thread may fill it in."""
    return np.full(sys.maxunicode + 1, _NOT_MET, np.uint8)
