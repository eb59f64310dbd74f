"""Reads one PDF from standard input, in a process of its own: PDFium is C++, and a hostile file may crash or hang it.

``python -m retriever.corpus.pdf_process text`` writes ``{"pages": [{"text": …, "picture": …}, …]}`` or ``{"error": …}``;
``picture N DPI`` writes page N (0-based) as a grey PGM image.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import sys
from collections.abc import Iterator
from typing import TypedDict

import pypdfium2
import pypdfium2.raw as pdfium

from retriever.corpus import limits
from retriever.corpus.pdf_layout import Glyph, text_of_glyphs, turned

_ERRORS = {pdfium.FPDF_ERR_PASSWORD: "password", pdfium.FPDF_ERR_SECURITY: "password"}
# A text layer that maps to no characters: a font without names for its glyphs.
_LEGIBLE_SHARE = 0.5


class PageText(TypedDict):
    """``picture``: there is no usable text, but something was printed."""

    text: str
    picture: bool


class Outcome(TypedDict, total=False):
    """``pages``, or ``error``: "password", "damaged" or "too large"."""

    pages: list[PageText]
    error: str


def main(arguments: list[str]) -> None:
    _bound_memory()
    data = sys.stdin.buffer.read()
    if arguments[0] == "text":
        sys.stdout.buffer.write(json.dumps(pages_of(data), ensure_ascii=False).encode())
    else:
        sys.stdout.buffer.write(picture_of(data, int(arguments[1]), int(arguments[2])))


def pages_of(data: bytes) -> Outcome:
    try:
        with contextlib.closing(pypdfium2.PdfDocument(data)) as document:
            if len(document) > limits.PDF_PAGES:
                return {"error": "too large"}
            pages: list[PageText] = []
            size = 0
            for number in range(len(document)):
                with contextlib.closing(document[number]) as page:
                    pages.append(_page_text(page))
                size += len(pages[-1]["text"])
                if size > limits.PDF_TEXT:
                    return {"error": "too large"}
            return {"pages": pages}
    except pypdfium2.PdfiumError as error:
        return {"error": _ERRORS.get(error.err_code or 0, "damaged")}


def picture_of(data: bytes, number: int, dots_per_inch: int) -> bytes:
    """Raises PdfiumError."""
    with contextlib.closing(pypdfium2.PdfDocument(data)) as document, contextlib.closing(document[number]) as page:
        width, height = page.get_size()
        scale = min(dots_per_inch / 72, (limits.OCR_PIXELS / max(width * height, 1)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
        rows = memoryview(bytes(bitmap.buffer))
        grey = b"".join(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + grey


def _page_text(page: pypdfium2.PdfPage) -> PageText:
    with contextlib.closing(page.get_textpage()) as textpage:
        glyphs = list(_glyphs(textpage.raw))
    legible = [glyph for glyph in glyphs if _is_legible(glyph.text)]
    printed = len(legible) >= _LEGIBLE_SHARE * len(glyphs)
    text = text_of_glyphs(turned(legible, page.get_rotation() // 90)) if printed else ""
    return {"text": text, "picture": not text and (bool(glyphs) or next(page.get_objects(), None) is not None)}


def _glyphs(textpage: object) -> Iterator[Glyph]:
    box = pdfium.FS_RECTF()
    high = ""
    for at in range(min(pdfium.FPDFText_CountChars(textpage), limits.PDF_GLYPHS)):
        code = pdfium.FPDFText_GetUnicode(textpage, at)
        if 0xD800 <= code <= 0xDBFF:
            high = chr(code)
            continue
        text = chr(code) if code <= sys.maxunicode else "\ufffd"
        if 0xDC00 <= code <= 0xDFFF:  # a rare character in two halves
            text = (high + text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        high = ""
        if pdfium.FPDFText_IsGenerated(textpage, at) == 1:
            continue  # blanks that PDFium guesses: the boxes say more
        if pdfium.FPDFText_GetLooseCharBox(textpage, at, ctypes.byref(box)):
            glyph = Glyph(text, box.left, box.bottom, box.right, box.top)
            # Type of a size beyond all measure stands nowhere.
            if all(map(math.isfinite, (glyph.left, glyph.bottom, glyph.right, glyph.top))):
                yield glyph


def _is_legible(text: str) -> bool:
    code = ord(text[0])
    return code >= 32 and code != 0xFFFD and not 0xE000 <= code <= 0xF8FF and not 0x7F <= code <= 0x9F


def _bound_memory() -> None:
    with contextlib.suppress(ImportError):  # Windows has none
        import resource

        with contextlib.suppress(ValueError, OSError):  # a lower bound is set already, or the system knows none
            resource.setrlimit(resource.RLIMIT_AS, (limits.PDF_MEMORY, limits.PDF_MEMORY))


if __name__ == "__main__":
    main(sys.argv[1:])
