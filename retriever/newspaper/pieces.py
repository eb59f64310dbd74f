"""The blocks of a page, grouped by the parts they play: one piece for each article and for each run of notices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from retriever.newspaper import signs
from retriever.newspaper.blocks import Block
from retriever.newspaper.likeness import shared
from retriever.newspaper.parts import STARTS, TEXTS, Part

_HEADS = frozenset({Part.HEAD, Part.BELOW})
_BYLINES = frozenset({Part.BYLINE, Part.U_BYLINE, Part.SIGNED, Part.U_SIGNED})
_FURNITURE = frozenset({Part.PAGE, Part.STRAY, Part.U_STRAY})
# What a reader may ask for: words, a number to call, an address. Not the page's ornaments.
_TELLS = re.compile(rf"[{signs.HAN}]{{2}}|[0-9]{{5}}|[A-Za-z]{{4}}")

_SHORTEST_SLOGAN, _LONGEST_SLOGAN = 5, 40
_WIDE_GAP = 3  # blank lines
_SAME_WORDS = 0.3  # of a line's character pairs, in its article


@dataclass(frozen=True, slots=True)
class Piece:
    """The blocks of one article."""

    heads: tuple[Block, ...]
    bylines: tuple[Block, ...]
    text: tuple[Block, ...]
    is_notice: bool = False  # masthead, teaser, hotline
    is_undivided: bool = False  # a page that could not be cut, and may hold many articles

    @property
    def jumps(self) -> tuple[Block, ...]:
        """Lines that say nothing but where the text goes on, or where it comes from."""
        return tuple(block for block in self.bylines if block.jump_from or block.jump_to)

    @property
    def paragraphs(self) -> list[Block]:
        """What is printed of it but its headlines, in order: bylines are part of what readers ask for and quote."""
        said = (block for block in self.bylines if not (block.jump_from or block.jump_to))
        return sorted((*said, *self.text), key=lambda block: block.raw)


def with_slogans(blocks: Sequence[Block], parts: Sequence[Part]) -> list[Part]:
    """The same parts, but a series label over a headline group belongs to it, and so does its last line under a text."""
    found = list(parts)
    for at in reversed(range(len(parts) - 1)):
        if found[at] is Part.PAGE and found[at + 1] is Part.HEAD and _is_slogan(blocks[at], blocks[at + 1]):
            found[at] = Part.HEAD
    for at in range(1, len(parts)):
        if found[at] is Part.PAGE and found[at - 1] is Part.BELOW and _is_slogan(blocks[at], blocks[at]):
            text = "".join(block.text for block in _article_before(blocks, found, at))
            found[at] = Part.BELOW if shared(blocks[at].text, text) >= _SAME_WORDS else Part.PAGE
    return found


def _is_slogan(block: Block, following: Block) -> bool:
    """Words like a headline's, and no wide gap before what they stand over."""
    is_line = not (block.noise or block.byline or block.ended) and following.gap < _WIDE_GAP
    return is_line and _SHORTEST_SLOGAN <= len(block.text) <= _LONGEST_SLOGAN


def _article_before(blocks: Sequence[Block], parts: Sequence[Part], at: int) -> Iterator[Block]:
    for back in range(at - 1, -1, -1):
        if parts[back] in TEXTS:
            yield blocks[back]
        if parts[back] in STARTS:
            return


def articles_and_notices(blocks: Sequence[Block], parts: Sequence[Part]) -> list[Piece]:
    """Every piece of a newspaper page, in the order of its text."""
    found = [*article_pieces(blocks, parts), *_notices(blocks, parts)]
    return sorted(found, key=lambda piece: piece.paragraphs[0].raw)


def article_pieces(blocks: Sequence[Block], parts: Sequence[Part]) -> Iterator[Piece]:
    group: list[tuple[Block, Part]] = []
    for block, part in zip(blocks, parts, strict=True):
        if part in STARTS and any(other in TEXTS for _, other in group):
            yield _piece(group)
            group = []
        if part is not Part.PAGE:
            group.append((block, part))
    if group:
        yield _piece(group)


def as_document(blocks: Sequence[Block], parts: Sequence[Part]) -> Piece:
    """The one piece of a file that is no newspaper page: what would be page furniture there is part of it here."""
    first = next((at for at, part in enumerate(parts) if part in TEXTS), None)
    if first is None:
        return undivided(blocks)
    group = [
        (block, part if part is not Part.PAGE else Part.HEAD if at < first else Part.TEXT)
        for at, (block, part) in enumerate(zip(blocks, parts, strict=True))
    ]
    return _piece(group)


def undivided(blocks: Sequence[Block]) -> Piece:
    """All that is printed as one text, headlines included."""
    return Piece((), (), tuple(blocks), is_undivided=True)


def _notices(blocks: Sequence[Block], parts: Sequence[Part]) -> Iterator[Piece]:
    """Mastheads, teasers and hotlines are no article's, but nothing that is printed is lost: each run of them is its own."""
    for furniture, run in groupby(zip(blocks, parts, strict=True), key=lambda pair: pair[1] in _FURNITURE):
        told = tuple(block for block, _ in run if _TELLS.search(block.text))
        if furniture and told:
            yield Piece((), (), told, is_notice=True)


def _piece(group: Sequence[tuple[Block, Part]]) -> Piece:
    def having(parts: frozenset[Part]) -> tuple[Block, ...]:
        return tuple(block for block, part in group if part in parts)

    return Piece(having(_HEADS), having(_BYLINES), having(TEXTS))
