"""Printed lines become blocks: a paragraph with its column cuts closed, or one line of a headline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from retriever.newspaper import signs
from retriever.newspaper.blocks import MARK_ENDS, SENTENCE_ENDS, Block
from retriever.newspaper.lines import Line

_COMMA_END = re.compile("[，,、；;：:—(（“‘《]$")
_SPEAKS = re.compile("(?:表示|认为|强调|指出|介绍|说|称|告诉记者|要求)[，,：:]")
_STARTS_INSIDE = re.compile(f"[{signs.HAN}]?[。？！?!，,、；;”）)》]")
_OPENS_PARAGRAPH = re.compile("[0-9]{1,2}月[0-9]{1,2}日|近日|日前|昨[日天]|连日来|近年来|今年以来|下一步|目前")
_LONG_CHARS = 45  # a line this long is text; headlines are shorter
_SOME_TEXT_CHARS = 25
_LEAD_ALONE_CHARS = 12
_MOST_HEAD_LINES, _MOST_LINES_AFTER = 5, 3
_MAY_END = MARK_ENDS | SENTENCE_ENDS
_ENDS_WITH_ITS_LINE = (
    0.75  # a sentence that ends this near to the end of its line does not tell whether its paragraph ends
)
_FRAGMENT = 1.0  # points from which a short line is taken for a piece of a sentence


def blocks(page: str, lines: Sequence[Line]) -> list[Block]:
    """The blocks of a page, in order; each line stands in exactly one."""
    singles = _Singles(page, lines)
    separate = [block for group in _groups(lines, singles) for block in _paragraph_or_lines(singles, group)]
    # Where blank lines part all else, two lines without one are two halves of a headline.
    return _with_whole_headlines(page, separate) if lines and median(line.gap for line in lines) else separate


class _Singles:
    """Each line as a block of its own, made when it is asked for: few lines inside a paragraph ever are."""

    def __init__(self, page: str, lines: Sequence[Line]) -> None:
        self._page, self._lines = page, lines
        self._made: dict[int, Block] = {}

    def __getitem__(self, at: int) -> Block:
        block = self._made.get(at)
        if block is None:
            block = self._made[at] = _block(self._page, (self._lines[at],))
        return block

    def merged(self, group: range) -> Block:
        """Several lines as one block."""
        return self[group[0]] if len(group) == 1 else _block(self._page, self._lines[group.start : group.stop])


def _groups(lines: Sequence[Line], singles: _Singles) -> Iterator[range]:
    """Lines that read as one paragraph, by their places."""
    if not lines:
        return
    start = 0
    for at, (line, following) in enumerate(pairwise(lines), start=1):
        if not (_is_plainly_inside(line, following) or _goes_on(singles, range(start, at))):
            yield range(start, at)
            start = at
    yield range(start, len(lines))


def _is_plainly_inside(line: Line, following: Line) -> bool:
    """What :func:`_goes_on` would find too, by single characters alone: so it is with most lines of a column."""
    if not (line.is_full and following.is_full and 0 < line.measure >= following.width - 3 and line.is_plain):
        return False
    text = following.text
    return not (line.text[-1] in _MAY_END or text[0] in signs.LEAD_FIRST or "（" in text or "(" in text or "版" in text)


def _goes_on(singles: _Singles, group: range) -> bool:
    """Whether the next line continues the paragraph ``group`` across a column cut."""
    last, block = singles[group.stop - 1], singles[group.stop]
    is_mid_column = _is_mid_column(last, block)
    if is_mid_column and len(group) > 1:
        return True
    line = last.lines[0]
    is_column = 0 < line.measure >= line.width - 3
    # A sentence that ends before its line does ends its paragraph.
    if last.ended and not (is_column and line.width >= line.measure - _ENDS_WITH_ITS_LINE):
        return False
    if not is_mid_column and (block.is_anchor or (last.is_anchor and not last.lead)):
        return False
    if is_column:
        return _goes_on_in_column(singles, group)
    before = singles[group.start - 1] if group.start else None
    return _goes_on_in_paragraphs(last, block, before, starts=len(group) == 1)


def _ended_over_lines(group: Sequence[Block]) -> bool:
    """Whether lines together end a text: a signature or an editor's code may itself be cut in two."""
    text = "".join(block.text for block in group)
    return Block(group[-1].lines, text, text).ended


def _is_mid_column(last: Block, block: Block) -> bool:
    """Whether two full lines follow each other inside a sentence: a name or a date there is not a byline or a masthead."""
    line, following = last.lines[0], block.lines[0]
    return bool(
        line.measure and line.is_full and following.is_full and not (last.ended or block.lead or block.jump_from)
    )


def _goes_on_in_column(singles: _Singles, group: range) -> bool:
    """A full line goes on in the next, whatever its last character is; a short one only inside a sentence."""
    last, block = singles[group.stop - 1], singles[group.stop]
    line, following = last.lines[0], block.lines[0]
    if following.width > line.measure + 3:
        return False
    if not last.ended:
        if len(group) == 1 and last.has_clauses and not (last.lead or last.has_stop):
            return False
        if line.is_full or last.lead or last.has_stop or _COMMA_END.search(line.text):
            return True
        return len(group) > 2 and not _ended_over_lines([singles[at] for at in group[-3:]])
    is_text = (following.is_full or block.ended) and not _OPENS_PARAGRAPH.match(following.text)
    return last.core == last.text and is_text and line.width >= line.measure - _ENDS_WITH_ITS_LINE


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


def _paragraph_or_lines(singles: _Singles, group: range) -> Iterator[Block]:
    """One paragraph; or, where no sentence ends in it, the lines of a headline group that looked like one."""
    first, size = singles[group[0]], len(group)
    if size == 1:
        yield first
        return
    cut = size if not first.lines[0].measure or first.lead else size - _headlines_after(singles, group)
    if cut:
        yield singles.merged(group[:cut])
    yield from (singles[at] for at in group[cut:])


def _headlines_after(singles: _Singles, group: range) -> int:
    """How many lines at the end of a paragraph are none of it."""
    last = next((at for at in reversed(group) if singles[at].has_stop or singles[at].ended), None)
    if last is None:
        return len(group) if len(group) <= _MOST_HEAD_LINES else 0
    # Lines after a sentence that ended with its line are a headline, unless there are more of them than headlines have.
    after = group[-1] - last
    return after if 0 < after <= _MOST_LINES_AFTER and singles[last].ended else 0


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
    return group[0] if len(group) == 1 else _block(page, [line for block in group for line in block.lines])


def _block(page: str, lines: Sequence[Line]) -> Block:
    return Block(tuple(lines), "".join([line.text for line in lines]), page[lines[0].raw[0] : lines[-1].raw[1]])
