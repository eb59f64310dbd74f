"""A question with its slips mended: 耕得电子 → 耕德电子, 签月 → 签约, xiangmu → 项目."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retriever.domain import Span
from retriever.index.opened import Opened
from retriever.search.presence import is_printed
from retriever.search.slips import LONGEST, Repair, slips
from retriever.search.spelling import Spelling
from retriever.text.character_forms import FOLDED
from retriever.text.sounds import SOUNDS, spelled

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")


def repaired(snapshot: Opened, question: str) -> str:
    """The question as it was meant, or as it was typed where nothing is to be mended."""
    folded, origins = FOLDED.with_origins(question)
    placed = snapshot.lexicon.placed_words(question)
    found = [*slips(snapshot, placed), *_spelled_out(snapshot, placed, question, folded, origins)]
    meant, free_from = "", 0
    for repair in _apart(found):
        start, end = origins[repair.start], origins[repair.end - 1] + 1
        meant += question[free_from:start] + repair.meant
        free_from = end
    return meant + question[free_from:]


def _apart(found: list[Repair]) -> list[Repair]:
    """The likeliest repairs that do not overlap, in their order."""
    chosen: list[Repair] = []
    for repair in sorted(found, key=lambda repair: (repair.likely, -repair.start), reverse=True):
        if all(repair.end <= other.start or repair.start >= other.end for other in chosen):
            chosen.append(repair)
    return sorted(chosen, key=lambda repair: repair.start)


def _spelled_out(
    snapshot: Opened, placed: list[tuple[str, int]], question: str, folded: str, origins: Sequence[int]
) -> Iterator[Repair]:
    """Words typed in Latin letters as they sound: small letters that no article prints."""
    if not all(spelled(letters) or snapshot.words.frequency(letters) for letters in _LATIN.findall(folded)):
        return  # there is a word of another language, so that the others may be of it
    for match in _LATIN.finditer(folded):
        start, end = match.span()
        typed = question[origins[start] : origins[end - 1] + 1]
        if end - start < 2 or not typed.islower() or snapshot.words.frequency(match.group()):
            continue
        beside, spelling = _beside(placed, match.span()), Spelling(snapshot, match.group())
        for before, after in beside:
            for meant, frequency in spelling.words(before, after):
                if len(before + meant + after) > 1:
                    fits = sum(is_printed(snapshot, one + meant + other) for one, other in beside[1:])
                    yield Repair(start, end, meant, (SOUNDS, fits, len(before + meant + after), frequency))


def _beside(placed: list[tuple[str, int]], span: Span) -> list[tuple[str, str]]:
    """What Han words stand directly before and after a span: none, one or two on a side."""
    by_end = {start + len(word): word for word, start in placed if _HAN.fullmatch(word)}
    by_start = {start: word for word, start in placed if _HAN.fullmatch(word)}
    before, after = [""], [""]
    for _ in range(2):
        if previous := by_end.get(span[0] - len(before[-1])):
            before.append(previous + before[-1])
        if following := by_start.get(span[1] + len(after[-1])):
            after.append(after[-1] + following)
    return [
        (one, other) for one in dict.fromkeys(before) for other in dict.fromkeys(after) if len(one + other) < LONGEST
    ]
