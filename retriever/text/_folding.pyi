import numpy as np
from numpy.typing import NDArray

def looked_up(text: str, table: NDArray[np.int32]) -> str | None: ...
