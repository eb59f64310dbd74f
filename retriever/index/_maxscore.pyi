from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.index.maxscore import Scored

def best(
    parts: Sequence[Scored],
    part_of: NDArray[np.int64],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    frequencies: NDArray[np.int64],
    factors: NDArray[np.float32],
    left: NDArray[np.float64],
    k: int,
    allowed: NDArray[np.int64] | None,
    spare: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.float32]]: ...
def counts(
    codes: NDArray[np.uint16],
    skips: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    rows: NDArray[np.int64],
) -> NDArray[np.uint8]: ...
