"""What sentence-transformers does after the network, in numpy: pooling, dense layers, normalising."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.static import unit

Numbers = NDArray[np.float32]
Mask = NDArray[np.int64]
"""Shape (texts, pieces): 1 where a piece stands, 0 where padding does. Every row begins with 1s: padding is on the right."""

Step = Callable[[Vectors], Vectors]


def first_piece(pieces: Numbers, mask: Mask) -> Vectors:
    rows: Vectors = pieces[np.arange(len(pieces)), mask.argmax(axis=1)]
    return rows


def last_piece(pieces: Numbers, mask: Mask) -> Vectors:
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    rows: Vectors = pieces[np.arange(len(pieces)), last]
    return rows


def largest(pieces: Numbers, mask: Mask) -> Vectors:
    rows: Vectors = np.where(mask[:, :, None] > 0, pieces, -np.inf).max(axis=1).astype(np.float32)
    return rows


def mean(pieces: Numbers, mask: Mask) -> Vectors:
    rows: Vectors = _sums(pieces, mask) / np.maximum(mask.sum(axis=1, keepdims=True), 1).astype(np.float32)
    return rows


def mean_by_root(pieces: Numbers, mask: Mask) -> Vectors:
    rows: Vectors = _sums(pieces, mask) / np.sqrt(np.maximum(mask.sum(axis=1, keepdims=True), 1)).astype(np.float32)
    return rows


def mean_later_counts_more(pieces: Numbers, mask: Mask) -> Vectors:
    return mean(pieces, mask * np.arange(1, mask.shape[1] + 1))


def _sums(pieces: Numbers, weights: Mask) -> Vectors:
    sums: Vectors = np.einsum("tpd,tp->td", pieces, weights.astype(np.float32))
    return sums


POOLING: Mapping[str, Callable[[Numbers, Mask], Vectors]] = {
    "cls": first_piece,
    "lasttoken": last_piece,
    "max": largest,
    "mean": mean,
    "mean_sqrt_len_tokens": mean_by_root,
    "weightedmean": mean_later_counts_more,
}


@dataclass(frozen=True, slots=True)
class Pooling:
    """Pieces to one vector; several modes stand side by side in it."""

    modes: tuple[str, ...]
    with_prompt: bool = True

    def __call__(self, pieces: Numbers, mask: Mask, prompt_pieces: int) -> Vectors:
        """``pieces`` has shape (texts, pieces, width); shape (texts, width × modes)."""
        if prompt_pieces and not self.with_prompt:
            mask = mask.copy()
            mask[:, :prompt_pieces] = 0
        return np.concatenate([POOLING[mode](pieces, mask) for mode in self.modes], axis=1)


ACTIVATIONS: Mapping[str, Step] = {
    "Identity": lambda rows: rows,
    "Tanh": lambda rows: np.tanh(rows),
    "ReLU": lambda rows: np.maximum(rows, 0),
    "Sigmoid": lambda rows: (1 / (1 + np.exp(-rows))).astype(np.float32),
}


@dataclass(frozen=True, slots=True)
class Dense:
    """``activation(rows @ weight.T + bias)``"""

    weight: Numbers  # shape (out, in), as torch keeps it
    bias: Numbers | None
    activation: str

    def __call__(self, rows: Vectors) -> Vectors:
        out: Vectors = rows @ self.weight.T
        return ACTIVATIONS[self.activation](out if self.bias is None else out + self.bias)


normalize: Step = unit
