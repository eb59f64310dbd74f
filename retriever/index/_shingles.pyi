import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16]
Factors = NDArray[np.uint64]
Hashes = NDArray[np.uint32]

def hashes_of_runs(codes: Codes, factors: Factors) -> Hashes: ...
def told_by_texts(
    texts: list[str], counts_as: Codes, factors: Factors, starts: Hashes
) -> list[tuple[bytes, int, Hashes, set[bytes]] | None]: ...
def meetings(keys: NDArray[np.uint64]) -> NDArray[np.int64]: ...
