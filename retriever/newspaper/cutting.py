"""Which block plays which part: the best-scoring reading of a whole page, found by dynamic programming.

Each block gets points for each part (by its own form), each step from part to part costs or earns points (by the order
in which newspapers print things), and the reading with the most points wins. No single sign decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from statistics import median

from retriever.newspaper import signs
from retriever.newspaper.blocks import Block
from retriever.newspaper.likeness import Likeness, likenesses


class Part(IntEnum):
    """What a block is. U… belongs to an article that has no headline so far."""

    HEAD = 0  # headline over its article
    BYLINE = 1  # byline or "continued from" before the text, headline above
    U_BYLINE = 2
    FIRST = 3  # first paragraph
    U_FIRST = 4
    TEXT = 5  # further paragraphs
    U_TEXT = 6
    SUBHEAD = 7
    U_SUBHEAD = 8
    SIGNED = 9  # byline, credit or jump after the text
    U_SIGNED = 10
    BELOW = 11  # headline under its article
    STRAY = 12  # a line of the page inside an article
    U_STRAY = 13
    PAGE = 14  # masthead, teaser, decoration: no article's


P = Part
_BODY = (P.FIRST, P.TEXT, P.SUBHEAD, P.STRAY, P.SIGNED)
_U_BODY = (P.U_FIRST, P.U_TEXT, P.U_SUBHEAD, P.U_STRAY, P.U_SIGNED)
_OPENING = (P.HEAD, P.U_BYLINE, P.U_FIRST, P.PAGE)
# An article that is left without a headline; a body paragraph that starts one without headline, byline or lead.
_UNTITLED, _UNANNOUNCED, _HEADED_ONLY = -1.5, -3.5, -2.0


def _steps() -> dict[Part, dict[Part, float]]:
    """What may come before each part, and what that step is worth."""
    ends_well = dict.fromkeys((P.FIRST, P.TEXT, P.SIGNED, P.BELOW), 0.0) | dict.fromkeys(
        (P.U_FIRST, P.U_TEXT, P.U_SIGNED), _UNTITLED
    )
    steps: dict[Part, dict[Part, float]] = {part: {} for part in Part}
    for opening in _OPENING:
        steps[opening] |= ends_well | {P.PAGE: 0.0}
    steps[P.U_FIRST] = {part: points + _UNANNOUNCED for part, points in steps[P.U_FIRST].items()}
    steps[P.HEAD] |= {P.HEAD: -0.3, P.U_BYLINE: -2.5}
    steps[P.BYLINE] = {P.HEAD: 0.5, P.BYLINE: -0.5}
    steps[P.U_BYLINE] |= {P.U_BYLINE: -0.5}
    steps[P.FIRST] = {P.HEAD: _HEADED_ONLY, P.BYLINE: 1.0}
    steps[P.U_FIRST] |= {P.U_BYLINE: 1.0}
    for titled, (first, text, subhead, stray, signed) in ((True, _BODY), (False, _U_BODY)):
        steps[text] = {first: 0.0, text: 0.0, subhead: 0.0, stray: -0.5, signed: -2.5}
        steps[subhead] = {first: -0.5, text: -0.5, subhead: -1.5, stray: -1.0, signed: -4.0}
        steps[stray] = {first: -1.0, text: -1.0, stray: -0.3}
        steps[signed] = {first: 0.0, text: 0.0, signed: -0.3}
        if not titled:
            steps[P.BELOW] = {first: 0.0, text: 0.0, signed: 0.2, P.BELOW: -0.3}
    return steps


_STEPS = {part: tuple(before.items()) for part, before in _steps().items()}
_START = {P.HEAD: 0.0, P.U_BYLINE: 0.0, P.U_FIRST: _UNANNOUNCED, P.PAGE: 0.0}
_END = {P.U_FIRST: _UNTITLED, P.U_TEXT: _UNTITLED, P.U_SIGNED: _UNTITLED} | dict.fromkeys(
    (P.FIRST, P.TEXT, P.SIGNED, P.BELOW, P.PAGE), 0.0
)
_CONTINUES = frozenset({P.TEXT, P.U_TEXT, P.SUBHEAD, P.U_SUBHEAD, P.STRAY, P.U_STRAY})
_NEVER = -1e9
_LONGEST_CAPTION_CHARS = 350
# What a headline costs on the side of its text where this page does not print them.
_AGAINST_HABIT = -1.2


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of all blocks, and the points of the reading."""

    parts: tuple[Part, ...]
    points: float


