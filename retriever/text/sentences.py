"""Where sentences, clauses and paragraphs begin and end. All spans of one kind together cover the text exactly."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from retriever.domain import Span

# A closing quote or bracket stays with the sentence it closes: readers quote it whole. "……" alone ends no sentence
# (揉、捏、拉……人群中), and a full stop between digits or letters is a decimal point, a version or an address.
_CLOSERS = "”’」』）)】》〉\"'"
# Each way of ending begins with one of a few characters: told so, the search for them skips all others in one step.
_SENTENCE_END = re.compile(
    rf"""[。！？!?….\n]
         (?: (?<=[。！？!?]) [。！？!?]* [{_CLOSERS}]*      # 。  ！”
          | (?<=…) …* [{_CLOSERS}]+ (?=\n|$)              # ……” only where the paragraph ends too
          | (?<=\.) (?=\s+[A-Z“"])                        # Hello. World
          | (?<=\n)                                       # a paragraph ends its last sentence, whatever it ends in
         ) \s*""",
    re.VERBOSE,
)
_CLAUSE_END = re.compile(rf"[；;][{_CLOSERS}]*\s*")
_ANY_CLAUSE_END = re.compile(rf"[；;，,：:](?!\d)[{_CLOSERS}]*\s*")
_COMMA_END = re.compile(rf"[，,、：:](?!\d)[{_CLOSERS}]*\s*")


def _spans(text: str, end_mark: re.Pattern[str]) -> Iterator[Span]:
    start = 0
    for match in end_mark.finditer(text):
        end = match.end()
        if end > start:
            yield start, end
            start = end
    if start < len(text):
        yield start, len(text)


def sentence_spans(text: str) -> Iterator[Span]:
    """Where each sentence starts and ends; white space after a sentence belongs to it.

    >>> list(sentence_spans("“走吧！”我笑了。"))
    [(0, 5), (5, 9)]
    """
    return _spans(text, _SENTENCE_END)


def short_spans(text: str, longest: int) -> Iterator[Span]:
    """Sentences, and where one is longer than ``longest`` characters, its clauses, then comma groups, then plain cuts.

    Nothing that is yielded is longer than ``longest``.
    """
    for start, end in sentence_spans(text):
        if end - start <= longest:
            yield start, end
        else:
            yield from _cut(text, start, end, longest, (_CLAUSE_END, _COMMA_END))


def quotable_spans(text: str, longest: int) -> Iterator[Span]:
    """Sentences, and where one is longer than ``longest`` characters, every run of its clauses that still fits.

    Runs may overlap: each starts at another clause and none lies inside the one before. Nothing is longer than
    ``longest`` but one clause that is; that is cut plainly.

    >>> list(quotable_spans("好。甲办厂，乙办学，丙修路。", 8))
    [(0, 2), (2, 10), (6, 14)]
    """
    for start, end in sentence_spans(text):
        if end - start <= longest:
            yield start, end
            continue
        clauses = [(start + first, start + last) for first, last in _spans(text[start:end], _ANY_CLAUSE_END)]
        reached = start
        for place, (first, last) in enumerate(clauses):
            if last - first > longest:
                yield from ((cut, min(cut + longest, last)) for cut in range(first, last, longest))
                reached = last
                continue
            run_end = max(stop for _, stop in clauses[place:] if stop - first <= longest)
            if run_end > reached:
                yield first, run_end
                reached = run_end


def _cut(text: str, start: int, end: int, longest: int, marks: tuple[re.Pattern[str], ...]) -> Iterator[Span]:
    if end - start <= longest:
        yield start, end
    elif not marks:
        for cut in range(start, end, longest):
            yield cut, min(cut + longest, end)
    else:
        packed = start
        for piece_start, piece_end in _spans(text[start:end], marks[0]):
            piece_start, piece_end = piece_start + start, piece_end + start
            if piece_end - packed > longest and piece_start > packed:
                yield from _cut(text, packed, piece_start, longest, marks[1:])
                packed = piece_start
        yield from _cut(text, packed, end, longest, marks[1:])


def paragraph_starts(text: str) -> list[int]:
    """Where each paragraph starts: paragraphs are lines of a cleaned article's text."""
    return [0, *(match.end() for match in re.finditer(r"\n", text))]


def paragraph_at(starts: list[int], position: int) -> int:
    """The number, from 1, of the paragraph that holds ``position``."""
    return bisect_right(starts, position)


def trim(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
