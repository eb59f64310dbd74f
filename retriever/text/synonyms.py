"""What people type and what papers print: a hand-made lexicon, used both ways, and what a librarian adds to it.

Each line of ``synonyms.tsv`` is a headword, a tab, and the words that stand for it, separated by commas. A librarian's
file is in Solr's synonym format: ``a, b, c`` are equal, ``a => b, c`` leads one way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from retriever.text.folding import fold

MOST_PARTNERS = 12  # a headword's first partners are its closest

Partners = Mapping[str, tuple[str, ...]]  # word → what stands for it, folded, closest first


def read_synonyms(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Word → its partners, folded, closest first. Lines without a tab and comments (``#``) are passed over."""
    partners: dict[str, dict[str, None]] = defaultdict(dict)
    rows = [line.rstrip("\n") for line in lines if "\t" in line and not line.startswith("#")]
    # All at once: folding each word by itself takes as long as everything else.
    parted = [row.partition("\t") for row in fold("\n".join(rows)).split("\n")] if rows else []
    folded = [(head.strip(), [word.strip() for word in rest.split(",")]) for head, _, rest in parted]
    for head, words in folded:
        partners[head].update(dict.fromkeys(word for word in words if word and word != head))
    for head, words in folded:  # and back, after what was written for the word itself
        for word in words:
            if word and word != head:
                partners[word][head] = None
    return {word: tuple(found)[:MOST_PARTNERS] for word, found in partners.items()}


@cache
def shipped_synonyms() -> Partners:
    """The lexicon that comes with the package."""
    text = resources.files("retriever.text").joinpath("synonyms.tsv").read_text(encoding="utf-8")
    return read_synonyms(text.splitlines())


@dataclass(frozen=True, slots=True)
class SynonymRule:
    """One line of a librarian's file: whoever asks for one of ``asked`` is also shown what prints one of ``printed``."""

    asked: tuple[str, ...]
    printed: tuple[str, ...]


def read_rule(line: str) -> SynonymRule | None:
    r"""One line in Solr's format; None for an empty one or a comment. A backslash keeps the comma or ``=>`` after it.

    Raises ValueError, with what is wrong as zh and en, where the line is neither.

    >>> read_rule("土豆, 马铃薯"), read_rule("低保 => 最低生活保障"), read_rule("# 说明")
    (SynonymRule(asked=('土豆', '马铃薯'), printed=('土豆', '马铃薯')), SynonymRule(asked=('低保',), printed=('最低生活保障',)), None)
    """
    said = line.strip().lstrip("\ufeff")
    if not said or said.startswith("#"):
        return None
    sides = _split(said, "=>")
    if len(sides) > 2:
        raise ValueError("一行里有两个 =>", "more than one => on a line")
    asked, printed = _words(sides[0]), _words(sides[-1])
    if not asked or not printed:
        raise ValueError("=> 的一边没有词", "no word on one side of =>")
    if len(sides) == 1 and len(asked) == 1:
        raise ValueError(
            "只有一个词：请用逗号隔开同义词，或写 a => b", "a single word: part synonyms by commas, or write a => b"
        )
    return SynonymRule(asked, printed)


def _words(side: str) -> tuple[str, ...]:
    plain = (word.replace("\\,", ",").replace("\\=>", "=>") for word in _split(side.replace("，", ","), ","))
    return tuple(dict.fromkeys(folded for word in plain if (folded := fold(word).strip())))


def _split(text: str, mark: str) -> list[str]:
    """``text`` parted at ``mark``, not where a backslash stands before it."""
    parts = [""]
    for piece in text.split(mark):
        if parts[-1].endswith("\\"):
            parts[-1] += mark + piece
        else:
            parts[-1:] = [parts[-1], piece] if len(parts) > 1 or parts[0] else [piece]
    return parts


def with_rules(partners: Partners, rules: Iterable[SynonymRule]) -> Partners:
    """``partners`` and what a librarian adds, which comes first; ``partners`` itself where nothing is added."""
    added: dict[str, dict[str, None]] = defaultdict(dict)
    for rule in rules:
        for word in rule.asked:
            added[word].update(dict.fromkeys(other for other in rule.printed if other != word))
    if not added:
        return partners
    own = {word: tuple(dict.fromkeys((*found, *partners.get(word, ())))) for word, found in added.items()}
    return {**partners, **{word: found[: max(MOST_PARTNERS, len(added[word]))] for word, found in own.items()}}
