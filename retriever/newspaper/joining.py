"""Printed lines become blocks: a paragraph with its column cuts closed, or one line of a headline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from retriever.newspaper import signs
from retriever.newspaper.blocks import Block
from retriever.newspaper.lines import Line

_COMMA_END = re.compile("[，,、；;：:—(（“‘《]$")
_SPEAKS = re.compile("(?:表示|认为|强调|指出|介绍|说|称|告诉记者|要求)[，,：:]")
_STARTS_INSIDE = re.compile(f"[{signs.HAN}]?[。？！?!，,、；;”）)》]")
_OPENS_PARAGRAPH = re.compile("[0-9]{1,2}月[0-9]{1,2}日|近日|日前|昨[日天]|连日来|近年来|今年以来|下一步|目前")
_LONG_CHARS = 45  # a line this long is text; headlines are shorter
_SOME_TEXT_CHARS = 25
_LEAD_ALONE_CHARS = 12
_MOST_HEAD_LINES = 5
_FRAGMENT = 1.0  # points from which a short line is taken for a piece of a sentence


def blocks(page: str, lines: Sequence[Line]) -> list[Block]:
    """The blocks of a page, in order; each line stands in exactly one."""
    singles = [Block((line,), line.text, page[line.raw[0] : line.raw[1]]) for line in lines]
    joined: list[list[Block]] = []
    for single in singles:
        before = joined[-2][-1] if len(joined) > 1 else None
        if joined and _goes_on(joined[-1], single, before):
            joined[-1].append(single)
        else:
            joined.append([single])
    separate = [block for group in joined for block in _paragraph_or_lines(page, group)]
    # Where blank lines part all else, two lines without one are two halves of a headline.
    return _with_whole_headlines(page, separate) if lines and median(line.gap for line in lines) else separate


def _goes_on(group: Sequence[Block], block: Block, before: Block | None) -> bool:
    """Whether ``block`` continues the paragraph ``group`` across a column cut."""
    last = group[-1]
    is_mid_column = _is_mid_column(last, block)
    if is_mid_column and len(group) > 1:
        return True
    if not is_mid_column and (block.is_anchor or (last.is_anchor and not last.lead)):
        return False
    if last.lines[-1].measure and last.lines[-1].width <= last.lines[-1].measure + 3:
        return _goes_on_in_column(group, block)
    return _goes_on_in_paragraphs(last, block, before, starts=len(group) == 1)


def _ended_over_lines(group: Sequence[Block]) -> bool:
    """Whether the last lines together end a text: a signature or an editor's code may itself be cut in two."""
    text = "".join(block.text for block in group[-3:])
    return Block(group[-1].lines, text, text).ended


def _is_mid_column(last: Block, block: Block) -> bool:
    """Whether two full lines follow each other inside a sentence: a name or a date there is not a byline or a masthead."""
    line, following = last.lines[0], block.lines[0]
    return bool(
        line.measure and line.is_full and following.is_full and not (last.ended or block.lead or block.jump_from)
    )


def _goes_on_in_column(group: Sequence[Block], block: Block) -> bool:
    """A full line goes on in the next, whatever its last character is; a short one only inside a sentence."""
    last = group[-1]
    line, following = last.lines[0], block.lines[0]
    if following.width > line.measure + 3:
        return False
    if not last.ended:
        if len(group) == 1 and last.has_clauses and not (last.lead or last.has_stop):
            return False
        if line.is_full or last.lead or last.has_stop or _COMMA_END.search(line.text):
            return True
        return len(group) > 2 and not _ended_over_lines(group)
    is_text = (following.is_full or block.ended) and not _OPENS_PARAGRAPH.match(following.text)
    return last.core == last.text and is_text and line.width >= line.measure - 0.75


def _goes_on_in_paragraphs(last: Block, block: Block, before: Block | None, *, starts: bool) -> bool:
    if last.ended or last.core != last.text:
        return False
    is_text = len(block.text) >= _SOME_TEXT_CHARS or block.ended or block.has_stop
    if last.lead and len(last.text) <= _LEAD_ALONE_CHARS:
        return is_text
    if _COMMA_END.search(last.text):
        ends_list_item = last.text[-1] in "：:；;" and signs.ENUMERATOR.match(block.text)
        return is_text and not ends_list_item
    if (len(last.text) >= _LONG_CHARS and not _is_long_headline(last)) or last.has_stop:
        return is_text or block.text[:1] in "，。、；”）"
    return is_text and starts and _fragment(last, block, before) >= _FRAGMENT


def _is_long_headline(block: Block) -> bool:
    return block.has_clauses and not block.has_stop and len(block.text) <= 75


def _fragment(last: Block, block: Block, before: Block | None) -> float:
    """How much a short line without an end looks like a sentence that was cut, not like a headline."""
    text, comma = last.text, "，" in last.text or "," in last.text
    score = 0.0
    if signs.TIME_START.match(text):
        score += 2.0 if comma else 1.0
    score += 1.0 * bool(_SPEAKS.search(text))
    score += 0.5 * (comma and len(text) >= 20) + 0.5 * (len(text) >= 26) - 0.5 * (len(text) <= 16)
    score += 2.0 * bool(_STARTS_INSIDE.match(block.text))
    score -= last.has_clauses + (block.gap >= 3) + (last.gap >= 3)
    if before is None or before.core != before.text:
        score -= 1.0
    elif not before.ended and not before.byline:
        score -= 0.5
    return score


def _paragraph_or_lines(page: str, group: Sequence[Block]) -> Iterator[Block]:
    """One paragraph; or, where no sentence ends in it, the lines of a headline group that looked like one."""
    if len(group) == 1 or not group[0].lines[0].measure or group[0].lead:
        yield _merged(page, group)
        return
    size = len(group)
    ends = [at for at, block in enumerate(group) if block.has_stop or block.ended]
    after = size - 1 - ends[-1] if ends else size
    # Lines after a sentence that ended with its line are a headline, unless there are more of them than headlines have.
    are_heads = 0 < after <= 3 and group[ends[-1]].ended if ends else size <= _MOST_HEAD_LINES
    cut = size - after if are_heads else size
    if cut:
        yield _merged(page, group[:cut])
    yield from group[cut:]


def _with_whole_headlines(page: str, separate: Sequence[Block]) -> list[Block]:
    whole: list[list[Block]] = []
    for block in separate:
        if block.gap == 0 and whole and whole[-1][-1].noise < 3 and _is_half(whole[-1][-1]) and _is_half(block):
            whole[-1].append(block)
        else:
            whole.append([block])
    return [_merged(page, group) for group in whole]


def _is_half(block: Block) -> bool:
    return not (block.has_stop or block.ended or block.byline or block.lead or len(block.text) > _LONG_CHARS)


def _merged(page: str, group: Sequence[Block]) -> Block:
    if len(group) == 1:
        return group[0]
    lines = tuple(line for block in group for line in block.lines)
    return Block(lines, "".join(line.text for line in lines), page[lines[0].raw[0] : lines[-1].raw[1]])
