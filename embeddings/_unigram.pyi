from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

class Tree:
    unknown: int
    def __init__(
        self,
        words: Mapping[tuple[int, ...], int],
        characters: int,
        scores: NDArray[np.float64],
        unknown: int,
        penalty: float,
    ) -> None: ...
    def cut(
        self, text: NDArray[np.uint32], starts: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]: ...
    def read_and_cut(
        self, texts: list[str], table: NDArray[np.uint16], first_digit: int, second: int, longest: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int64], list[int]]: ...

def summed(
    weights: NDArray[np.float32], pieces: NDArray[np.int32], bounds: NDArray[np.int64]
) -> NDArray[np.float32]: ...
def summed_whole(
    rows: NDArray[np.int16], unit: float, at_once: int, pieces: NDArray[np.int32], bounds: NDArray[np.int64]
) -> NDArray[np.float32]: ...
