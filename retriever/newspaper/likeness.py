"""How much a headline shares with the text before it and after it: pairs of characters that both hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retriever.newspaper.blocks import Block
from retriever.newspaper.signs import HAN

_NOT_WORDS = re.compile(f"[^{HAN}0-9A-Za-z]+")
_LONGEST_HEAD_CHARS = 80
_REACH_CHARS, _REACH_BLOCKS = 2500, 40


@dataclass(frozen=True, slots=True)
class Likeness:
    """Share (0..1) of a line's character pairs that stand in the article text before it, and after it."""

    before: float
    after: float


_NONE = Likeness(0.0, 0.0)


def likenesses(blocks: Sequence[Block]) -> list[Likeness]:
    """For each block that could be a headline; 0 for all others."""
    texts = [_NOT_WORDS.sub("", block.text) for block in blocks]
    return [_likeness(blocks, texts, at) if _could_be_head(block) else _NONE for at, block in enumerate(blocks)]


def _could_be_head(block: Block) -> bool:
    return (
        len(block.text) <= _LONGEST_HEAD_CHARS
        and "。" not in block.text
        and not (block.byline and block.byline.sure >= 2)
    )


def _likeness(blocks: Sequence[Block], texts: Sequence[str], at: int) -> Likeness:
    words = texts[at]
    pairs = {words[i : i + 2] for i in range(len(words) - 1)}
    if not pairs:
        return _NONE
    before, after = _text_before(blocks, texts, at), _text_after(blocks, texts, at)
    return Likeness(_share(pairs, before), _share(pairs, after))


def shared(words: str, text: str) -> float:
    """Share (0..1) of the character pairs of ``words`` that ``text`` holds; letters and digits only.

    >>> shared("图书馆 开门", "市图书馆今天开门。")
    0.75
    """
    bare = _NOT_WORDS.sub("", words)
    pairs = {bare[at : at + 2] for at in range(len(bare) - 1)}
    return _share(pairs, _NOT_WORDS.sub("", text)) if pairs else 0.0


def _share(pairs: set[str], text: str) -> float:
    return sum(pair in text for pair in pairs) / len(pairs)


def _text_after(blocks: Sequence[Block], texts: Sequence[str], at: int) -> str:
    """The article text that follows, up to where another one surely starts."""
    found: list[str] = []
    size = 0
    for here in range(at + 1, min(at + 1 + _REACH_BLOCKS, len(blocks))):
        block = blocks[here]
        if not block.has_stop:
            if found and block.is_anchor:
                break
            continue
        if found and (block.lead or block.jump_from):
            break
        found.append(texts[here])
        size += len(texts[here])
        if size > _REACH_CHARS or block.core != block.text:
            break
    return "".join(found)


def _text_before(blocks: Sequence[Block], texts: Sequence[str], at: int) -> str:
    """The article text that precedes, back to where it surely started."""
    found: list[str] = []
    size = 0
    for here in range(at - 1, max(at - 1 - _REACH_BLOCKS, -1), -1):
        block = blocks[here]
        if not block.has_stop:
            if found and block.is_anchor:
                break
            continue
        if found and block.core != block.text:
            break
        found.append(texts[here])
        size += len(texts[here])
        if size > _REACH_CHARS or block.lead or block.jump_from:
            break
    return "".join(found)
