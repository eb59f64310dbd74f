"""How files become pages and articles: what a librarian may say about them, and the cutter that knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retriever import corpus, newspaper
from retriever.domain import Article, CutPage, Page
from retriever.errors import UnreadableFile

Details = dict[str, corpus.Details]  # file name → paper, date, page, from a sidecar
OnProblem = Callable[[UnreadableFile], None]


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What a librarian may say about files that the files don't."""

    file_names: str | None = None  # template of file names, as newspaper.file_name_pattern reads it
    ocr: bool = False  # recognise scans with tesseract, where it is installed
    user_dictionary: Path | None = None  # words to keep whole, in jieba's format
    synonyms: Path | None = None  # words that stand for each other, in Solr's format


AS_IT_IS = HowToRead()


class Cutter:
    """Cuts pages with everything that is known about them beforehand."""

    def __init__(self, how: HowToRead, details: Details) -> None:
        self.how, self.details = how, details
        self._file_names = newspaper.file_name_pattern(how.file_names) if how.file_names else None

    def cut(self, page: Page) -> CutPage:
        """The articles of a page, which its file, its sidecar and its own head may name."""
        source, date, number = corpus.details_of(page, self.details)
        cut = newspaper.cut(page, source=source, date=date, page_number=number, file_names=self._file_names)
        named = page.title if isinstance(page, corpus.DescribedPage) else None
        if named and len(cut.articles) == 1 and cut.articles[0].info.title is None:  # the file names its one article
            only = cut.articles[0]
            cut = replace(cut, articles=(replace(only, info=replace(only.info, title=named)),))
        return cut


def sidecar_details(paths: Sequence[Path], on_problem: OnProblem) -> Details:
    """What the librarian wrote down beside the pages of each given folder."""
    details: Details = {}
    for folder in (path for path in paths if path.is_dir()):
        details |= corpus.sidecar_details(folder, on_problem=on_problem)
    return details


def _refuse(problem: UnreadableFile) -> None:
    raise problem


def articles_of(
    paths: Sequence[Path],
    how: HowToRead = AS_IT_IS,
    *,
    on_problem: OnProblem = _refuse,
) -> Iterator[Article]:
    """The articles of these files as a rebuild would cut them. ``on_problem`` is told of files that cannot be read, once
    each, and they are left out; by default the first one is raised.
    """
    cutter = Cutter(how, sidecar_details(paths, on_problem))

    def items(tell: OnProblem) -> Iterator[CutPage | Article]:
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
