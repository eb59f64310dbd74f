"""Conductor 1: files → articles → passages → vectors → snapshot. Afterwards the index holds exactly what the paths hold.

``python -m retriever.rebuild PATHS… --index DIR`` does it without the rest of the service.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from embeddings.cache import VectorCache, encode_cached
from embeddings.encoder import Encoder, Vectors, load_encoder
from embeddings.errors import BaowenError
from retriever import corpus, newspaper, passages
from retriever.domain import Article, CutPage, Page
from retriever.errors import DuplicateArticle, NoArticles, ProblemsRefused, UnreadableFile
from retriever.index.generations import VECTOR_CACHE
from retriever.index.snapshot import SnapshotWriter, matching_text, new_snapshot, publish_snapshot
from retriever.newspaper.confidence import FLOOR
from retriever.report import RebuildReport, ReportBuilder, reporting
from retriever.text.folding import simplify

Progress = Callable[[str, int, int], None]  # stage, done, total
BATCH = 1024  # passages encoded at a time

_Details = dict[str, corpus.Details]  # file name → paper, date, page, from a sidecar


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What a librarian may say about files that the files don't."""

    file_names: str | None = None  # template of file names, as newspaper.file_name_pattern reads it
    ocr: bool = False  # recognise scans with tesseract, where it is installed


AS_IT_IS = HowToRead()


def rebuild(
    paths: Sequence[Path],
    root: Path,
    *,
    how: HowToRead = AS_IT_IS,
    encoder: str | None = None,
    progress: Progress | None = None,
    seen: ReportBuilder | None = None,
    strict: bool = False,
) -> RebuildReport:
    """Make the index in ``root`` hold exactly what ``paths`` hold, and make it the live one.

    A file that cannot be read is left out and told in the report; where ``strict``, it ends the rebuild after everything
    was read (ProblemsRefused). Nothing changes then, nor where there is no article at all (NoArticles) or anything else
    goes wrong: the generation before stays live. ``seen`` is told of everything while it runs.
    """
    tell = progress or (lambda stage, done, total: None)
    seen = seen or ReportBuilder()
    model = load_encoder(encoder) if encoder else load_encoder()
    files = corpus.find_files(paths, on_problem=seen.problem)
    cutter = _Cutter(how, _sidecar_details(paths, seen.problem))
    with contextlib.ExitStack() as opened:
        writer = opened.enter_context(new_snapshot(root))
        batch = _Batch(writer, opened.enter_context(_passage_encoder(root, model)), seen)
        for done, file in enumerate(files):
            tell("read", done, len(files))
            _add_file(file, batch, cutter, seen)
        batch.finish()
        tell("read", len(files), len(files))
        if strict and seen.problems:
            raise _refusal(seen)
        if not writer.store.articles:
            raise NoArticles(paths=", ".join(map(str, paths)))
        tell("write", 0, 1)
        manifest = writer.finish(model)
        publish_snapshot(writer)
        tell("write", 1, 1)
    return seen.published(manifest)


def articles_of(paths: Sequence[Path], how: HowToRead = AS_IT_IS) -> Iterator[Article]:
    """The articles of these files as a rebuild would cut them. Raises the first file's error that it meets."""

    def refuse(problem: UnreadableFile) -> None:
        raise problem

    cutter = _Cutter(how, _sidecar_details(paths, refuse))
    for file in corpus.find_files(paths):
        for item in corpus.read(file, on_problem=refuse, ocr=how.ocr):
            yield from [item] if isinstance(item, Article) else cutter.cut(item).articles


def _sidecar_details(paths: Sequence[Path], on_problem: Callable[[UnreadableFile], None]) -> _Details:
    """What the librarian wrote down beside the pages of each given folder."""
    details: _Details = {}
    for folder in (path for path in paths if path.is_dir()):
        details |= corpus.sidecar_details(folder, on_problem=on_problem)
    return details


def _add_file(file: corpus.SourceFile, batch: _Batch, cutter: _Cutter, seen: ReportBuilder) -> None:
    """Everything one file holds, or the reason why not; a bad file never stops the others."""
    seen.file()
    try:
        for item in corpus.read(file, on_problem=seen.problem, ocr=cutter.how.ocr):
            if isinstance(item, Page):
                batch.add_page(cutter.cut(item))
            elif item.text.strip():
                batch.add_ready(item)
    except UnreadableFile as problem:
        seen.problem(problem)


