"""What a rebuild asks of where articles go and of what it grows from: a generation in a folder, or a slice of one in Milvus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from embeddings.encoder import Vectors
from retriever.domain import Page
from retriever.index.arriving import Placed
from retriever.index.lots import Lot
from retriever.index.store import FileRecord


class Taker(Protocol):
    """Takes articles and pages in, and is told what stays."""

    def add_page(self, page: Page, file: int = 0) -> None:
        """A raw page of the file with that number."""
        ...

    def add_lot(self, articles: Sequence[Placed], lot: Lot) -> None:
        """Some articles and what they come to."""
        ...

    def add_vectors(self, vectors: Vectors) -> None:
        """The vectors of the next passages, in the order they were added; shape (passages, dimensions)."""
        ...

    def add_again(self, placed: Placed, kept: int) -> None:
        """An article whose passages, words and vectors are those of number ``kept`` before, and whose record is not."""
        ...

    def stay(self, placed: Placed, kept: int) -> None:
        """An article that is stored already as it is, as number ``kept`` before."""
        ...

    def stay_files(self, files: Mapping[int, int]) -> None:
        """Everything in these files stays: a file's number before → its number now."""
        ...


class Ground(Protocol):
    """What was there before."""

    def files(self) -> list[FileRecord]:
        """What was read, in the order of their numbers."""
        ...

    def stands(self, article_id: str) -> tuple[int, str] | None:
        """The number of an article, and the file it begins in."""
        ...
