import numpy as np
from numpy.typing import NDArray

def likest(
    weights: NDArray[np.float32],
    lengths: NDArray[np.float32],
    words: NDArray[np.float32],
    pieces: NDArray[np.int32],
    bounds: NDArray[np.int64],
) -> NDArray[np.float32]: ...
