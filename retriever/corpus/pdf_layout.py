"""From glyphs on a printed page to its text in reading order: column by column, under the headline that spans them.

Everything here is pure: points in, text out; ``y`` grows upwards as in PDF.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retriever.corpus import limits

_LOWEST = 0.1  # points: a box without height is still a character
_SAME_ROW_SHARE = 0.5  # of the lower one's height
_GAP_EMS = 0.8  # wider is a gutter, unless …
_SPACED_GAP_EMS = 2.2  # … the letters of a headline stand apart evenly
_WORD_GAP_EMS = 0.25
_LEADING_EMS = 1.2  # white between two lines of a column, at most
_INDENT_EMS = (1.4, 2.6)
_SIZE_RATIO = 1.3  # larger type is a headline
_SIZE_RATIO_SAME = 1.1
_UPRIGHT_SHARE = 0.5  # of steps from one glyph to the next; fewer: the page is set in vertical lines
_ENDS = tuple("。！？”」』…；：.!?")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box, in points."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, _LOWEST)


@dataclass(slots=True)
class _Line:
    """A run of glyphs in one row of one column."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    gap: float | None = None  # between its letters, in ems, where they stand apart

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, _LOWEST)

    def add(self, glyph: Glyph, gap: float) -> None:
        apart = gap > _WORD_GAP_EMS * self.height and not self.text[-1].isspace() and not glyph.text[0].isspace()
        self.text += (" " if apart else "") + glyph.text
        self.left, self.right = min(self.left, glyph.left), max(self.right, glyph.right)
        self.bottom, self.top = min(self.bottom, glyph.bottom), max(self.top, glyph.top)


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one column that follow each other closely."""

    lines: tuple[_Line, ...]
    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def of(cls, lines: Sequence[_Line]) -> _Block:
        return cls(
            tuple(lines),
            min(line.left for line in lines),
            min(line.bottom for line in lines),
            max(line.right for line in lines),
            max(line.top for line in lines),
        )


def text_of_glyphs(glyphs: Sequence[Glyph]) -> str:
    """Lines as printed, a blank line between blocks except where a sentence runs on into the next column."""
    lines = _lines(_upright(glyphs))
    blocks = [_Block.of(column) for column in _columns(lines)]
    ordered = _in_reading_order(blocks) if len(blocks) <= limits.PDF_BLOCKS else blocks
    pieces: list[str] = []
    for before, block in zip([None, *ordered], ordered, strict=False):
        if before:
            pieces.append("\n" if _runs_on(before, block) else "\n\n")
        pieces.append("\n".join(_printed(line, block) for line in block.lines))
    return "".join(pieces)


def _printed(line: _Line, block: _Block) -> str:
    """Two empty squares where a paragraph begins, whether they were typed or only left free."""
    left_free = (line.left - block.left) / line.height
    begins = not line.text[0].isspace() and _INDENT_EMS[0] < left_free < _INDENT_EMS[1]
    return ("\u3000\u3000" if begins else "") + line.text.rstrip()


def turned(glyphs: Sequence[Glyph], quarters: int) -> list[Glyph]:
    """The glyphs as they stand after so many quarter turns clockwise."""
    for _ in range(quarters % 4):
        glyphs = [Glyph(glyph.text, glyph.bottom, -glyph.right, glyph.top, -glyph.left) for glyph in glyphs]
    return list(glyphs)


def _upright(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    """Vertical lines, read from the right, become horizontal ones, read from the top."""
    steps = [(abs(two.left - one.left), abs(two.top - one.top)) for one, two in pairwise(glyphs)]
    if not steps or sum(across >= down for across, down in steps) >= _UPRIGHT_SHARE * len(steps):
        return glyphs
    return turned(glyphs, 3)


def _lines(glyphs: Sequence[Glyph]) -> list[_Line]:
    """In the order they were drawn in; then pieces of one row that touch are put together."""
    drawn: list[_Line] = []
    for glyph in glyphs:
        line = drawn[-1] if drawn else None
        gap = glyph.left - line.right if line else 0.0
        if line and _same_row(line, glyph) and -0.5 * line.height < gap and _near(line, gap):
            line.add(glyph, gap)
        else:
            drawn.append(_Line(glyph.text, glyph.left, glyph.bottom, glyph.right, glyph.top))
    joined: list[_Line] = []
    printed = (line for line in drawn if line.text.strip())
    for line in sorted(printed, key=lambda line: (-round(line.bottom), line.left)):
        last = joined[-1] if joined else None
        gap = line.left - last.right if last else 0.0
        if last and _same_row(last, line) and _similar(last, line, _SIZE_RATIO) and 0 <= gap < 0.5 * last.height:
            last.add(Glyph(line.text, line.left, line.bottom, line.right, line.top), gap)
        else:
            joined.append(line)
    return joined


def _near(line: _Line, gap: float) -> bool:
    ems = gap / line.height
    if ems <= _GAP_EMS:
        return True
    # "图 书 馆 开 门": the second gap must be like the first, and it must have been so from the start.
    if ems > _SPACED_GAP_EMS or (len(line.text) > 1 and line.gap is None):
        return False
    if line.gap is not None and abs(ems - line.gap) > 0.3:
        return False
    line.gap = ems
    return True


def _same_row(one: _Line | Glyph, two: _Line | Glyph) -> bool:
    shared = min(one.top, two.top) - max(one.bottom, two.bottom)
    return shared >= _SAME_ROW_SHARE * min(one.height, two.height)


def _similar(one: _Line, two: _Line, ratio: float) -> bool:
    return max(one.height, two.height) <= ratio * min(one.height, two.height)


def _columns(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Lines in runs, each the only one below the one before, which is the only one above it."""
    ordered = sorted(range(len(lines)), key=lambda at: -lines[at].top)
    below: dict[int, list[int]] = {at: [] for at in ordered}
    above: dict[int, list[int]] = {at: [] for at in ordered}
    tops = [-lines[at].top for at in ordered]
    for place, upper in enumerate(ordered):
        line = lines[upper]
        reach = line.bottom - _LEADING_EMS * line.height
        # A line may begin slightly above where the one before ends.
        start = max(bisect_left(tops, -(line.bottom + 0.4 * line.height)), place + 1)
        nearest: float | None = None
        for lower in ordered[start : start + limits.PDF_BLOCKS]:
            other = lines[lower]
            if other.top < reach or (nearest is not None and other.top < nearest - 0.5 * other.height):
                break
            if _overlap(line, other) > 0 and not _same_row(line, other):
                nearest = other.top if nearest is None else nearest
                below[upper].append(lower)
                above[lower].append(upper)
    follows = {
        upper: lowers[0]
        for upper, lowers in below.items()
        if len(lowers) == 1 and len(above[lowers[0]]) == 1 and _similar(lines[upper], lines[lowers[0]], _SIZE_RATIO)
    }
    heads = set(ordered) - set(follows.values())
    for at in (at for at in ordered if at in heads):
        run = [lines[at]]
        while at in follows:
            at = follows[at]
            run.append(lines[at])
        yield run