class _Cutter:
    """Cuts pages with everything that is known about them beforehand."""

    def __init__(self, how: HowToRead, details: _Details) -> None:
        self.how = how
        self._details = details
        self._file_names = newspaper.file_name_pattern(how.file_names) if how.file_names else None

    def cut(self, page: Page) -> CutPage:
        source, date, number = corpus.details_of(page, self._details)
        cut = newspaper.cut(page, source=source, date=date, page_number=number, file_names=self._file_names)
        named = page.title if isinstance(page, corpus.DescribedPage) else None
        if named and len(cut.articles) == 1 and cut.articles[0].info.title is None:  # the file names its one article
            only = cut.articles[0]
            cut = replace(cut, articles=(replace(only, info=replace(only.info, title=named)),))
        return cut


def _refusal(seen: ReportBuilder) -> ProblemsRefused:
    first = seen.problems[0]
    return ProblemsRefused(count=seen.problem_count, first_zh=first.message("zh"), first_en=first.message("en"))


@contextlib.contextmanager
def _passage_encoder(root: Path, encoder: Encoder) -> Iterator[Callable[[Sequence[str]], Vectors]]:
    """Encodes passages, a costly encoder's only where no generation of this index had them before."""
    if not encoder.costly:
        yield encoder.encode_passages
        return
    with VectorCache(root / VECTOR_CACHE) as cache:
        yield partial(encode_cached, encoder, cache)


class _Batch:
    """Hands pages and articles to the writer and their passages to the encoder, many at a time."""

    def __init__(self, writer: SnapshotWriter, encode: Callable[[Sequence[str]], Vectors], seen: ReportBuilder) -> None:
        self._writer, self._encode, self._seen = writer, encode, seen
        self._waiting: list[str] = []
        self._files: dict[str, str] = {}  # article id → file
        self._halves: dict[tuple[str | None, str | None], list[tuple[Article, newspaper.Jump]]] = defaultdict(list)

    def add_page(self, cut: CutPage) -> None:
        self._seen.page(cut, in_one_piece=cut.confidence < FLOOR)
        self._writer.add_page(cut.page)
        added = {article.info.id: article for article in cut.articles if self._add(article)}
        for jump in newspaper.jumps(cut):
            if half := added.get(jump.article_id):
                self._halves[half.info.source, half.info.date].append((half, jump))

    def add_ready(self, article: Article) -> None:
        """An article that nobody has to cut."""
        if self._add(article):
            self._seen.article(article)

    def finish(self) -> None:
        """What waits still, and which articles are two halves of one: those of one paper's one day."""
        self._flush()
        self._writer.store.add_continuations(
            [ids for halves in self._halves.values() for ids in newspaper.pair(halves)]
        )

    def _add(self, article: Article) -> bool:
        """Whether its id was new."""
        info = article.info
        if info.id in self._files:
            self._seen.problem(DuplicateArticle(article_id=info.id, first=self._files[info.id], file=info.file))
            return False
        self._files[info.id] = info.file
        cut = passages.split(article)
        self._writer.add(article, cut)
        self._waiting += [matching_text(info, passage) for passage in cut]
        if len(self._waiting) >= BATCH:
            self._flush()
        return True

    def _flush(self) -> None:
        if self._waiting:
            self._writer.add_vectors(self._encode([simplify(text) for text in self._waiting]))
            self._waiting = []


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m retriever.rebuild``: exit code 0, or 1 with the error on stderr."""
    parser = argparse.ArgumentParser(prog="python -m retriever.rebuild", description="重建索引 Rebuild the index.")
    parser.add_argument("paths", nargs="+", type=Path, help="文章文件或文件夹 files or folders of articles")
    parser.add_argument("--index", type=Path, default=Path("index"), help="索引文件夹 index folder (default: index)")
    parser.add_argument("--encoder", help="编码器：自带名称、模型文件夹或模型库名称 shipped name, folder or hub name")
    parser.add_argument("--report", type=Path, metavar="FILE", help="报告文件 report: .html, .json, .txt")
    parser.add_argument("--strict", action="store_true", help="有问题就不换新索引 keep the old index on any problem")
    given = parser.parse_args(arguments)
    try:
        with reporting(given.report) as seen:
            report = rebuild(given.paths, given.index, encoder=given.encoder, seen=seen, strict=given.strict)
    except BaowenError as error:
        print(error.message("zh"), error.message("en"), sep="\n", file=sys.stderr)
        return 1
    print(*report.lines(), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
