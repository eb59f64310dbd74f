"""Which files of the given folders hold articles."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retriever.corpus.content import OnProblem, legible, not_a_file
from retriever.corpus.formats import BESIDE_ARTICLES, READABLE, suffix_of
from retriever.errors import NothingToRead, PathNotFound, UnreadableFile


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    """A file to read. ``name`` is relative to the folder that was given, with "/"; it is what articles are filed under.

    It is always valid Unicode; only ``path`` opens the file.
    """

    name: str
    path: Path


def find_files(paths: Sequence[Path], *, on_problem: OnProblem | None = None) -> list[SourceFile]:
    """Every readable file, sorted by name within each path, each once.

    Hidden files are passed over. So are links that lead out of a folder or nowhere, pipes, devices and folders without
    permission, and these are told to ``on_problem``. Raises PathNotFound, NothingToRead.
    """
    for path in paths:
        if not path.exists():
            raise PathNotFound(path=path)
    tell = on_problem or (lambda problem: None)
    found: dict[Path, SourceFile] = {}
    for path in paths:
        for file in sorted(_in_folder(path, tell) if path.is_dir() else _alone(path)):
            found.setdefault(file.path.resolve(), file)
    if not found:
        raise NothingToRead(paths="、".join(legible(str(path)) for path in paths), suffixes=" ".join(sorted(READABLE)))
    return list(found.values())


def _alone(path: Path) -> Iterator[SourceFile]:
    if suffix_of(path.name):
        yield SourceFile(legible(path.name), path)


def _in_folder(folder: Path, tell: OnProblem) -> Iterator[SourceFile]:
    home = folder.resolve()

    def closed(error: OSError) -> None:
        name = legible(os.path.relpath(error.filename, folder))
        tell(UnreadableFile(file=name, detail=f"打不开文件夹 (cannot open the folder): {error.strerror}"))

    # Linked folders are not walked into, so that no loop of links can trap the search.
    for here, folders, names in os.walk(folder, followlinks=False, onerror=closed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(here, name)
            if name.startswith(".") or name.lower() in BESIDE_ARTICLES or not suffix_of(name):
                continue
            shown = legible(path.relative_to(folder).as_posix())
            if why := _out_of_reach(path, home):
                tell(UnreadableFile(file=shown, detail=why))
            else:
                yield SourceFile(shown, path)


def _out_of_reach(path: Path, home: Path) -> str | None:
    try:
        if not path.resolve(strict=True).is_relative_to(home):
            return "链接指向文件夹之外，未读 (the link leads out of the folder: not read)"
        return not_a_file(path)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a ring, before Python 3.13
        why = getattr(error, "strerror", None) or "links in a ring"
        return f"链接无效 (the link leads nowhere): {why}"
