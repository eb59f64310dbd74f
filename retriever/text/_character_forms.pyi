import numpy as np
from numpy.typing import NDArray

def read(text: str, table: NDArray[np.int32]) -> str | None: ...
