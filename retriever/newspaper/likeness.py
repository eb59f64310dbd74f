"""How much a headline shares with the text before it and after it: pairs of characters that both hold."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial

from retriever.newspaper.blocks import Block, words_of

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
    stops = [at for at, block in enumerate(blocks) if block.has_stop]
    # Lines that stand together have the same text before and after them.
    before, after = cache(partial(_text_before, blocks)), cache(partial(_text_after, blocks))
    found = [_NONE] * len(blocks)
    for at, block in enumerate(blocks):
        if _could_be_head(block) and (pairs := pairs_of(block.words)):
            last, following = bisect_left(stops, at) - 1, bisect_right(stops, at)
            found[at] = Likeness(
                _share(pairs, before(stops[last])) if last >= 0 else 0.0,
                _share(pairs, after(stops[following])) if following < len(stops) else 0.0,
            )
    return found


def _could_be_head(block: Block) -> bool:
    return (
        len(block.text) <= _LONGEST_HEAD_CHARS
        and "。" not in block.text
        and not (block.byline and block.byline.sure >= 2)
    )


def shared(words: str, text: str) -> float:
    """Share (0..1) of the character pairs of ``words`` that ``text`` holds; letters and digits only.

    >>> shared("图书馆 开门", "市图书馆今天开门。")
    0.75
    """
    return share_of_pairs(words_of(words), words_of(text))


def share_of_pairs(words: str, text: str) -> float:
    """The same of words without anything between them."""
    pairs = pairs_of(words)
    return _share(pairs, text) if pairs else 0.0


def pairs_of(words: str) -> set[str]:
    return {words[at : at + 2] for at in range(len(words) - 1)}


def _share(pairs: set[str], text: str) -> float:
    return sum([pair in text for pair in pairs]) / len(pairs)


def _text_after(blocks: Sequence[Block], start: int) -> str:
    """The article text from one of its blocks, up to where another one surely starts."""
    found = [blocks[start].words]
    size = len(found[0])
    for here in range(start + 1, min(start + _REACH_BLOCKS, len(blocks))):
        if size > _REACH_CHARS or (blocks[here - 1].has_stop and blocks[here - 1].core != blocks[here - 1].text):
            break
        block = blocks[here]
        if (block.lead or block.jump_from) if block.has_stop else block.is_anchor:
            break
        if block.has_stop:
            found.append(block.words)
            size += len(block.words)
    return "".join(found)


def _text_before(blocks: Sequence[Block], end: int) -> str:
    """The article text up to one of its blocks, back to where it surely started."""
    found = [blocks[end].words]
    size = len(found[0])
    for here in range(end - 1, max(end - _REACH_BLOCKS, -1), -1):
        if size > _REACH_CHARS or (blocks[here + 1].has_stop and (blocks[here + 1].lead or blocks[here + 1].jump_from)):
            break
        block = blocks[here]
        if block.core != block.text if block.has_stop else block.is_anchor:
            break
        if block.has_stop:
            found.append(block.words)
            size += len(block.words)
    return "".join(found)
