"""Where does each article of a newspaper page begin, and what is its clean text?"""

from retriever.newspaper.continuations import Jump, jumps, pair
from retriever.newspaper.file_names import file_name_pattern
from retriever.newspaper.pages import articles, cut

__all__ = ["Jump", "articles", "cut", "file_name_pattern", "jumps", "pair"]
