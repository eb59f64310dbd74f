"""Learning that can be put down and taken up again, and the way back to where it started."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from embeddings.training.batches import Batch
from embeddings.training.train import take_step

Arrays = dict[str, NDArray[np.float32]]


class Learner:
    """Adam over one table of vectors, which remembers the table that it started from."""

    def __init__(self, start: NDArray[np.float32]) -> None:
        self._start = torch.from_numpy(start)
        self._learnt = self._start.clone().requires_grad_()
        self._optimizer = torch.optim.Adam([self._learnt], fused=True)

    def step(self, batch: Batch, *, rate: float) -> float:
        """Learn one batch; the loss before it."""
        self._optimizer.param_groups[0]["lr"] = rate
        return take_step(self._learnt, self._optimizer, batch)

    def between(self, learnt: float) -> NDArray[np.float32]:
        """The vectors on the straight line from the start (0) to what was learnt (1).

        Between the two, most of what is new is there and little of the old is lost (Wortsman et al. 2022, “Robust
        fine-tuning of zero-shot models”).
        """
        with torch.no_grad():
            found: NDArray[np.float32] = torch.lerp(self._start, self._learnt, learnt).numpy()
        return found

    def state(self) -> Arrays:
        """Everything that the next step depends on; views, which it changes."""
        adam = self._optimizer.state[self._learnt]
        return {"weights": self._learnt.detach().numpy()} | {
            f"adam.{name}": kept.numpy() for name, kept in adam.items()
        }

    def restore(self, state: Mapping[str, NDArray[np.float32]]) -> None:
        with torch.no_grad():
            self._learnt.copy_(torch.from_numpy(state["weights"]))
        adam = {name.removeprefix("adam."): kept for name, kept in state.items() if name.startswith("adam.")}
        self._optimizer.state[self._learnt] = {name: torch.from_numpy(kept.copy()) for name, kept in adam.items()}
