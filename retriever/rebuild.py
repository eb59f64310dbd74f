"""Conductor 1: files → articles → passages → vectors → snapshot. Afterwards the index holds exactly what the paths hold.

``python -m retriever.rebuild PATHS… --index DIR`` does it without the rest of the service.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from embeddings.cache import VectorCache, encode_cached
from embeddings.encoder import DEFAULT_ENCODER, Encoder, Vectors, load_encoder
from embeddings.errors import BaowenError
from embeddings.options import AS_IT_COMES, EncoderOptions
from retriever import corpus, newspaper, passages
from retriever.domain import Article, ArticleInfo, CutPage, Page
from retriever.errors import DuplicateArticle, NoArticles, ProblemsRefused, UnreadableFile
from retriever.index.disk import require_room, room_needed
from retriever.index.generations import KEPT, VECTOR_CACHE, generation_of, generations
from retriever.index.snapshot import SnapshotWriter, encoded_text, new_snapshot, publish_snapshot
from retriever.newspaper.confidence import FLOOR
from retriever.report import RebuildReport, ReportBuilder, reporting
from retriever.text.folding import simplify
from retriever.text.lexicon import read_lexicon

Progress = Callable[[str, int, int], None]  # stage, done, total
Gate = Callable[[Path, Encoder], None]
"""Looks at a finished generation that nobody reads yet, and raises where it must not go live."""

BATCH = 1024  # passages encoded at a time

_Details = dict[str, corpus.Details]  # file name → paper, date, page, from a sidecar
_Issue = tuple[str | None, str | None, str]  # paper, date and page that was read


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What a librarian may say about files that the files don't."""

    file_names: str | None = None  # template of file names, as newspaper.file_name_pattern reads it
    ocr: bool = False  # recognise scans with tesseract, where it is installed
    user_dictionary: Path | None = None  # words to keep whole, in jieba's format
    synonyms: Path | None = None  # words that stand for each other, in Solr's format


AS_IT_IS = HowToRead()


def rebuild(
    paths: Sequence[Path],
    root: Path,
    *,
    how: HowToRead = AS_IT_IS,
    encoder: str | None = None,
    options: EncoderOptions = AS_IT_COMES,
    progress: Progress | None = None,
    seen: ReportBuilder | None = None,
    strict: bool = False,
    gate: Gate | None = None,
    keep: int = KEPT,
) -> RebuildReport:
    """Make the index in ``root`` hold exactly what ``paths`` hold, and make it the live one; ``keep`` generations stay.

    A file that cannot be read is left out and told in the report; where ``strict``, it ends the rebuild after everything
    was read (ProblemsRefused). ``gate`` looks at the new generation last of all. Nothing changes then, nor where there is
    no article at all (NoArticles), not enough room (NotEnoughRoom, before anything is written) or anything else goes wrong
    (IndexNotWritten, RebuildRunning): the generation before stays live. ``seen`` is told of everything while it runs.
    """
    tell = progress or (lambda stage, done, total: None)
    seen = seen or ReportBuilder()
    model = load_encoder(encoder or DEFAULT_ENCODER, options)
    files = corpus.find_files(paths, on_problem=seen.problem)
    require_room(root, room_needed((file.path for file in files), model.dimensions))
    cutter = _Cutter(how, _sidecar_details(paths, seen.problem))
    with contextlib.ExitStack() as opened:
        writer = opened.enter_context(new_snapshot(root, read_lexicon(how.user_dictionary, how.synonyms)))
        batch = _Batch(writer, opened.enter_context(_passage_encoder(writer.folder, model)), seen)
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
        if gate:
            tell("gate", 0, 1)
            gate(writer.folder, model)
            tell("gate", 1, 1)
        publish_snapshot(writer, keep)
        tell("write", 1, 1)
    return seen.published(manifest)


def _refuse(problem: UnreadableFile) -> None:
    raise problem


