"""What results depend on beside the files: the code that makes them, its data and the libraries it reads and cuts with.

A digest of the sources themselves, so that nobody has to think of raising a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import embeddings
import retriever
from retriever.text.lexicon import Lexicon

_RETRIEVER, _EMBEDDINGS = (Path(package.__path__[0]) for package in (retriever, embeddings))
_SOURCES = (".py", ".pyx", ".tsv", ".txt", ".json", ".html")

# What decides which articles a file holds, and what the report says of it.
READING = [
    _RETRIEVER / name
    for name in ("corpus", "newspaper", "text", "report", "rebuild", "domain.py", "errors.py", "index/store.py")
]
READING_LIBRARIES = ("lxml", "lxml-html-clean", "mammoth", "opencc", "pypdfium2", "trafilatura")
# What decides which passages, postings, vectors and copies come of an article.
MAKING = [_RETRIEVER / name for name in ("text", "index", "domain.py", "passages.py", "rebuild/making.py")]
MAKING += sorted(file for file in _EMBEDDINGS.glob("*.py*") if file.suffix in _SOURCES)
MAKING_LIBRARIES = ("faiss-cpu", "jieba", "numpy", "opencc", "rjieba", "scipy", "tokenizers")


@cache
def reading() -> bytes:
    """A digest of what reads and cuts files."""
    return digest(READING, READING_LIBRARIES)


def made_with(lexicon: Lexicon) -> str:
    """A digest of what makes passages, postings and vectors, the librarian's own words included; hexadecimal."""
    words = repr([tuple(word) for word in lexicon.user_words]).encode()
    return hashlib.sha256(_making() + words).hexdigest()


@cache
def _making() -> bytes:
    return digest(MAKING, MAKING_LIBRARIES)


def digest(sources: Iterable[Path], libraries: Sequence[str] = ()) -> bytes:
    """SHA-256 over names and contents of these files, of all sources below these folders, and over libraries' versions."""
    told = hashlib.sha256()
    for source in sources:
        for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if file.suffix in _SOURCES and file.is_file():
                content = file.read_bytes()
                told.update(f"{file.relative_to(source.parent).as_posix()} {len(content)}\n".encode())
                told.update(content)
    told.update(" ".join(map(_version, libraries)).encode())
    return told.digest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "-"
