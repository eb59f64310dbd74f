"""Conductor 1: files → articles → passages → vectors → snapshot. Afterwards the index holds exactly what the paths hold.

``python -m retriever.rebuild PATHS… --index DIR`` does it without the rest of the service.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from embeddings.cache import VectorCache, encode_cached
from embeddings.encoder import Encoder, Vectors, load_encoder
from embeddings.errors import BaowenError, Language
from retriever import corpus, newspaper, passages
from retriever.domain import Article, Page
from retriever.errors import DuplicateArticle, NoArticles, UnreadableFile
from retriever.index.generations import VECTOR_CACHE
from retriever.index.snapshot import SnapshotWriter, matching_text, new_snapshot, publish_snapshot
from retriever.text.folding import simplify

Progress = Callable[[str, int, int], None]  # stage, done, total
BATCH = 1024  # passages encoded at a time

_Details = dict[str, tuple[str | None, str | None, str | None]]  # file name → paper, date, page, from a sidecar


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild read, what it made of it, and what it had to leave out."""

    generation: str
    files: int
    articles: int
    passages: int
    characters: int
    seconds: float
    problems: tuple[BaowenError, ...]

    def lines(self, language: Language = "zh") -> list[str]:
        """The report as text, the problems first."""
        noticed = [problem.message(language) for problem in self.problems]
        summary = {
            "zh": "{files} 个文件，{articles} 篇文章，{passages} 个段落，{characters} 字，用时 {seconds:.1f} 秒；新索引 {generation}",
            "en": "{files} files, {articles} articles, {passages} passages, {characters} characters in {seconds:.1f} s; "
            "new index {generation}",
        }[language]
        facts = {name: getattr(self, name) for name in self.__slots__}
        return [*noticed, summary.format(**facts)]


def rebuild(
    paths: Sequence[Path], root: Path, *, encoder: str | None = None, progress: Progress | None = None
) -> RebuildReport:
    """Make the index in ``root`` hold exactly what ``paths`` hold, and make it the live one.

    A file that cannot be read is left out and told in the report. Nothing changes where there is no article at all
    (NoArticles) or anything else goes wrong: the generation before stays live.
    """
    began = time.perf_counter()
    tell = progress or (lambda stage, done, total: None)
    model = load_encoder(encoder) if encoder else load_encoder()
    files = corpus.find_files(paths)
    details = _sidecar_details(paths)
    problems: list[BaowenError] = []
    with contextlib.ExitStack() as opened:
        writer = opened.enter_context(new_snapshot(root))
        batch = _Batch(writer, opened.enter_context(_passage_encoder(root, model)))
        for done, file in enumerate(files):
            tell("read", done, len(files))
            _add_file(file, writer, batch, details, problems)
        batch.flush()
        tell("read", len(files), len(files))
        if not writer.store.articles:
            raise NoArticles(paths=", ".join(map(str, paths)))
        tell("write", 0, 1)
        manifest = writer.finish(model)
        publish_snapshot(writer)
        tell("write", 1, 1)
    return RebuildReport(
        generation=manifest.generation,
        files=len(files),
        articles=manifest.articles,
        passages=manifest.passages,
        characters=manifest.characters,
        seconds=time.perf_counter() - began,
        problems=tuple(problems),
    )


def articles_of(paths: Sequence[Path]) -> Iterator[Article]:
    """The articles of these files as a rebuild would cut them. Raises the first file's error that it meets."""

    def refuse(problem: UnreadableFile) -> None:
        raise problem

    details = _sidecar_details(paths)
    for file in corpus.find_files(paths):
        for item in corpus.read(file, on_problem=refuse):
            yield from _articles(item, details)


def _sidecar_details(paths: Sequence[Path]) -> _Details:
    """What the librarian wrote down beside the pages of each given folder."""
    details: _Details = {}
    for folder in (path for path in paths if path.is_dir()):
        details |= corpus.sidecar_details(folder)
    return details


def _add_file(
    file: corpus.SourceFile, writer: SnapshotWriter, batch: _Batch, details: _Details, problems: list[BaowenError]
) -> None:
    """Everything one file holds, or the reason why not; a bad file never stops the others."""
    try:
        for item in corpus.read(file, on_problem=problems.append):
            if isinstance(item, Page):
                writer.add_page(item)
            for article in _articles(item, details):
                if batch.knows(article):
                    problems.append(
                        DuplicateArticle(article_id=article.info.id, first=batch.ids[article.info.id], file=file.name)
                    )
                else:
                    batch.add(article)
    except UnreadableFile as problem:
        problems.append(problem)


def _articles(item: Page | Article, details: _Details) -> Iterable[Article]:
    """A page is cut into articles; a line of an article file is one already."""
    if isinstance(item, Article):
        return [item] if item.text.strip() else []
    source, date, number = details.get(item.file, (None, None, None))
    return newspaper.articles(item, source=source, date=date, page_number=number)


@contextlib.contextmanager
def _passage_encoder(root: Path, encoder: Encoder) -> Iterator[Callable[[Sequence[str]], Vectors]]:
    """Encodes passages, a costly encoder's only where no generation of this index had them before."""
    if not encoder.costly:
        yield encoder.encode_passages
        return
    with VectorCache(root / VECTOR_CACHE) as cache:
        yield partial(encode_cached, encoder, cache)


class _Batch:
    """Hands articles to the writer and their passages to the encoder, many at a time."""

    def __init__(self, writer: SnapshotWriter, encode: Callable[[Sequence[str]], Vectors]) -> None:
        self._writer, self._encode = writer, encode
        self._waiting: list[str] = []
        self.ids: dict[str, str] = {}  # article id → file

    def knows(self, article: Article) -> bool:
        return article.info.id in self.ids

    def add(self, article: Article) -> None:
        cut = passages.split(article)
        self.ids[article.info.id] = article.info.file
        self._writer.add(article, cut)
        self._waiting += [matching_text(article.info, passage) for passage in cut]
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self._writer.add_vectors(self._encode([simplify(text) for text in self._waiting]))
            self._waiting = []


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m retriever.rebuild``: exit code 0, or 1 with the error on stderr."""
    parser = argparse.ArgumentParser(prog="python -m retriever.rebuild", description="重建索引 Rebuild the index.")
    parser.add_argument("paths", nargs="+", type=Path, help="文章文件或文件夹 files or folders of articles")
    parser.add_argument("--index", type=Path, default=Path("index"), help="索引文件夹 index folder (default: index)")
    parser.add_argument("--encoder", help="编码器：自带名称、模型文件夹或模型库名称 shipped name, folder or hub name")
    given = parser.parse_args(arguments)
    try:
        report = rebuild(given.paths, given.index, encoder=given.encoder)
    except BaowenError as error:
        print(error.message("zh"), error.message("en"), sep="\n", file=sys.stderr)
        return 1
    print(*report.lines(), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
