"""An answer as the text of one chat message, with where each quotation stands in it, and the way back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.errors import Language
from server.compat.openai_shapes import AnnotationOut, UrlCitationOut
from server.composing import Composition
from server.messages import LANGUAGES, texts
from server.messages.compat import CHAT
from server.schemas import AskOut, CitationOut, PassageOut

NEAR_SHOWN = 3
_MARK = re.compile(r"\[[0-9]{1,3}\]")


@dataclass(frozen=True, slots=True)
class Content:
    """``"".join(pieces)`` is the message; the spans of ``annotations`` count in it."""

    pieces: tuple[str, ...]
    annotations: tuple[AnnotationOut, ...]

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class _Writer:
    """Pieces one after the other, and the annotations of what was quoted on the way."""

    def __init__(self, root: str, untitled: str) -> None:
        self.root, self._untitled = root, untitled
        self.pieces: list[str] = []
        self.annotations: list[AnnotationOut] = []
        self._length = 0

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)

    def cite(self, text: str, citations: Sequence[CitationOut]) -> None:
        """A sentence and the marks of what it is cited from."""
        for citation in citations:
            cited = UrlCitationOut(
                start_index=self._length,
                end_index=self._length + len(text),
                url=self.root + citation.url,
                title=citation.title or self._untitled,
            )
            self.annotations.append(AnnotationOut(url_citation=cited))
        self.write(text + "".join(f"[{citation.n}]" for citation in citations))


def content(answer: AskOut, language: Language, root: str, composition: Composition | None = None) -> Content:
    """``root`` is the address of the service, without a slash at its end: links have to work in another window.

    With a composition its sentences come first, said to be a language model's, and the quotations below them.
    """
    say = texts(CHAT, language)
    writer = _Writer(root, say["untitled"])
    sources = list(answer.citations)
    if answer.answer is None:
        _tell_nothing_found(writer, answer, say)
        return Content(tuple(writer.pieces), ())
    if composition is not None and composition.sentences:
        cited = {citation.n: citation for citation in composition.numbered(len(sources))}
        for sentence in composition.sentences:
            writer.cite(sentence.text, [cited[len(sources) + n] for n in sentence.citations])
        writer.write("\n\n" + say["composed"].format(model=composition.model) + "\n")
        sources.extend(cited.values())
    elif composition is not None and composition.failure is not None:
        writer.write(say["not_composed"].format(note=composition.failure.message(language)) + "\n")
    quoted = {citation.n: citation for citation in answer.citations}
    for quote in answer.answer.sentences:
        writer.cite(quote.text, [quoted[quote.citation]])
    lines = (f"[{source.n}] {_byline(source, say)} {root}{source.url}" for source in sources)
    writer.write("\n\n" + say["sources"] + "\n" + "\n".join(lines))
    return Content(tuple(writer.pieces), tuple(writer.annotations))


def spoken(message: str) -> str:
    """What a message of ours quotes, without what stands around it: the answer as it is handed back as history.

    >>> spoken("图书馆八点半开门。[1]\\n\\n出处：\\n[1] 周口日报 http://127.0.0.1:8000/articles/a#c0-9")
    '图书馆八点半开门。'
    """
    for language in LANGUAGES:
        say = texts(CHAT, language)
        if message.startswith(say["no_answer"]):
            return ""
        message = message.rpartition("\n\n" + say["sources"] + "\n")[0] or message
        for label in ("composed", "not_composed"):
            before, after = re.split(r"\{\w+\}", say[label], maxsplit=1)
            head, found, rest = message.rpartition(before)
            if found and after + "\n" in rest and (label == "composed" or not head):
                message = rest.partition(after + "\n")[2]
    return _MARK.sub("", message).strip()


def _tell_nothing_found(writer: _Writer, answer: AskOut, say: dict[str, str]) -> None:
    writer.write(say["no_answer"])
    if answer.missing_terms:
        writer.write(say["missing_terms"].format(terms=" ".join(answer.missing_terms)))
    if not answer.passages:
        writer.write(say["what_for"])
        return
    near = answer.passages[:NEAR_SHOWN]
    lines = (f"- {_byline(passage, say)} {writer.root}{passage.url}" for passage in near)
    writer.write("\n\n" + say["near"] + "\n" + "\n".join(lines))


def _byline(shown: CitationOut | PassageOut, say: dict[str, str]) -> str:
    page = say["page_number"].format(page=shown.page) if shown.page else None
    parts = (shown.source, shown.date, page, shown.title or say["untitled"], shown.author)
    return " · ".join(part for part in parts if part)
