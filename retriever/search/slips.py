"""Characters of a question that were taken for others which sound or look alike.

Only what no article prints is mended, only into what articles print, and only where that differs by one character that
sounds or looks alike. A word that stands in an article, or as a whole in the dictionary, is left as it was typed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retriever.domain import Span
from retriever.index.opened import Opened
from retriever.search.presence import is_printed, passages_with
from retriever.text.folding import confused
from retriever.text.questions import is_function_word
from retriever.text.sounds import SOUNDS, mistaken

LONGEST = 6  # characters of a word that is mended
LONGEST_NAME = 4  # characters of a name that no dictionary knows
NUMERALS = frozenset("〇零一二两三四五六七八九十百千万亿几")  # another number is another question
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Repair:
    """``folded[start:end]`` was meant as ``meant``."""

    start: int
    end: int
    meant: str
    likely: tuple[float, ...]  # against other repairs of the same place; more is likelier


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    kept: bool  # a function word, which is no part of a name

    @property
    def end(self) -> int:
        return self.start + len(self.word)


def _runs(placed: list[tuple[str, int]]) -> Iterator[list[_Token]]:
    """Neighbouring Han words with nothing between them."""
    run: list[_Token] = []
    for word, start in placed:
        token = _Token(word, start, is_function_word(word))
        if not _HAN.fullmatch(word) or (run and run[-1].end != start):
            if run:
                yield run
            run = []
        if _HAN.fullmatch(word):
            run.append(token)
    if run:
        yield run


def slips(snapshot: Opened, placed: list[tuple[str, int]]) -> Iterator[Repair]:
    """Characters of the question that were taken for others."""
    for tokens in _runs(placed):
        run = _Run(snapshot, tokens, is_all=len(tokens) == len(placed))
        for place in sorted({place for pair in run.strange for place in (pair, pair + 1)}):
            if others := list(_others(run, place)):
                spans = tuple(_aligned(run, place, longest=LONGEST))
                if _may_be_mended(run, place, spans):
                    for other, likely in others:
                        yield from _mended(run, place, spans, other, likely)


class _Run:
    """Neighbouring Han words of a question, and which of their pairs of characters no article prints."""

    def __init__(self, snapshot: Opened, tokens: list[_Token], *, is_all: bool) -> None:
        self.snapshot, self.tokens, self.offset = snapshot, tokens, tokens[0].start
        self.text = "".join([token.word for token in tokens])
        self.is_all = is_all  # the question says nothing else
        self.starts = [token.start - self.offset for token in tokens]
        self.ends = [token.end - self.offset for token in tokens]
        self.token_of = [token for token in tokens for _ in token.word]
        self.looked_up = confused(self.text)
        self.strange = set(self._strange_in(self.looked_up))

    def _strange_in(self, looked_up: str) -> Iterator[int]:
        """Where two characters begin that no article prints side by side."""
        frequency = self.snapshot.pairs.frequency
        return (i for i in range(len(looked_up) - 1) if not frequency(looked_up[i : i + 2]))

    def all_printed(self, text: str) -> bool:
        return next(self._strange_in(confused(text)), None) is None

    def loose(self, place: int) -> bool:
        """Whether a character stands alone between words and is none that only joins them: how jieba leaves a slip."""
        return len(self.token_of[place].word) == 1 and not self.token_of[place].kept

    def is_stranger(self, place: int) -> bool:
        """Whether a character stands alone and articles print it beside none of the words that it is typed beside."""
        if len(self.token_of[place].word) > 1:
            return False
        beside = [(i, pair) for i, pair in ((place - 1, place - 1), (place + 1, place)) if 0 <= i < len(self.text)]
        return all(pair in self.strange for i, pair in beside if not self.token_of[i].kept)


@lru_cache(maxsize=4096)
def _meant_by(character: str) -> dict[str, tuple[tuple[str, float], ...]]:
    """What may stand for a character, with how likely that is, by the form in which pairs are looked up."""
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    others = mistaken(character)
    for (other, likely), form in zip(others.items(), confused("".join(others)), strict=True):
        if other not in NUMERALS and not is_function_word(other):
            found[form].append((other, likely))
    return {form: tuple(others) for form, others in found.items()}


@lru_cache(maxsize=4096)
def _forms_meant(character: str) -> frozenset[str]:
    """The forms of those, and of others that are left out there: told sooner, and enough to see that nothing fits."""
    return frozenset(confused("".join(mistaken(character))))


def _others(run: _Run, place: int) -> Iterator[tuple[str, float]]:
    """What may stand at ``place`` instead: it is printed beside a neighbour that the typed one is never printed beside,
    and beside every neighbour that the typed one is."""
    text, before, after = run.text, place - 1 in run.strange, place in run.strange
    if text[place] in NUMERALS:
        return
    pairs, forms = run.snapshot.pairs, _forms_meant(text[place])
    fits_before = pairs.followers(run.looked_up[place - 1]) & forms if place else frozenset[str]()
    last = place + 1 == len(text)
    if place and not fits_before and not (before and after):
        return
    fits_after = frozenset[str]() if last else pairs.preceders(run.looked_up[place + 1]) & forms
    if place and not before:
        fits = fits_before & fits_after if after else frozenset[str]()
    elif last or after:
        fits = (fits_before if before else frozenset[str]()) | (fits_after if after else frozenset[str]())
    else:
        fits = fits_before & fits_after if before else frozenset[str]()
    if fits:
        yield from (other for form, others in _meant_by(text[place]).items() if form in fits for other in others)


def _may_be_mended(run: _Run, place: int, spans: Sequence[Span]) -> bool:
    """Whether any rule of :func:`_mended` could hold there, whatever is put at ``place``."""
    if run.is_stranger(place):
        return bool(spans)
    return any(end - start > 3 for start, end in spans) or {place - 1, place} <= run.strange


def _mended(run: _Run, place: int, spans: Sequence[Span], other: str, likely: float) -> Iterator[Repair]:
    """The repair that puts ``other`` at ``place``, where words or articles bear it out."""
    text = run.text[:place] + other + run.text[place + 1 :]
    words, cutter = run.snapshot.words, run.snapshot.lexicon.cutter
    at = run.offset + place

    def repair(sure: float, core: str, frequency: int) -> Repair:
        return Repair(at, at + 1, other, (likely + sure, len(core), frequency))

    stranger, sounds = run.is_stranger(place), likely == SOUNDS
    for start, end in spans:
        core = text[start:end]
        known = words.frequency(core) if cutter.knows(core) else 0
        if known and len(core) > 3:
            yield repair(1.0, core, known)
            continue
        if not stranger:
            continue
        scattered = all(run.loose(i) or (i == place and sounds) for i in range(start, end))
        if known and len(core) == 3 and (scattered or (sounds and run.loose(place))):
            yield repair(1.0, core, known)
        elif scattered and (len(core) > 2 or (run.is_all and core == text)):
            if known or (len(core) <= LONGEST_NAME and run.all_printed(core) and _is_name(run.snapshot, core)):
                yield repair(0.5 if known else 0.0, core, known)
        elif scattered and known and sounds and _beside_a_word(run, text, start, end):
            yield repair(0.5, core, known)
    if {place - 1, place} <= run.strange and sounds and _in_context(run, text, place - 1, place + 2):
        yield repair(0.5, text[place - 1 : place + 2], 1)


def _beside_a_word(run: _Run, text: str, start: int, end: int) -> bool:
    """Whether articles print the mended word together with the word of the question before or after it."""
    before = next((token for token in run.tokens if token.end - run.offset == start), None)
    after = next((token for token in run.tokens if token.start - run.offset == end), None)
    return any(
        token is not None and len(token.word) > 1 and not token.kept and is_printed(run.snapshot, together)
        for token, together in (
            (before, (before.word if before else "") + text[start:end]),
            (after, text[start:end] + (after.word if after else "")),
        )
    )


def _aligned(run: _Run, place: int, longest: int) -> Iterator[Span]:
    """Spans of two or more whole tokens around ``place``."""
    here = bisect_right(run.starts, place) - 1
    reach = range(bisect_left(run.starts, run.ends[here] - longest), here + 1)
    for first in reach:
        for last in range(max(here, first + 1), len(run.ends)):
            if run.ends[last] - run.starts[first] > longest:
                break
            yield run.starts[first], run.ends[last]


def _in_context(run: _Run, text: str, start: int, end: int) -> bool:
    """Whether articles print the mended place together with what stands around it: four characters at least."""
    size = max(4, end - start)
    windows = (text[first : first + size] for first in range(max(0, end - size), min(start, len(text) - size) + 1))
    return any(run.all_printed(window) and is_printed(run.snapshot, window) for window in windows)


def _is_name(snapshot: Opened, meant: str) -> bool:
    """Whether articles print a string in which every character stands alone: how jieba leaves a name."""
    return any(_stands_alone(snapshot, meant, text) for text in passages_with(snapshot, meant))


def _stands_alone(snapshot: Opened, meant: str, text: str) -> bool:
    single = {start for word, start in snapshot.lexicon.placed_words(text) if len(word) == 1}
    places = (match.start() for match in re.finditer(re.escape(confused(meant)), text))
    return any(single.issuperset(range(place, place + len(meant))) for place in places)
