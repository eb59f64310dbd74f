"""The paragraphs of a .docx file, a blank line between."""

from __future__ import annotations

from io import BytesIO
from typing import NoReturn
from xml.parsers import expat

from retriever.corpus import limits
from retriever.corpus.archives import Archive
from retriever.corpus.content import Content
from retriever.errors import UnreadableFile

_PIECE_BYTES = 1 << 12


def text_of_docx(content: Content) -> str:
    """Text only: pictures, comments and footnotes are not read. Raises UnreadableFile, BadZipFile."""
    import mammoth  # only people with .docx articles pay for this

    data = content.whole(limits.WORD_FILE)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            file=content.name,
            detail="是旧的 .doc 或加了密码，请另存为无密码的 .docx (old .doc or encrypted: save it as a plain .docx)",
        )
    _check(content, data)
    try:
        text: str = mammoth.extract_raw_text(BytesIO(data)).value
    except UnreadableFile:
        raise
    except Exception as error:  # a damaged part makes mammoth fail in many ways; none of them may end a rebuild
        raise UnreadableFile(file=content.name, detail=f"文档已损坏 (damaged): {type(error).__name__}") from error
    return text.strip("\n")


def _check(content: Content, data: bytes) -> None:
    """Refuse what would fill memory: huge parts, and entities, which honest Word files never declare.

    Every part is looked into, whatever it is called: which of them is the text is said inside the file.
    """
    for part in Archive(Content.of(content.name, data)).parts():
        if _is_xml(part, content.name):
            content.budget.spend(part.size, content.name)
            if part.size > limits.WORD_XML:
                raise limits.over_limit(content.name, limits.WORD_XML)


def _is_xml(part: Content, name: str) -> bool:
    """Whether an element is met; entities can only be declared before the first one."""
    met: list[object] = []

    def refuse(*_: object) -> NoReturn:
        raise UnreadableFile(file=name, detail="文档里声明了 XML 实体，不安全 (it declares XML entities: unsafe)")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda *element: met.append(element)
    while not met and (piece := part.stream.read(_PIECE_BYTES)):
        try:
            parser.Parse(piece)
        except expat.ExpatError:
            break  # a picture, or a damaged part: then mammoth will not get through it either
    return bool(met)
