"""The learning itself: one vector a piece, texts as means of their pieces, each query nearest to its own passage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from embeddings.training.batches import Bags, Batch

SCALE = 20.0  # cosine differences of 0.05 matter: the usual scale of in-batch losses
UNKNOWN_ROW = 0


class SumOfPieces(torch.autograd.Function):
    """Like ``embedding_bag(mode="sum")``, whose own backward pass takes ten times as long on a CPU.

    The gradient of a piece is the sum over the texts it stands in: an embedding bag with the roles exchanged.
    """

    @staticmethod
    def forward(ctx: Any, weights: torch.Tensor, pieces: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(pieces, starts)
        ctx.rows = weights.shape[0]
        return functional.embedding_bag(pieces, weights, starts, mode="sum")

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        pieces, starts = ctx.saved_tensors
        lengths = torch.diff(starts, append=torch.tensor([len(pieces)]))
        texts = torch.repeat_interleave(torch.arange(len(starts)), lengths)
        order = torch.argsort(pieces, stable=True)
        uses = torch.bincount(pieces, minlength=ctx.rows)
        first_use = torch.cumsum(uses, 0) - uses
        return functional.embedding_bag(texts[order], gradients[0], first_use, mode="sum"), None, None


def initial_weights(rows: int, dimensions: int, *, seed: int) -> NDArray[np.float32]:
    """Small random vectors; the unknown piece says nothing."""
    weights = np.random.default_rng(seed).normal(0, 0.1, (rows, dimensions)).astype(np.float32)
    weights[UNKNOWN_ROW] = 0
    return weights


def unit_vectors(weights: torch.Tensor, texts: Bags) -> torch.Tensor:
    # The mean and the sum point the same way, and only the direction counts.
    pieces, starts = torch.from_numpy(texts.pieces), torch.from_numpy(texts.starts)
    summed: torch.Tensor = SumOfPieces.apply(weights, pieces, starts)  # type: ignore[no-untyped-call]
    return functional.normalize(summed)


def batch_loss(weights: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Each query must pick its passage among those of the batch, and each passage its query."""
    scores = SCALE * unit_vectors(weights, batch.queries) @ unit_vectors(weights, batch.passages).T
    articles = torch.from_numpy(batch.articles)
    same = (articles[:, None] == articles[None, :]).fill_diagonal_(False)
    scores = scores.masked_fill(same, float("-inf"))
    own = torch.arange(len(articles))
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2


def train(
    weights: NDArray[np.float32], batches: Iterable[Batch], *, steps: int, rate: float, decay: float = 0.0
) -> Iterator[float]:
    """One step a batch, changing ``weights`` in place; yields the loss of each.

    AdamW (Loshchilov and Hutter 2019), its rate falling in a straight line from ``rate`` to nothing over ``steps``;
    a step shrinks every vector by the share rate × ``decay``, so that rare pieces don't outgrow what was seen of them.
    """
    learnt = torch.from_numpy(weights).requires_grad_()
    optimizer = torch.optim.AdamW([learnt], lr=rate, weight_decay=decay, fused=True)
    falling = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / steps))
    for batch in batches:
        loss = take_step(learnt, optimizer, batch)
        falling.step()
        yield loss


def take_step(learnt: torch.Tensor, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    """Learn one batch; the loss before the step. The unknown piece learns nothing."""
    optimizer.zero_grad()
    loss = batch_loss(learnt, batch)
    loss.backward()  # type: ignore[no-untyped-call]
    learnt.grad[UNKNOWN_ROW] = 0  # type: ignore[index]
    optimizer.step()
    return float(loss.item())
