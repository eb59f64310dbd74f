"""Which block plays which part, by general evidence scored together.

Each block gets points for each part by its own form, by what stands beside it, and by the words a headline shares with
the texts before and after it; :mod:`~retriever.newspaper.parts` adds the order. No single sign decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from retriever.newspaper import signs
from retriever.newspaper.blocks import Block
from retriever.newspaper.confidence import confidence
from retriever.newspaper.likeness import Likeness, likenesses, share_of_pairs
from retriever.newspaper.parts import Part, Points, Reading, best_reading

_LONGEST_CAPTION_CHARS = 350
_CREDIT = re.compile("(?:摄|摄影报道|供图|资料照片)[）)]?$")
# Paragraphs of one article share at least this many of their character pairs.
_SAME_STORY = 0.1
# What a headline costs on the side of its text where this page does not print them.
_AGAINST_HABIT = -1.2


def read_page(blocks: Sequence[Block]) -> Reading:
    """The better of the two habits: headlines over their texts, or under them."""
    if not blocks:
        return best_reading(())
    likeness = likenesses(blocks)
    wide = max(3, median(block.gap for block in blocks) + 2)
    unannounced = _habit(blocks)
    points = [
        _points(block, like, before, after, wide_gap=block.gap >= wide, unannounced=unannounced)
        for block, like, before, after in zip(blocks, likeness, (None, *blocks[:-1]), (*blocks[1:], None), strict=True)
    ]
    best = best_reading(points)
    if Part.HEAD in best.parts and Part.BELOW in best.parts:  # neither habit reads it so: which does better?
        over, under = ([_against(row, part) for row in points] for part in (Part.BELOW, Part.HEAD))
        best, points = max(((best_reading(rows), rows) for rows in (over, under)), key=lambda read: read[0].points)
    return replace(best, confidence=confidence(points, best.parts, [len(block.text) for block in blocks]))


def _against(row: Points, part: Part) -> Points:
    """The points of a block on a page that does not print headlines in that place."""
    return [*row[:part], row[part] + _AGAINST_HABIT, *row[part + 1 :]]


def _points(
    block: Block, like: Likeness, before: Block | None, after: Block | None, *, wide_gap: bool, unannounced: float
) -> Points:
    """The points of one block for each part it could play."""
    text, head = _text_form(block), _head_form(block)
    opens = _opens(block) + _caption(block, before, after, wide_gap)
    alone = 0.0 if opens or (before is not None and before.byline) else unannounced
    closed = _closed(before) + (0.8 if wide_gap else 0.0)
    byline = block.byline.sure if block.byline else -6.0
    announced = 6.0 if block.jump_from and len(block.text) < 20 else byline
    stray = block.noise - 1.0 if block.noise else -6.0
    subhead = _subhead_form(block, head) - closed
    further = text - opens - closed
    first, signature = text + opens + alone, max(byline, 5.0 if block.jump_to else _credit(block))
    headline = head - 1.0
    return [  # in the order of Part
        headline + 5 * like.after - 2.5 * like.before + 0.7 * closed,  # HEAD
        announced,  # BYLINE
        announced,
        first,  # FIRST
        first + 0.7 * closed,
        further,  # TEXT
        further,
        subhead,  # SUBHEAD
        subhead,
        signature,  # SIGNED
        signature,
        headline + 5 * like.before - 2.5 * like.after,  # BELOW
        stray,  # STRAY
        stray,
        block.noise + min(0.0, -text / 2) - (2.0 if block.byline else 0.0) - block.lead,  # PAGE
    ]


def _habit(blocks: Sequence[Block]) -> float:
    """What an article without lead and byline is worth on a page where most have them, or none has."""
    openers = sum(bool(_opens(block) >= 3 or (block.byline and block.byline.sure >= 2)) for block in blocks)
    return 1.2 if openers == 0 else -1.2 if openers > 2 else 0.0


def _text_form(block: Block) -> float:
    """Sentences, and many of them."""
    size = len(block.core)
    points = 2.0 if block.ended else -1.5
    points += 1.5 if block.has_stop else 0.0
    points += 2.0 if size >= 60 else 0.5 if size >= 30 else -0.5
    if block.noise or block.jump_to or (block.jump_from and size < 20):
        points -= 3.0
    if block.byline and block.byline.sure >= 2:
        points -= 4.0
    return points


def _head_form(block: Block) -> float:
    """Short, without the end of a sentence."""
    size, text = len(block.text), block.text
    if "。" in text or size > 80:
        return -9.0
    points = 0.3 if size <= 36 else -0.5 if size <= 60 else -2.0
    points += 1.0 if block.has_clauses else 0.0
    points -= 0.7 if block.has_stop else 0.0
    points += 1.5 if signs.DASHES.match(text) and size > 4 else 0.0
    points += 3.0 if block.printed.lstrip().startswith("#") else 0.0
    points -= 3.0 if text[-1:] in "，,、；;：:。" else 0.0
    points -= 0.7 if signs.TIME_START.match(text) else 0.0
    points -= 4.0 if block.ended and text[-1:] not in "！？!?”…" else 0.0
    points -= 1.5 if size <= 3 else 0.0
    points -= block.noise
    points -= 5.0 if block.jump_to or block.jump_from or block.lead else 0.0
    if block.byline:
        points -= block.byline.sure
    return points


def _subhead_form(block: Block, head: float) -> float:
    size = len(block.text)
    return (
        min(head, 1.5)
        + (0.8 if size <= 16 else 0.0 if size <= 22 else -1.5)
        - (2.0 if signs.DASHES.match(block.text) else 0.0)
    )


def _opens(block: Block) -> float:
    """What its first words say for the start of an article."""
    return block.lead or (5.0 if block.jump_from else 0.0)


def _closed(block: Block | None) -> float:
    """What the end of the block before says for the end of its article."""
    if block is None:
        return 0.0
    if block.core != block.text:
        return 2.5
    return 0.0


def _caption(block: Block, before: Block | None, after: Block | None, wide_gap: bool) -> float:
    """What a photographer's credit says for a paragraph that stands for itself."""
    if len(block.text) > _LONGEST_CAPTION_CHARS or not block.has_stop:
        return 0.0
    if block.core != block.text and signs.CREDIT_AT_END.search(block.text):
        return 3.0
    if after is not None and _credit(after) > 0:
        apart = before is None or _likeness_of_texts(block, before) < _SAME_STORY
        return 1.2 + 1.5 * (wide_gap + apart) + (0.5 if signs.TIME_START.match(block.text) else 0.0)
    return 0.0


def _likeness_of_texts(one: Block, other: Block) -> float:
    """The shorter text's share: a long paragraph has much that a short one cannot have."""
    return max(share_of_pairs(one.words, other.words), share_of_pairs(other.words, one.words))


def _credit(block: Block) -> float:
    """A photographer's credit, or an agency's, on a line of its own."""
    return 3.0 if block.text[-1] in "摄道图片）)" and len(block.text) <= 30 and _CREDIT.search(block.text) else -6.0
