"""The words of many texts at once: cut in one piece, counted by arithmetic on the numbers of words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from retriever.index.runs import Run, counted_by_row, in_order
from retriever.text.folding import fold
from retriever.text.words import Cutter, Numbered, exact_forms_at_once, is_word

_NEWLINE = ord("\n")
_NOT_MET = 2


def words_run(texts: Sequence[str], cutter: Cutter) -> Run:
    """The run of rows that are told by the words of their texts, as ``run_of([cutter.search_words(text) for text in texts])``.

    ``cutter`` is the lexicon's.
    """
    folded = fold("\n".join(texts))
    forms, places = exact_forms_at_once(folded)
    numbered = cutter.numbered(folded, forms)
    placed, terms, ends = in_order(numbered.codes, numbered.starts, numbered.lengths, _are_words(numbered))

    last_lines = np.cumsum([text.count("\n") + 1 for text in texts], dtype=np.int64) - 1  # of each text
    is_newline = (numbered.lengths == 1) & (numbered.codes[numbered.starts] == _NEWLINE)
    newlines = np.flatnonzero(is_newline[numbered.pieces])
    piece_ends = np.append(newlines, len(numbered.pieces))[last_lines]
    line_ends = np.flatnonzero(np.frombuffer(folded.encode("utf-32-le"), np.uint32) == _NEWLINE)
    form_ends = np.searchsorted(places, np.append(line_ends, len(folded))[last_lines])
    of_row = counted_by_row(placed[numbered.pieces], piece_ends, placed[numbered.forms], form_ends, len(ends))
    return Run(terms, ends, *of_row)


def _are_words(numbered: Numbered) -> NDArray[np.uint8]:
    """For each number whether it stands for a word, 0 or 1."""
    codes, starts, lengths = numbered.codes, numbered.starts, numbered.lengths
    first, last = codes[starts], codes[starts + lengths - 1]
    table = _wordlike()
    for code in np.unique(np.concatenate([first, last])).tolist():
        if table[code] == _NOT_MET:
            table[code] = is_word(chr(code))
    found: NDArray[np.uint8] = table[first] | table[last]
    for number in np.flatnonzero((found == 0) & (lengths > 2)).tolist():
        piece = codes[starts[number] : starts[number] + lengths[number]]
        found[number] = is_word(piece.tobytes().decode("utf-32-le"))
    return found


@cache
def _wordlike() -> NDArray[np.uint8]:
    """Code point → whether it makes a word of whatever holds it, worked out when first met. Any thread may fill it in."""
    return np.full(sys.maxunicode + 1, _NOT_MET, np.uint8)
