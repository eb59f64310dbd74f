"""Which files of the given folders hold articles."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retriever.corpus.formats import READABLE, suffix_of
from retriever.corpus.sidecar import SIDECAR
from retriever.errors import NothingToRead, PathNotFound

# They stand beside articles and are none.
_NOT_ARTICLES = frozenset({"readme.md", "readme.txt", SIDECAR})


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    """A file to read. ``name`` is relative to the folder that was given, with "/"; it is what articles are filed under."""

    name: str
    path: Path


def find_files(paths: Sequence[Path]) -> list[SourceFile]:
    """Every readable file, sorted by name within each path, each once.

    Hidden files and links that lead out of a folder are passed over. Raises PathNotFound, NothingToRead.
    """
    for path in paths:
        if not path.exists():
            raise PathNotFound(path=path)
    found: dict[Path, SourceFile] = {}
    for path in paths:
        for file in sorted(_in_folder(path) if path.is_dir() else _alone(path)):
            found.setdefault(file.path.resolve(), file)
    if not found:
        raise NothingToRead(paths="、".join(map(str, paths)), suffixes=" ".join(sorted(READABLE)))
    return list(found.values())


def _alone(path: Path) -> Iterator[SourceFile]:
    if suffix_of(path.name):
        yield SourceFile(path.name, path)


def _in_folder(folder: Path) -> Iterator[SourceFile]:
    home = folder.resolve()
    # Linked folders are not walked into, so that no loop of links can trap the search.
    for here, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(here, name)
            if name.startswith(".") or name.lower() in _NOT_ARTICLES or not suffix_of(name):
                continue
            if path.is_file() and path.resolve().is_relative_to(home):
                yield SourceFile(path.relative_to(folder).as_posix(), path)
