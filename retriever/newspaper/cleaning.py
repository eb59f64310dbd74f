"""Leave out what printing and OCR put between the characters; never write one.

``Runs`` are ``(clean_start, raw_start, length)`` as in :class:`~retriever.domain.OffsetMap`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from retriever.domain import OffsetMap, Span
from retriever.newspaper.signs import HAN

# ASCII, Latin, Greek and Cyrillic: only between two of these does a space separate words.
_WORDY = "!-~À-ӿ"
INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# A joiner holds an emoji family together; anywhere else it is as empty as the others.
_STRAY_JOINER = "(?<![\U0001f000-\U0001faff\ufe0f\u2600-\u27bf])\u200d|\u200d(?![\U0001f000-\U0001faff\u2600-\u27bf])"
_SPACE = r"[^\S\x0b-\x0d\x1c-\x1f]"
DROPPED = re.compile(
    rf"^(?:{_SPACE}|[{INVISIBLE}])+|[{INVISIBLE}]+|{_STRAY_JOINER}"
    rf"|{_SPACE}+(?![{_WORDY}])|(?<![{_WORDY}\s]){_SPACE}+|(?<={_SPACE}){_SPACE}+"
)
# What may be left out of a line, if anything: most lines hold none of it.
DROPPABLE = re.compile(rf"[^\S\n]|[{INVISIBLE}\u200d]")
# In a letter-spaced line single digits are spaced like the characters around them.
_DROPPED_LETTER_SPACED = re.compile(rf"{DROPPED.pattern}|(?<=\b[0-9])\s(?=[0-9]\b)")
# Bylines and mastheads: the space between two names or two notes is all that parts them.
_DROPPED_AROUND_NOTES = re.compile(
    rf"[{INVISIBLE}]+|{_STRAY_JOINER}|^{_SPACE}+|{_SPACE}+(?=[{INVISIBLE}]*$)|(?<=[\s{INVISIBLE}]){_SPACE}+"
)
_SPACED_PAIR = re.compile(rf"[{HAN}]\s(?=[{HAN}，。、；：“”（）])")
_SPACED_NUMBER = re.compile(rf"([{HAN}]) ([0-9A-Za-z.+-]+[%％]?) (?=[{HAN}])")
_HAN = re.compile(f"[{HAN}]")
_SENTENCE_END = re.compile(r"[。！？]+[”’」』）)]*")

# A sentence this long that is printed twice in a row was read twice.
_REPEATED_CHARS = 20


def is_letter_spaced(raw: str) -> bool:
    """Whether most of a line's Han characters stand apart.

    >>> is_letter_spaced("上 午 ，市 委 书 记"), is_letter_spaced("把好“四关” 打造升级版")
    (True, False)
    """
    if "\u3000" not in raw and " " not in raw.strip():
        return False
    apart = len(_SPACED_PAIR.findall(raw)) * 2.5
    return apart >= 4 and apart >= len(_HAN.findall(raw))


def clean(raw: str) -> str:
    """One line without what is left out.

    >>> clean("明确 12 个项目"), clean("iPhone 15 Pro 发布")
    ('明确12个项目', 'iPhone 15 Pro发布')
    """
    return clean_line(raw)[0]


def clean_line(raw: str) -> tuple[str, bool]:
    """The same, and whether the line is letter-spaced."""
    spaced = is_letter_spaced(raw)
    return (_DROPPED_LETTER_SPACED if spaced else DROPPED).sub("", raw), spaced


def as_title(raw: str) -> str:
    """A headline as it is shown: clauses keep the space between them, letters do not."""
    if is_letter_spaced(raw):
        return clean(raw)
    if not DROPPABLE.search(raw):
        return raw
    visible = " ".join(_INVISIBLE.sub("", raw).split())
    return _SPACED_NUMBER.sub(r"\1\2", visible)


def kept_spans(text: str, span: Span, *, spaced: bool, notes: bool = False) -> Iterator[Span]:
    """The raw pieces of one line that stay, ascending; in ``notes`` (bylines, mastheads) the single spaces too."""
    at, end = span
    usual = _DROPPED_AROUND_NOTES if notes else DROPPED
    for dropped in (_DROPPED_LETTER_SPACED if spaced else usual).finditer(text[at:end]):
        hole_start, hole_end = dropped.span()
        if span[0] + hole_start > at:
            yield at, span[0] + hole_start
        at = span[0] + hole_end
    if at < end:
        yield at, end


def without_repeats(text: str, spans: Sequence[Span]) -> list[Span]:
    """The same pieces without a long sentence that follows itself."""
    joined = "".join([text[start:end] for start, end in spans])
    if len(joined) < 2 * _REPEATED_CHARS:
        return list(spans)
    ends = [0, *[match.end() for match in _SENTENCE_END.finditer(joined)]]
    doubled = [
        (start, end)
        for (before, start), (_, end) in pairwise(pairwise(ends))
        if end - start >= _REPEATED_CHARS and joined[before:start] == joined[start:end]
    ]
    return list(_cut_out(spans, doubled)) if doubled else list(spans)


def _cut_out(spans: Sequence[Span], holes: Sequence[Span]) -> Iterator[Span]:
    """``holes`` count characters of the joined pieces."""
    at = 0
    for start, end in spans:
        here = at, at + end - start
        edges = [here[0]]
        for hole_start, hole_end in holes:
            if hole_start < here[1] and hole_end > here[0]:
                edges += [max(hole_start, here[0]), min(hole_end, here[1])]
        edges.append(here[1])
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            if right > left:
                yield start + left - at, start + right - at
        at = here[1]


def collect(text: str, spans: Iterable[Span]) -> tuple[str, OffsetMap]:
    """The kept pieces as one text, and the way back."""
    runs: list[tuple[int, int, int]] = []
    clean_at = 0
    first = reach = -1
    pieces: list[str] = []
    for start, end in spans:
        if start != reach:
            if first >= 0:
                pieces.append(text[first:reach])
                runs.append((clean_at, first, reach - first))
                clean_at += reach - first
            first = start
        reach = end
    if first >= 0:
        pieces.append(text[first:reach])
        runs.append((clean_at, first, reach - first))
    return "".join(pieces), OffsetMap(tuple(runs))


def word_space(text: str, line: Span, following: Span) -> Span | None:
    """The one printed space that parts two Latin words at a line's end; None where there is none to keep."""
    if not (text[line[1] - 1].isascii() and text[following[0]].isascii()):
        return None
    before, after = text[line[0] : line[1]], text[following[0] : following[1]]
    words = (
        re.search(r"[A-Za-z]( ?)$", before.rstrip("\r")[:-1] + before.rstrip("\r")[-1:]),
        re.match(r"( ?)[A-Za-z]", after),
    )
    if not (words[0] and words[1]):
        return None
    if words[0][1]:
        at = line[0] + words[0].start(1)
        return at, at + 1
    return (following[0], following[0] + 1) if words[1][1] else None
