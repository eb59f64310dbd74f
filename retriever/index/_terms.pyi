import numpy as np
from numpy.typing import NDArray

def not_below(
    terms: NDArray[np.uint8], sizes: NDArray[np.uint16], begin: int, first: int, last: int, wanted: bytes
) -> tuple[int, bytes]: ...
def listed(
    terms: NDArray[np.uint8],
    sizes: NDArray[np.uint16],
    frequencies: NDArray[np.uint32],
    far: NDArray[np.uint16],
    byte: int,
    code: int,
    first: int,
    last: int,
    wanted: bytes,
) -> tuple[int, int, int]: ...
