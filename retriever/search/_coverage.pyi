import numpy as np
from numpy.typing import NDArray

from retriever.search.coverage import Term

def held(terms: list[Term], texts: list[str], synonym: float, parts_share: float) -> NDArray[np.float64]: ...
def printed(words: list[str], texts: list[str]) -> NDArray[np.bool_]: ...
