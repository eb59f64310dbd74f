"""A block of a page, a paragraph or one line of a headline, and what its own characters say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retriever.domain import Span
from retriever.newspaper import signs
from retriever.newspaper.bylines import Byline, read_byline
from retriever.newspaper.cleaning import is_letter_spaced
from retriever.newspaper.lines import Line
from retriever.newspaper.once import once

# What a mark after the last sentence ends with; what a sentence ends with. Most lines end with neither.
MARK_ENDS = frozenset("0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⓪❶❷❸❹❺❻❼❽❾❿）)】]版摄影道图")
SENTENCE_ENDS = frozenset("。！？!?｡….”’」』）)》〉\"'")
_CLAUSES = re.compile(f"[{signs.HAN}”」]\\s+[{signs.HAN}“「]")
_LONGEST_BYLINE_CHARS, _LONGEST_NOISE_CHARS = 100, 70
_CLOSING_REACH_CHARS = 12  # a full stop and the brackets and quotes that close behind it
_MARKS_REACH_CHARS = 200  # from the end; all marks together are shorter
_WORDS = re.compile(f"[{signs.HAN}0-9A-Za-z]+")


@dataclass(frozen=True, eq=False)  # each has its own place: none equals another
class Block:
    """Lines that read as one. ``text`` is clean, ``printed`` the raw line(s)."""

    lines: tuple[Line, ...]
    text: str
    printed: str

    @once
    def raw(self) -> Span:
        return self.lines[0].raw[0], self.lines[-1].raw[1]

    @once
    def words(self) -> str:
        """Letters and digits alone."""
        return words_of(self.text)

    @property
    def gap(self) -> int:
        return self.lines[0].gap

    @once
    def core(self) -> str:
        """The text without what is set after its last sentence: editors' codes, jumps, signatures."""
        if self.text[-1] not in MARK_ENDS:
            return self.text
        text, before = self.text[-_MARKS_REACH_CHARS:], ""
        while text != before:
            before = text
            for mark in (signs.EDITOR_CODE, signs.JUMP_TO, signs.WIRE_AT_END, signs.CREDIT_AT_END):
                text = mark.sub("", text)
            text = without_signature(text)
        return self.text[:-_MARKS_REACH_CHARS] + text

    @once
    def ended(self) -> bool:
        if self.text[-1] == "。":
            return True
        core = self.core
        return core[-1:] in SENTENCE_ENDS and signs.SENTENCE_END.search(core[-_CLOSING_REACH_CHARS:]) is not None

    @once
    def byline(self) -> Byline | None:
        if len(self.lines) > 1 or len(self.printed) > _LONGEST_BYLINE_CHARS or "。" in self.text:
            return None
        has_code = signs.CODE_END.match(self.printed, len(self.printed) - 1)
        return read_byline(signs.EDITOR_CODE.sub("", self.printed) if has_code else self.printed)

    @once
    def has_stop(self) -> bool:
        """Whether a sentence ends in it; a question mark at the end alone is a headline's as often."""
        if self.text[-1] == "。":
            return True
        core = self.core
        return "。" in core or signs.STOP.search(core, 0, len(core) - 1) is not None

    @once
    def lead(self) -> float:
        """How surely an article starts here, by its own first words."""
        if self.text[0] not in signs.LEAD_FIRST and not signs.PAREN_NEAR.match(self.text):
            return 0.0
        if self.byline and self.byline.sure >= 2:
            return 0.0
        return next((weight for pattern, weight in signs.LEADS if pattern.match(self.text)), 0.0)

    @once
    def noise(self) -> float:
        """How surely the line belongs to the page and not to an article."""
        return 0.0 if len(self.text) > _LONGEST_NOISE_CHARS or self.has_stop else signs.noise(self.text)

    @once
    def jump_from(self) -> bool:
        return "版" in self.text and signs.JUMP_FROM.match(self.text) is not None

    @once
    def jump_to(self) -> bool:
        """Nothing but "continued on page …"."""
        return "版" in self.text and signs.JUMP_TO.match(self.text) is not None

    @once
    def has_clauses(self) -> bool:
        """Whether a space parts it into clauses, as only headlines are."""
        return _CLAUSES.search(self.printed) is not None and not is_letter_spaced(self.printed)

    @property
    def is_anchor(self) -> bool:
        """Stands for itself, whatever comes before it."""
        return bool(
            self.lead
            or self.jump_from
            or self.jump_to
            or self.noise >= 3
            or (self.byline is not None and self.byline.sure >= 2)
        )


def words_of(text: str) -> str:
    """Letters and digits alone."""
    return "".join(_WORDS.findall(text))


def without_signature(text: str) -> str:
    match = signs.PAREN_AT_END.search(text) if text[-1:] in ")）" else None
    if match and ((byline := read_byline(match[0])) and byline.sure >= 3):
        return text[: match.start()]
    return text
