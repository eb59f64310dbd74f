import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int32]
Ends = NDArray[np.int64]
Counts = NDArray[np.uint32]

def in_order(codes: Counts, starts: Ends, lengths: Ends, is_term: Bytes) -> tuple[Numbers, Bytes, Counts]: ...
def counted_by_row(
    numbers: Numbers, ends: Ends, forms: Numbers, form_ends: Ends, placed: Numbers, count: int
) -> tuple[Counts, Counts, Counts]: ...
def numbered_pairs(
    folded: Counts, ends: Ends, compared: Numbers
) -> tuple[Numbers, Ends, NDArray[np.uint64]] | None: ...
def pairs_in_order(keys: NDArray[np.uint64]) -> tuple[Numbers, Bytes, Counts]: ...
def keys_of(terms: Bytes, ends: Ends, numbers: dict[bytes, int], names: list[bytes]) -> NDArray[np.uint64]: ...
