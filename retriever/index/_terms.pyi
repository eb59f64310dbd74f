import numpy as np
from numpy.typing import NDArray

def not_below(
    terms: NDArray[np.uint8], sizes: NDArray[np.uint16], begin: int, first: int, last: int, wanted: bytes
) -> tuple[int, bytes]: ...