def read_page(blocks: Sequence[Block]) -> Reading:
    """The better of the two habits: headlines over their texts, or under them."""
    if not blocks:
        return Reading((), 0.0)
    likeness = likenesses(blocks)
    wide = max(3, median(block.gap for block in blocks) + 2)
    unannounced = _habit(blocks)
    points = [
        _points(block, like, before, after, wide_gap=block.gap >= wide, unannounced=unannounced)
        for block, like, before, after in zip(blocks, likeness, (None, *blocks[:-1]), (*blocks[1:], None), strict=True)
    ]
    over = _best([row | {P.BELOW: row[P.BELOW] + _AGAINST_HABIT} for row in points])
    under = _best([row | {P.HEAD: row[P.HEAD] + _AGAINST_HABIT} for row in points])
    return max(over, under, key=lambda reading: reading.points)


def _best(points: Sequence[dict[Part, float]]) -> Reading:
    """Viterbi: for each block and part the best way to get there."""
    best = {part: _START.get(part, _NEVER) + points[0][part] for part in Part}
    ways: list[dict[Part, Part]] = []
    for row in points[1:]:
        came: dict[Part, Part] = {}
        now: dict[Part, float] = {}
        for part, before in _STEPS.items():
            score, came[part] = max(((best[other] + step, other) for other, step in before))
            now[part] = score + row[part]
        ways.append(came)
        best = now
    last = max(Part, key=lambda part: best[part] + _END.get(part, _NEVER))
    total, parts = best[last] + _END.get(last, _NEVER), [last]
    for came in reversed(ways):
        parts.append(came[parts[-1]])
    return Reading(tuple(reversed(parts)), total)


def _points(
    block: Block, like: Likeness, before: Block | None, after: Block | None, *, wide_gap: bool, unannounced: float
) -> dict[Part, float]:
    """The points of one block for each part it could play."""
    text, head = _text_form(block), _head_form(block)
    opens = _opens(block) + _caption(block, after, wide_gap)
    alone = 0.0 if opens or (before is not None and before.byline) else unannounced
    closed = _closed(before) + (0.8 if wide_gap else 0.0)
    byline = block.byline.sure if block.byline else -6.0
    signed = 5.0 if block.jump_to else max(byline, _credit(block))
    announced = 6.0 if block.jump_from and len(block.text) < 20 else byline
    stray = block.noise - 1.0 if block.noise else -6.0
    subhead = _subhead_form(block, head) - closed
    further = text - opens - closed
    return {
        P.HEAD: head + 5 * like.after - 2.5 * like.before - 1.0 + 0.7 * closed,
        P.BELOW: head + 5 * like.before - 2.5 * like.after - 1.0,
        P.SUBHEAD: subhead,
        P.U_SUBHEAD: subhead,
        P.BYLINE: announced,
        P.U_BYLINE: announced,
        P.FIRST: text + opens + alone,
        P.U_FIRST: text + opens + alone + 0.7 * closed,
        P.TEXT: further,
        P.U_TEXT: further,
        P.SIGNED: signed,
        P.U_SIGNED: signed,
        P.STRAY: stray,
        P.U_STRAY: stray,
        P.PAGE: block.noise + min(0.0, -text / 2) - (2.0 if block.byline else 0.0),
    }


def _habit(blocks: Sequence[Block]) -> float:
    """What an article without lead and byline is worth on a page where most have them, or none has."""
    openers = sum(bool(_opens(block) or (block.byline and block.byline.sure >= 2)) for block in blocks)
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


def _caption(block: Block, after: Block | None, wide_gap: bool) -> float:
    """What a photographer's credit says for a paragraph that stands for itself."""
    if len(block.text) > _LONGEST_CAPTION_CHARS or not block.has_stop:
        return 0.0
    if signs.CREDIT_AT_END.search(block.text):
        return 3.0
    if after is not None and _credit(after) > 0:
        return 1.2 + (1.5 if wide_gap else 0.0) + (0.5 if signs.TIME_START.match(block.text) else 0.0)
    return 0.0


def _credit(block: Block) -> float:
    """A photographer's credit, or an agency's, on a line of its own."""
    return 3.0 if len(block.text) <= 30 and re.search("(?:摄|摄影报道|供图|资料照片)[）)]?$", block.text) else -6.0
