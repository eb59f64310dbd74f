"""One reader a format: a new one is a function and a row."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from retriever.corpus import limits
from retriever.corpus.archives import Archive
from retriever.corpus.content import Content, OnProblem, Wish, opened
from retriever.corpus.details import UNKNOWN, DescribedPage, completed
from retriever.corpus.encodings import decode
from retriever.corpus.files import SourceFile
from retriever.corpus.formats import READABLE, suffix_of
from retriever.corpus.front_matter import front_matter
from retriever.corpus.pdf import pdf_pages
from retriever.corpus.records import from_csv, from_json_lines
from retriever.corpus.sidecar import archive_details
from retriever.corpus.unpacking import gunzipped, unxzed
from retriever.domain import Article, Page
from retriever.errors import BinaryFile, EmptyFile, UnreadableFile

__all__ = ["READABLE", "read", "read_content"]

Reader = Callable[[Content, Wish], Iterator[Page | Article]]


def read(
    file: SourceFile, *, on_problem: OnProblem, ocr: bool = False, on_bytes: Callable[[int], None] | None = None
) -> Iterator[Page | Article]:
    """The pages (to be cut) or the articles (ready-made) in one file; scans only with ``ocr``.

    ``on_bytes`` is told after each how many bytes of the file are read.
    Raises EmptyFile, BinaryFile, UnreadableFile for a file as a whole; a bad record, page or member goes to ``on_problem``.
    """
    suffix = suffix_of(file.name) or suffix_of(file.path.name)
    if suffix is None:
        raise UnreadableFile(file=file.name, detail=" ".join(sorted(READABLE)))
    try:
        with opened(file.name, file.path) as content:
            for item in read_content(content, suffix, Wish(on_problem, ocr)):
                yield item
                if on_bytes is not None:
                    on_bytes(content.stream.tell())
    except OSError as error:
        raise UnreadableFile(file=file.name, detail=_reason(error)) from error


def read_content(content: Content, suffix: str, wish: Wish) -> Iterator[Page | Article]:
    """The same from an open stream. Whatever is wrong with the bytes, raises UnreadableFile."""
    try:
        yield from _READERS[suffix](content, wish)
    except _DAMAGE as error:
        raise UnreadableFile(file=content.name, detail=_reason(error)) from error


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (FileNotFoundError, "文件不见了 (it is gone)"),
    (PermissionError, "没有读取权限 (no permission to read it)"),
    (MemoryError, "内存不够 (not enough memory)"),
    (RecursionError, "嵌套太深 (nested too deeply)"),
    (EOFError, "文件不完整 (it is cut short)"),
    (lzma.LZMAError, "不是 xz 或已损坏 (not xz, or damaged)"),
    (zlib.error, "压缩数据已损坏 (its packed data is damaged)"),
    (zipfile.BadZipFile, "不是 zip 或已损坏 (not a zip file, or damaged)"),
)
_DAMAGE = (OSError, MemoryError, RecursionError, EOFError, lzma.LZMAError, zlib.error, zipfile.BadZipFile)


def _reason(error: Exception) -> str:
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), "已损坏 (damaged)")
    # An OSError's own text names its path, which may not be valid Unicode.
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{words}: {said}" if said.isprintable() and said else words


def _plain_page(content: Content, wish: Wish) -> Iterator[Page]:
    text, encoding = decode(content.whole(limits.TEXT), content.name)
    # Old Macs ended lines with a lone \r: one character for one, so that no position moves.
    text = text if "\n" in text else text.replace("\r", "\n")
    if len(text) > limits.LINE_CHARS:
        _refuse_endless_lines(text, content.name)
    head, problems = front_matter(text, content.name)
    for problem in problems:
        wish.on_problem(problem)
    if head is None:
        yield Page(content.name, text, encoding)
    elif not head.body.strip():
        raise EmptyFile(file=content.name)
    else:
        yield DescribedPage(content.name, head.body, encoding, head.details, head.title)


def _refuse_endless_lines(text: str, name: str) -> None:
    longest, number = max((len(line), number) for number, line in enumerate(text.split("\n"), start=1))
    if longest > limits.LINE_CHARS:
        detail = (
            f"第 {number} 行超过 {limits.LINE_CHARS} 字 (line {number} is longer than {limits.LINE_CHARS} characters)"
        )
        raise UnreadableFile(file=name, detail=detail)


def _web_page(content: Content, wish: Wish) -> Iterator[Page]:
    from retriever.corpus.markup import web_page

    markup, encoding = decode(content.whole(limits.WEB_PAGE), content.name)
    page = web_page(markup)
    if not page.text:
        raise EmptyFile(file=content.name)
    yield DescribedPage(content.name, page.text, encoding, page.details, page.title)


def _word_page(content: Content, wish: Wish) -> Iterator[Page]:
    from retriever.corpus.word import text_of_docx

    text = text_of_docx(content)
    if not text.strip():
        raise EmptyFile(file=content.name)
    yield Page(content.name, text, "docx")


def _json_lines(content: Content, wish: Wish) -> Iterator[Article]:
    if b"\0" in content.stream.peek(1):
        raise BinaryFile(file=content.name)
    yield from from_json_lines(content.stream, content.name, wish.on_problem)


def _table(content: Content, wish: Wish) -> Iterator[Article]:
    text, _ = decode(content.whole(limits.TABLE), content.name)
    yield from from_csv(text, content.name, wish.on_problem)


def _archive(content: Content, wish: Wish) -> Iterator[Page | Article]:
    archive = Archive(content)
    details = archive_details(archive, wish.on_problem)
    found = False
    for member in archive.files(wish.on_problem):
        suffix = suffix_of(member.name)
        if suffix is None:
            continue
        found = True
        try:
            for item in read_content(member, suffix, wish):
                known = details.get(item.file.rsplit("#", 1)[0]) if isinstance(item, Page) else None
                yield _described(item, known) if known and isinstance(item, Page) else item
        except UnreadableFile as problem:
            wish.on_problem(problem)
    if not found:
        raise UnreadableFile(file=content.name, detail="压缩包里没有可读的文章文件 (no article files in this archive)")


def _described(page: Page, details: tuple[str | None, str | None, str | None]) -> DescribedPage:
    if isinstance(page, DescribedPage):
        return replace(page, details=completed(details, page.details))
    return DescribedPage(page.file, page.text, page.encoding, completed(details, UNKNOWN))


_READERS: dict[str, Reader] = {
    ".txt": _plain_page,
    ".md": _plain_page,
    ".html": _web_page,
    ".htm": _web_page,
    ".pdf": pdf_pages,
    ".docx": _word_page,
    ".jsonl": _json_lines,
    ".jsonl.gz": lambda packed, wish: _json_lines(gunzipped(packed), wish),
    ".jsonl.xz": lambda packed, wish: _json_lines(unxzed(packed), wish),
    ".csv": _table,
    ".zip": _archive,
}
