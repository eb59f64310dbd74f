"""The pages of a PDF: its text layer, or what tesseract recognises where that was asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from retriever.corpus import limits
from retriever.corpus.content import Content, Wish
from retriever.corpus.ocr import DOTS_PER_INCH, recognised
from retriever.domain import Page
from retriever.errors import EmptyFile, UnreadableFile

if TYPE_CHECKING:
    from retriever.corpus.pdf_process import Outcome

ENCODING = "pdf"
ENCODING_OCR = "pdf+ocr"

_WHY = {
    "password": "有密码，请先解密 (it is encrypted: decrypt it first)",
    "damaged": "不是 PDF 或已损坏 (not a PDF, or damaged)",
    "too large": f"超过 {limits.PDF_PAGES} 页或文字过多 (more than {limits.PDF_PAGES} pages, or too much text)",
    "crashed": "PDF 读取程序崩溃，文件可能已损坏 (reading it crashed the PDF library: it may be damaged)",
    "slow": f"{limits.PDF_SECONDS} 秒内没有读完 (not read within {limits.PDF_SECONDS} s)",
}
_NO_TEXT = (
    "没有可用的文字层，像是扫描件；请用 OCR 转成文字，或装好 tesseract 后打开 OCR "
    "(no usable text layer: it looks like a scan; convert it with OCR, or install tesseract and turn OCR on)"
)


def pdf_pages(content: Content, wish: Wish) -> Iterator[Page]:
    """A page each, filed under ``name.pdf#2`` (1-based), or ``name.pdf`` where there is only one.

    A page without text is told to ``wish.on_problem``; a document without any raises UnreadableFile or EmptyFile.
    """
    data = content.whole(limits.PDF)
    if not data.strip():
        raise EmptyFile(file=content.name)
    outcome: Outcome = json.loads(_in_own_process(data, content.name, "text"))
    if "error" in outcome:
        raise _problem(content.name, outcome["error"])
    pages = outcome["pages"]
    scans = [page["picture"] for page in pages]
    if not any(page["text"] for page in pages) and not (wish.ocr and any(scans)):
        raise UnreadableFile(file=content.name, detail=_NO_TEXT) if any(scans) else EmptyFile(file=content.name)
    for number, page in enumerate(pages):
        name = content.name if len(pages) == 1 else f"{content.name}#{number + 1}"
        if page["text"]:
            yield Page(name, page["text"], ENCODING)
        elif page["picture"]:
            try:
                yield _scan(data, number, name, wish)
            except UnreadableFile as problem:
                wish.on_problem(problem)


def _scan(data: bytes, number: int, name: str, wish: Wish) -> Page:
    if not wish.ocr:
        raise UnreadableFile(file=name, detail=_NO_TEXT)
    picture = _in_own_process(data, name, "picture", str(number), str(DOTS_PER_INCH))
    return Page(name, recognised(picture, name), ENCODING_OCR)


def _in_own_process(data: bytes, name: str, *arguments: str) -> bytes:
    """What ``pdf_process`` wrote. Raises UnreadableFile where it crashed or took too long: it is ended then."""
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "retriever.corpus.pdf_process", *arguments],
            input=data,
            capture_output=True,
            timeout=limits.PDF_SECONDS,
            env={**os.environ, "PYTHONPATH": paths},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _problem(name, "slow") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise UnreadableFile(file=name, detail=" ".join((_WHY["crashed"], *said)))
    return done.stdout


def _problem(name: str, why: str) -> UnreadableFile:
    return UnreadableFile(file=name, detail=_WHY[why])
