"""Who wrote an article: from the bylines around it, its lead, and what is set after its last sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retriever.newspaper import signs
from retriever.newspaper.blocks import Block
from retriever.newspaper.bylines import Byline, read_byline

_LEAD_BRACKETS = re.compile(r"[（(【](?P<inside>[^（）()【】]{2,80})[）)】]")
_LEAD_REACH_CHARS = 90
_SIGNATURE_REACH_CHARS = 200
_WRITER = re.compile("[记記]者|通[讯訊][员員]|[实實][习習]生")
_INLINE_SYMBOL = re.compile(
    rf"^[□■◇◆○●◎☆★▲△]\s*(?P<inside>[^，。,]{{0,12}}(?:记者|通讯员)\s*(?:[{signs.HAN}]{{2,4}}[ 　、]?){{1,5}})"
)


def author(bylines: Sequence[Block], text: Sequence[Block]) -> str | None:
    """Names joined with a space, as printed; an agency or 本报评论员 where no person is named; ``None`` where nobody is."""
    found = [byline for byline in (*_printed(bylines), *_inside(text)) if byline]
    names = list(dict.fromkeys(name for byline in found for name in byline.names))
    if names:
        return " ".join(names)
    unnamed = next((byline.printed for byline in found if byline.printed), None)
    return unnamed or _agency(text)


def _printed(bylines: Sequence[Block]) -> Iterator[Byline | None]:
    return (block.byline for block in bylines)


def _inside(text: Sequence[Block]) -> Iterator[Byline | None]:
    if not text:
        return
    opening = text[0].printed[: 2 * _LEAD_REACH_CHARS].replace("\n", "")[:_LEAD_REACH_CHARS]
    brackets = _LEAD_BRACKETS.search(opening)
    if brackets and _WRITER.search(re.sub(r"\s", "", brackets["inside"])):
        yield read_byline(brackets["inside"])
    if (symbol := _INLINE_SYMBOL.match(opening)) is not None:
        yield read_byline(symbol["inside"])
    last = text[-1]
    ending = signs.JUMP_TO.sub("", signs.EDITOR_CODE.sub("", last.text[-_SIGNATURE_REACH_CHARS:]))
    if (signature := signs.PAREN_AT_END.search(ending)) is not None:
        byline = read_byline(signature[0])
        if byline and byline.sure >= 3:
            yield byline
    elif (credit := signs.CREDIT_AT_END.search(ending)) is not None:
        printed = last.printed.rstrip()
        yield read_byline(re.split("[。！？…”）)]", printed)[-1] or credit["credit"])


def _agency(text: Sequence[Block]) -> str | None:
    match = signs.AGENCY_AT_START.match(text[0].text) if text and text[0].lead else None
    return match["agency"] if match else None
