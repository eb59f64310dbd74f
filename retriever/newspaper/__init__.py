"""Where does each article of a newspaper page begin, and what is its clean text?"""

from retriever.newspaper.pages import articles

__all__ = ["articles"]
