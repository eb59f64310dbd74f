"""Does a text hold what it should?  Compared without white space, in one width, case and kind of quotation mark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from retriever.evaluation.questions import Gold

LONGEST_ANSWER = 160  # characters: a longer text holds an answer, it doesn't give one
NEARLY_ALL = 0.9  # of an answer's pairs of characters: one misread character in a long name
MOST = 0.5  # of an evidence sentence's: a passage may begin or end within it
_QUOTES = str.maketrans("“”‘’「」—–", '""\'\'""--')
_PIECE = 12  # characters


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """
    >>> bare("“ＰＰＲ 管材”—— 3.8\\n亿元")
    '"ppr管材"--3.8亿元'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower().translate(_QUOTES))


def share_of_pairs(wanted: str, text: str) -> float:
    """Share of the pairs of neighbouring characters of ``wanted`` that ``text`` holds, both bare.

    >>> share_of_pairs("图书馆", "正阳县图书馆开放"), share_of_pairs("图书馆", "书馆")
    (1.0, 0.5)
    """
    pairs = [wanted[i : i + 2] for i in range(max(1, len(wanted) - 1))]
    return sum(pair in text for pair in pairs) / len(pairs)


def names_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the answers stands in the text."""
    got = bare(text)
    return any(wanted in got or share_of_pairs(wanted, got) >= NEARLY_ALL for wanted in map(bare, answers))


def holds_evidence(text: str, gold: Gold) -> bool:
    """Whether a passage holds the evidence: most of the sentence, and the answer where one is known."""
    return share_of_pairs(bare(gold.evidence), bare(text)) >= MOST and (
        not gold.answers or names_answer(text, gold.answers)
    )


def is_right(said: str, gold: Gold) -> bool:
    """Whether an answer is right: it holds a right one and is short enough to be one."""
    return 0 < len(bare(said)) <= LONGEST_ANSWER and names_answer(said, gold.answers)


def can_be_said(gold: Gold) -> bool:
    """Whether some right answer is short enough to be given."""
    return any(len(bare(answer)) <= LONGEST_ANSWER for answer in gold.answers)


def pieces(evidence: str) -> tuple[str, ...]:
    """The bare evidence in pieces of 12 characters, the last one shorter; at least one.

    >>> pieces("图书馆每天九点开门，晚上十点关门。")
    ('图书馆每天九点开门,晚上', '十点关门。')
    """
    whole = bare(evidence)
    return tuple(whole[i : i + _PIECE] for i in range(0, max(1, len(whole)), _PIECE))


def stands_in(evidence_pieces: tuple[str, ...], bare_text: str) -> bool:
    """Whether half of the pieces or more stand in an article word for word; cleaning may have cut through the rest."""
    return 2 * sum(piece in bare_text for piece in evidence_pieces) >= len(evidence_pieces)
