"""Small real files made on the spot: PDF by hand, so that no font need be installed, .docx and .zip with the library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from retriever.corpus import SourceFile, read
from retriever.domain import Article, Page
from retriever.errors import UnreadableFile

Printed = tuple[float, float, float, str]  # x, y, size in points; a run of text
Found = tuple[list[Page | Article], list[UnreadableFile]]
ReadBytes = Callable[..., Found]

_WORD = (
    '<?xml version="1.0" encoding="UTF-8"?>{doctype}'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def pdf_bytes(
    *pages: Sequence[Printed], rotate: int = 0, picture: tuple[int, int, bytes] | None = None, encrypted: bool = False
) -> bytes:
    """A PDF with these runs of text on its pages (600 × 800 points); with ``picture``, that grey image fills each page."""
    codes = {
        char: at for at, char in enumerate(sorted({c for page in pages for run in page for c in run[3]}), start=33)
    }
    assert len(codes) < 94, "more different characters than one simple font has letters"
    names = "\n".join(f"<{code:02X}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items())
    cmap = f"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def
1 begincodespacerange <00> <FF> endcodespacerange {len(codes)} beginbfchar
{names}
endbfchar endcmap end end"""
    width, height, grey = picture or (1, 1, b"\x80")
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{7 + 2 * at} 0 R' for at in range(len(pages)))}]>>".encode(),
        # Helvetica is drawn, every letter one em wide; what the letters mean is in the ToUnicode map.
        f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 33/LastChar 126"
        f"/Widths[{'1000 ' * 94}]/FontDescriptor 4 0 R/ToUnicode 5 0 R>>".encode(),
        b"<</Type/FontDescriptor/FontName/Helvetica/Flags 32/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800"
        b"/Descent -200/CapHeight 700/StemV 80>>",
        _stream(cmap.encode()),
        _stream(
            grey, f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8"
        ),
    ]
    for page in pages:
        drawn = "".join(
            f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm <{''.join(f'{codes[c]:02X}' for c in text)}> Tj ET\n"
            for x, y, size, text in page
        )
        if picture:
            drawn += "q 600 0 0 800 0 0 cm /I1 Do Q\n"
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Rotate {rotate}/Contents {len(bodies) + 2} 0 R"
            "/Resources<</Font<</F1 3 0 R>>/XObject<</I1 6 0 R>>>>>>".encode()
        )
        bodies.append(_stream(drawn.encode()))
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(bodies) + 1,
        lock if encrypted else b"",
        start,
    )
    return bytes(out)


def _stream(data: bytes, more: str = "") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more.encode(), len(data), data)


def docx_bytes(*paragraphs: str, doctype: str = "", body: str = "") -> bytes:
    written = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return zip_bytes(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "_rels/.rels": _RELATIONS.encode(),
            "word/document.xml": _WORD.format(doctype=doctype, body=written + body).encode(),
        }
    )


def zip_bytes(members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def columns(
    *texts: Sequence[str], top: float = 700, size: float = 10, first: float = 50, apart: float = 180
) -> list[Printed]:
    """Lines in columns side by side."""
    return [
        (first + apart * column, top - 1.5 * size * row, size, line)
        for column, lines in enumerate(texts)
        for row, line in enumerate(lines)
    ]


@pytest.fixture
def read_bytes(tmp_path: Path) -> ReadBytes:
    """What is read from a file of that name with these bytes, and the problems told besides."""

    def reading(name: str, data: bytes, **wishes: bool) -> Found:
        path = tmp_path / name
        path.write_bytes(data)
        problems: list[UnreadableFile] = []
        return list(read(SourceFile(name, path), on_problem=problems.append, **wishes)), problems

    return reading


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    return pdf_bytes


@pytest.fixture
def make_docx() -> Callable[..., bytes]:
    return docx_bytes


@pytest.fixture
def make_zip() -> Callable[..., bytes]:
    return zip_bytes


@pytest.fixture
def in_columns() -> Callable[..., list[Printed]]:
    return columns
