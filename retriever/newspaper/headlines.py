"""Which line of a headline group is the headline, and which are its kicker and its sub-headlines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retriever.newspaper import cleaning, signs
from retriever.newspaper.blocks import Block
from retriever.newspaper.likeness import shared

_MARKDOWN = re.compile(r"^#{1,6}\s*|\s*#+$")
_FIGURES = re.compile(r"[0-9.]+ ?(?:[%％倍万亿个项家人次])")
_SINGLE_CLAUSE_CHARS = 10


def title_and_subtitle(blocks: Sequence[Block], text: str) -> tuple[str | None, str | None]:
    """The main headline, and the other lines joined with a space; ``None`` where nothing is printed."""
    lines = list(_headlines(blocks))
    if not lines:
        return None, None
    main = max(range(len(lines)), key=lambda at: _weight(lines[at], at, len(lines)) - _unlike(lines[at], text))
    others = [line for at, line in enumerate(lines) if at != main]
    return lines[main], " ".join(others) or None


def _headlines(blocks: Sequence[Block]) -> Iterator[str]:
    """Each headline on one line, also where it was set on two."""
    for block in blocks:
        lines = [cleaning.as_title(line) for line in block.printed.split("\n")]
        yield _MARKDOWN.sub("", "".join(lines))


def _unlike(line: str, text: str) -> float:
    """A slogan over a series of articles has few words of this one."""
    return 1.5 if shared(line, text) < 0.2 else 0.0


def _weight(line: str, at: int, size: int) -> float:
    """How much a line reads like the headline itself."""
    weight = (0.0, 0.4, 0.0)[0 if at == 0 else 1 if at < size - 1 else 2] if size > 2 else 0.3 * at
    weight += 1.0 if " " in line and len(line) > _SINGLE_CLAUSE_CHARS else 0.0
    weight -= 3.0 if signs.DASHES.match(line) else 0.0
    weight -= 2.0 if signs.SAYS.search(line) or line[0] in "(（" else 0.0
    weight -= 1.5 if signs.ATTENDANCE.search(line) else 0.0
    weight -= 1.2 if _FIGURES.search(line) else 0.0
    weight -= 0.6 if len(line) < 7 else 0.0
    return weight
