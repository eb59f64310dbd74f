import numpy as np
from numpy.typing import NDArray

Postings = NDArray[np.uint32]
Places = NDArray[np.int64]
Ranks = NDArray[np.int32]

def merged(
    sources: list[tuple[Postings, NDArray[np.uint32], Ranks, Places | None]], terms: int
) -> tuple[NDArray[np.uint32], Postings]: ...
def encoded(postings: Postings, ends: Places) -> tuple[NDArray[np.uint16], Places, NDArray[np.uint32]]: ...
def distinct(tables: list[NDArray[np.uint64]]) -> tuple[NDArray[np.uint64], list[Ranks]]: ...
