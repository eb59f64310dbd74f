"""Postings of several sources brought together, term by term and row by row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.kernels import faster
from retriever.index.codes import COUNT_BITS, MOST, Postings

Places = NDArray[np.int64]
_POSTING, _TERM_SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)


class Part(NamedTuple):
    """Some terms of one source."""

    postings: Postings
    frequencies: NDArray[np.uint32]  # of each term
    ranks: Places  # of each term, ascending
    places: Places  # the final row of each row of the source, -1 where it is gone


def merged_by_sorting(parts: list[Part], terms: int) -> tuple[NDArray[np.uint32], Postings]:
    """How many postings each of ``terms`` ranks has in the end, and these: the ranks' in order, the rows' within each."""
    pieces = [np.empty(0, np.uint64)]
    for part in parts:
        placed = part.places[part.postings >> COUNT_BITS]
        stays = placed >= 0
        of_term = np.repeat(part.ranks.astype(np.uint64) << _TERM_SHIFT, part.frequencies)
        moved = placed[stays].astype(np.uint64) << np.uint64(COUNT_BITS) | (part.postings[stays] & MOST)
        pieces.append(of_term[stays] | moved)
    packed = np.concatenate(pieces)
    packed.sort(kind="stable")  # merges: most of it is in order
    frequencies = np.bincount((packed >> _TERM_SHIFT).astype(np.int64), minlength=terms)
    return frequencies.astype(np.uint32), (packed & _POSTING).astype(np.uint32)


merged = faster("retriever.index._merging", "merged", merged_by_sorting)