def _overlap(one: _Line | _Block, two: _Line | _Block) -> float:
    return min(one.right, two.right) - max(one.left, two.left)


def _in_reading_order(blocks: Sequence[_Block]) -> list[_Block]:
    """After Breuel (2003): what stands above comes first; a column comes before those to its right, unless something
    that spans both stands between them."""
    count = len(blocks)
    touching = [[k for k in range(count) if _overlap(blocks[k], block) > 0] for block in blocks]
    waits: list[set[int]] = [set() for _ in blocks]
    for first in range(count):
        for second in range(count):
            if first != second and _comes_before(blocks, first, second, touching[first]):
                waits[second].add(first)
    left = set(range(count))
    order: list[_Block] = []
    while left:
        # A ring (it can happen) is broken where least is waited for.
        at = min(left, key=lambda at: (len(waits[at]), -blocks[at].top, blocks[at].left))
        order.append(blocks[at])
        left.remove(at)
        for other in left:
            waits[other].discard(at)
    return order


def _comes_before(blocks: Sequence[_Block], first: int, second: int, touching_first: Sequence[int]) -> bool:
    one, two = blocks[first], blocks[second]
    if _overlap(one, two) > 0:
        return one.top + one.bottom > two.top + two.bottom
    if one.right > two.left:
        return False
    low, high = sorted(((one.top + one.bottom) / 2, (two.top + two.bottom) / 2))
    return not any(
        low < (blocks[k].top + blocks[k].bottom) / 2 < high and _overlap(blocks[k], two) > 0
        for k in touching_first
        if k not in (first, second)
    )


def _runs_on(before: _Block, block: _Block) -> bool:
    """Whether a sentence breaks off at the foot of one column and the next column goes on with it."""
    last, first = before.lines[-1], block.lines[0]
    return (
        block.left >= before.right
        and block.top > last.bottom
        and _similar(last, first, _SIZE_RATIO_SAME)
        and not last.text.endswith(_ENDS)
    )
