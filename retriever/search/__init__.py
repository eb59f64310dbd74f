"""What is the answer, and who says so?"""

from retriever.search.searcher import Searcher

__all__ = ["Searcher"]
