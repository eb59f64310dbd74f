import numpy as np
from numpy.typing import NDArray

Postings = NDArray[np.uint32]
Places = NDArray[np.int64]

def merged(
    sources: list[tuple[Postings, NDArray[np.uint32], Places, Places]], terms: int
) -> tuple[NDArray[np.uint32], Postings]: ...
def encoded(postings: Postings, ends: Places) -> tuple[NDArray[np.uint16], Places, NDArray[np.uint32]]: ...
