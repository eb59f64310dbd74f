"""Where does each article of a newspaper page begin, and what is its clean text?"""

from retriever.newspaper.continuations import Half, halves, page_key
from retriever.newspaper.file_names import file_name_pattern
from retriever.newspaper.pages import articles, cut
from retriever.newspaper.seams import join

__all__ = ["Half", "articles", "cut", "file_name_pattern", "halves", "join", "page_key"]
