"""What is in these files?  Newspaper pages to be cut, and ready-made articles; one reader a format."""

from retriever.corpus.details import DescribedPage, Details, details_of
from retriever.corpus.files import SourceFile, find_files
from retriever.corpus.readers import READABLE, read
from retriever.corpus.sidecar import sidecar_details

__all__ = ["READABLE", "DescribedPage", "Details", "SourceFile", "details_of", "find_files", "read", "sidecar_details"]
