import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16]
Factors = NDArray[np.uint64]
Hashes = NDArray[np.uint32]

def hashes_of_runs(codes: Codes, factors: Factors) -> Hashes: ...
def told_by_letters(spaced: Codes, factors: Factors, starts: Hashes) -> tuple[Codes, int, Hashes, set[str]]: ...
def meetings(keys: NDArray[np.uint64]) -> NDArray[np.int64]: ...