def articles_of(
    paths: Sequence[Path],
    how: HowToRead = AS_IT_IS,
    *,
    on_problem: Callable[[UnreadableFile], None] = _refuse,
) -> Iterator[Article]:
    """The articles of these files as a rebuild would cut them. ``on_problem`` is told of files that cannot be read, once
    each, and they are left out; by default the first one is raised.
    """
    cutter = _Cutter(how, _sidecar_details(paths, on_problem))

    def items(tell: Callable[[UnreadableFile], None]) -> Iterator[CutPage | Article]:
        for file in corpus.find_files(paths):
            try:
                for item in corpus.read(file, on_problem=tell, ocr=how.ocr):
                    yield item if isinstance(item, Article) else cutter.cut(item)
            except UnreadableFile as problem:
                tell(problem)

    # Read twice: an article may go on on a page far behind, and no corpus is too large to be listed.
    joined, _ = newspaper.join(
        [half for item in items(on_problem) if isinstance(item, CutPage) for half in newspaper.halves(item)]
    )
    whole = {story.article.info.id: story.article for story in joined}
    elsewhere = {piece.info.id for story in joined for piece in story.pieces} - whole.keys()
    for item in items(lambda problem: None):  # told already
        for article in [item] if isinstance(item, Article) else item.articles:
            if article.info.id not in elsewhere:
                yield whole.get(article.info.id, article)


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
def _passage_encoder(folder: Path, encoder: Encoder) -> Iterator[Callable[[Sequence[str]], Vectors]]:
    """Encodes passages, a costly encoder's only where no generation of this index had them before."""
    if not encoder.costly:
        yield encoder.encode_passages
        return
    root = folder.parent
    with VectorCache(root / VECTOR_CACHE, user=generation_of(folder)) as cache:
        yield partial(encode_cached, encoder, cache)
        cache.keep_only(generations(root))  # not reached where anything was raised: by now the new one is live


class _Batch:
    """Hands pages and articles to the writer and their passages to the encoder, many at a time."""

    def __init__(self, writer: SnapshotWriter, encode: Callable[[Sequence[str]], Vectors], seen: ReportBuilder) -> None:
        self._writer, self._encode, self._seen = writer, encode, seen
        self._waiting: list[str] = []
        self._files: dict[str, str] = {}  # article id → file
        self._halves: list[newspaper.Half] = []
        self._issues: set[_Issue] = set()

    def add_page(self, cut: CutPage) -> None:
        """A page and its articles; those that name another page wait until all pages are read."""
        self._seen.page(cut, in_one_piece=cut.confidence < FLOOR)
        self._writer.add_page(cut.page)
        halves = {half.article.info.id: half for half in newspaper.halves(cut)}
        for article in cut.articles:
            info = article.info
            if info.page:
                self._issues.add((info.source, info.date, newspaper.page_key(info.page)))
            if not self._is_new(info):
                continue
            if half := halves.get(info.id):
                self._halves.append(half)
            else:
                self._add(article)

    def add_ready(self, article: Article) -> None:
        """An article that nobody has to cut."""
        if self._is_new(article.info):
            self._add(article)
            self._seen.article(article)

    def finish(self) -> None:
        """What waits still: articles of several pages, each joined where both halves are here, and the last passages."""
        joined, alone = newspaper.join(self._halves)
        for story in joined:
            self._add(story.article)
            self._seen.joined(story)
        for half in alone:
            self._add(half.article)
            if half.to_page:
                info = half.article.info
                issue = info.source, info.date, newspaper.page_key(half.to_page)
                self._seen.broken_off(info.file, half.to_page, is_here=issue in self._issues if info.date else None)
        self._flush()

    def _is_new(self, info: ArticleInfo) -> bool:
        if info.id in self._files:
            self._seen.problem(DuplicateArticle(article_id=info.id, first=self._files[info.id], file=info.file))
            return False
        self._files[info.id] = info.file
        return True

    def _add(self, article: Article) -> None:
        cut = passages.split(article)
        self._writer.add(article, cut)
        self._waiting += [encoded_text(article, passage) for passage in cut]
        if len(self._waiting) >= BATCH:
            self._flush()

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
