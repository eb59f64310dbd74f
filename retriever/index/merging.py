"""Postings of several sources brought together, term by term and row by row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.codes import COUNT_BITS, MOST, Postings
from retriever.index.termkeys import Keys

Places = NDArray[np.int64]
Ranks = NDArray[np.int32]
_POSTING, _TERM_SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)


class Part(NamedTuple):
    """Some terms of one source."""

    postings: Postings
    frequencies: NDArray[np.uint32]  # of each term
    ranks: Ranks  # of each term, ascending
    places: (
        Places | None
    )  # the final row of each row of the source, -1 where it is gone; None where all stay as they are


def number_keys(tables: list[Keys]) -> tuple[Keys, list[Ranks]]:
    """The different keys of all tables, in any order, and for each table the numbers of its own among them."""
    together = np.concatenate([np.empty(0, np.uint64), *tables])
    keys, numbers = np.unique(together, return_inverse=True)
    ends = np.cumsum([len(table) for table in tables], dtype=np.int64)
    return keys, np.split(numbers.astype(np.int32), ends)[: len(tables)]


def merged_by_sorting(parts: list[Part], terms: int) -> tuple[NDArray[np.uint32], Postings]:
    """How many postings each of ``terms`` ranks has in the end, and these: the ranks' in order, the rows' within each.

    Rows of a part that stay as they are come after those of the parts before, where these stay as well.
    """
    pieces = [np.empty(0, np.uint64)]
    for part in parts:
        rows = part.postings >> COUNT_BITS
        placed = rows.astype(np.int64) if part.places is None else part.places[rows]
        stays = placed >= 0
        of_term = np.repeat(part.ranks.astype(np.uint64) << _TERM_SHIFT, part.frequencies)
        moved = placed[stays].astype(np.uint64) << np.uint64(COUNT_BITS) | (part.postings[stays] & MOST)
        pieces.append(of_term[stays] | moved)
    packed = np.concatenate(pieces)
    packed.sort(kind="stable")  # merges: most of it is in order
    frequencies = np.bincount((packed >> _TERM_SHIFT).astype(np.int64), minlength=terms)
    return frequencies.astype(np.uint32), (packed & _POSTING).astype(np.uint32)


distinct = faster("retriever.index._merging", "distinct", number_keys)
merged = faster("retriever.index._merging", "merged", merged_by_sorting)
