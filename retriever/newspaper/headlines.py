"""Which line of a headline group is the headline, and which are its kicker and its sub-headlines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retriever.newspaper import cleaning, signs
from retriever.newspaper.blocks import Block, words_of
from retriever.newspaper.likeness import share_of_pairs

_MARKDOWN = re.compile(r"^#{1,6}\s*|\s*#+$")
_FIGURES = re.compile(r"[0-9.]+ ?(?:[%％倍万亿个项家人次])")
_SINGLE_CLAUSE_CHARS = 10
_BETWEEN_CLAUSES = re.compile(f"(?<=[{signs.HAN}”」》！？!?]) (?=[{signs.HAN}“「《])")
_CLAUSE_CHARS, _BALANCED_CHARS = 5, 1
_LONG_KICKER_CHARS, _CLEARLY_LONGER = 14, 2.0


def title_and_subtitle(blocks: Sequence[Block], text: Sequence[Block]) -> tuple[str | None, str | None]:
    """The main headline, and the other lines joined with a space; ``None`` where nothing is printed."""
    lines = list(_headlines(blocks))
    if not lines:
        return None, None
    main = 0
    if len(lines) > 1:
        words = "".join(block.words for block in text)
        main = max(range(len(lines)), key=lambda at: _weight(lines[at], at, len(lines)) - _unlike(lines[at], words))
    kicker, title = _parted(lines[main])
    others = [*lines[:main], *([kicker] if kicker else []), *lines[main + 1 :]]
    return title, " ".join(others) or None


def _parted(line: str) -> tuple[str | None, str]:
    """Kicker and headline where both were set on one line: someone says what follows, or balanced clauses follow a long one.

    >>> _parted("省领导在调研时强调 建好图书馆 服务老百姓")
    ('省领导在调研时强调', '建好图书馆 服务老百姓')
    """
    clauses = _BETWEEN_CLAUSES.split(line)
    kicker = 0 if any(map(signs.ATTENDANCE.search, clauses)) else _kicker_clauses(clauses)
    return " ".join(clauses[:kicker]) or None, " ".join(clauses[kicker:])


def _kicker_clauses(clauses: Sequence[str]) -> int:
    """How many clauses before the headline announce it.

    A last clause is often longer than those before it; a first one that is clearly longer than all others is another line.
    """
    says = next((at for at, clause in enumerate(clauses[:-1], start=1) if signs.SAYS.search(clause)), 0)
    first, sizes = len(clauses[0]), [len(clause) for clause in clauses[1:]]
    is_long = len(sizes) > 1 and first >= max(_LONG_KICKER_CHARS, _CLEARLY_LONGER * max(sizes))
    is_balanced = is_long and min(sizes) >= max(_CLAUSE_CHARS, max(sizes) - _BALANCED_CHARS)
    return says or int(is_balanced and not re.search("[:：]", clauses[0]))


def _headlines(blocks: Sequence[Block]) -> Iterator[str]:
    """Each headline on one line, also where it was set on two."""
    for block in blocks:
        lines = [cleaning.as_title(line) for line in block.printed.split("\n")]
        yield _MARKDOWN.sub("", "".join(lines))


def _unlike(line: str, words: str) -> float:
    """A slogan over a series of articles has few words of this one."""
    return 1.5 if share_of_pairs(words_of(line), words) < 0.2 else 0.0


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
