"""The words of many texts at once: cut in one piece, counted by arithmetic on the numbers of words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from retriever.index.runs import Run, run_of_numbers, stable_order
from retriever.text.folding import fold
from retriever.text.words import Cutter, exact_forms, is_word


def words_run(texts: Sequence[str], cutter: Cutter) -> Run:
    """The run of rows that are told by the words of their texts, as ``run_of([cutter.search_words(text) for text in texts])``.

    ``cutter`` is the lexicon's.
    """
    if not texts:
        return run_of_numbers([], np.empty(0, np.uint32), np.empty(0, np.uint32), 0)
    folded = fold("\n".join(texts))
    row_of_line = np.repeat(np.arange(len(texts), dtype=np.uint32), [text.count("\n") + 1 for text in texts])
    numbers: defaultdict[str, int] = defaultdict(count().__next__)  # as words are met
    pieces = _numbered(cutter.pieces(folded), numbers)
    rows = row_of_line[np.cumsum(pieces == numbers["\n"])]
    forms, form_rows = _exact(folded, row_of_line, numbers)

    words = sorted(word for word in numbers if word.isalnum() or is_word(word))
    place = np.full(len(numbers), len(words), np.uint32)  # what is no word comes last
    place[[numbers[word] for word in words]] = np.arange(len(words), dtype=np.uint32)
    is_form = np.zeros(len(numbers), np.bool_)
    is_form[forms] = True
    alike = is_form[pieces]
    is_new = ~np.isin(_together(forms, form_rows), _together(pieces[alike], rows[alike]))  # and no word of its row
    of_term = place[np.concatenate([pieces, forms[is_new]])]
    of_row = np.concatenate([rows, form_rows[is_new]])
    of_term, of_row = of_term[of_term < len(words)], of_row[of_term < len(words)]
    by_row = stable_order(of_row)
    return run_of_numbers(words, of_term[by_row], of_row[by_row], len(texts))


def _numbered(words: Sequence[str], numbers: defaultdict[str, int]) -> NDArray[np.uint32]:
    return np.fromiter(map(numbers.__getitem__, words), np.uint32, len(words))


def _exact(
    folded: str, row_of_line: NDArray[np.uint32], numbers: defaultdict[str, int]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The exact forms of all lines, by their numbers, and the row that each stands in."""
    found = list(exact_forms(folded))
    forms = _numbered([form for form, _ in found], numbers)
    line_ends = np.flatnonzero(np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32) == ord("\n"))
    lines = np.searchsorted(line_ends, np.array([at for _, at in found], np.int64))
    return forms, row_of_line[lines]


def _together(terms: NDArray[np.uint32], rows: NDArray[np.uint32]) -> NDArray[np.uint64]:
    return terms.astype(np.uint64) << np.uint64(32) | rows
