import numpy as np
from numpy.typing import NDArray

def cosines(
    codes: NDArray[np.uint8],
    rows: NDArray[np.int64],
    asked: NDArray[np.float32],
    step: NDArray[np.float32],
    middle: NDArray[np.float32],
    bits: int,
    least: float,
) -> NDArray[np.float32]: ...
