"""What an article is, where its own marks tell: news, commentary, a photo's caption, a piece from another page."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain

from retriever.domain import Kind
from retriever.newspaper import signs
from retriever.newspaper.blocks import without_signature
from retriever.newspaper.pieces import Piece
from retriever.newspaper.scripts import both_scripts

_LONGEST_CAPTION_CHARS = 350
_PHOTO = re.compile(both_scripts("(?:摄|摄影|摄影报道|供图|制图|资料照片)[）)]?$"))
_REPORTER = re.compile(both_scripts("记者|通讯员|报道组|实习生"))
_COLUMN = "评论|社论|社评|短评|时评|快评|锐评|微评|漫评|论坛|观点|杂谈|漫谈|今日谈"
_COMMENTATOR = re.compile(both_scripts("评论员|编辑部$"))
_COMMENT_LABEL = re.compile(both_scripts(f"^[【\\[(（]?[{signs.HAN}]{{0,4}}(?:{_COLUMN})(?:[】\\])）:：丨|]|$)"))
# An essay argues; a report under a bare name hardly has three of these.
_ARGUES = re.compile(
    both_scripts("笔者|必须|应当|应该|才能|只有|唯有|不能|关键|需要|意义|不妨|值得|何尝|呼吁|我们|然而|不仅")
)
_ARGUMENTS = 3
# A bullet opens an item as often as an article.
_LEAD = 3.0


def kind(piece: Piece) -> Kind | None:
    """The first row of the table that fits; ``None`` where nothing on the page says what it is."""
    return None if piece.is_undivided else next((kind for kind, fits in _KINDS if fits(piece)), None)


def _is_notice(piece: Piece) -> bool:
    return piece.is_notice


def _is_continuation(piece: Piece) -> bool:
    return any(block.jump_from for block in (*piece.bylines, *piece.text[:1]))


def _is_caption(piece: Piece) -> bool:
    """One short paragraph that a photographer signs."""
    if len(piece.text) != 1 or len(piece.text[0].text) > _LONGEST_CAPTION_CHARS:
        return False
    credited = any(_PHOTO.search(block.text) for block in piece.bylines)
    return credited or signs.CREDIT_AT_END.search(piece.text[0].text) is not None


def _is_commentary(piece: Piece) -> bool:
    if any(_COMMENTATOR.search(block.text) for block in piece.bylines):
        return True
    return any(_COMMENT_LABEL.match(block.text) for block in piece.heads) or _is_essay(piece)


def _is_essay(piece: Piece) -> bool:
    """Signed over the text with a name alone, and arguing."""
    first = piece.text[0]
    names = [block for block in piece.bylines if block.byline and block.byline.names and block.raw < first.raw]
    if not names or first.lead or any(_REPORTER.search(block.text) or _PHOTO.search(block.text) for block in names):
        return False
    arguments = set(chain.from_iterable(_ARGUES.findall(block.text) for block in piece.text))
    return len(arguments) >= _ARGUMENTS


def _is_news(piece: Piece) -> bool:
    first, last = piece.text[0], piece.text[-1]
    return bool(
        first.lead >= _LEAD
        or any(_REPORTER.search(block.text) or (block.byline and block.raw > first.raw) for block in piece.bylines)
        or signs.WIRE_AT_END.search(last.text)
        or any(block.jump_to for block in piece.bylines)
        or signs.JUMP_TO.search(last.text)
        or without_signature(last.text) != last.text
    )


_KINDS: tuple[tuple[Kind, Callable[[Piece], bool]], ...] = (
    ("notice", _is_notice),
    ("continuation", _is_continuation),
    ("photo", _is_caption),
    ("commentary", _is_commentary),
    ("news", _is_news),
)
