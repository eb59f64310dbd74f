"""The words that a collection is read with: jieba's dictionary, the shipped synonyms, and what its librarian adds to both.

It goes into the generation with the articles, so that questions are cut as passages were.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from retriever.errors import BadLexiconLine, LexiconUnreadable
from retriever.text.folding import fold
from retriever.text.synonyms import Partners, SynonymRule, read_rule, shipped_synonyms, with_rules
from retriever.text.words import Cutter, UserWord, shipped_cutter

LONGEST_WORD = 40  # characters


class Lexicon:
    """How texts are cut into words, and which words stand for each other."""

    def __init__(self, user_words: tuple[UserWord, ...] = (), rules: tuple[SynonymRule, ...] = ()) -> None:
        self.user_words, self.rules = user_words, rules

    @cached_property
    def cutter(self) -> Cutter:
        return Cutter(self.user_words) if self.user_words else shipped_cutter()

    @cached_property
    def synonyms(self) -> Partners:
        return with_rules(shipped_synonyms(), self.rules)

    def expanded(self, question: str) -> tuple[str, ...]:
        """The words of the librarian's synonyms that a question holds, whether or not the dictionary cuts them so."""
        folded = fold(question)
        return tuple(word for word in self._asked if word in folded)

    @cached_property
    def _asked(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for rule in self.rules for word in rule.asked))

    def search_words(self, text: str) -> list[str]:
        return self.cutter.search_words(text)

    def placed_words(self, text: str) -> list[tuple[str, int]]:
        return self.cutter.placed_words(text)

    def partners(self, word: str) -> tuple[str, ...]:
        """What stands for a folded word, closest first."""
        return self.synonyms.get(word, ())


SHIPPED = Lexicon()


def read_lexicon(user_dictionary: Path | None = None, synonyms: Path | None = None) -> Lexicon:
    """What the librarian's files say. Raises LexiconUnreadable, or BadLexiconLine with file and line."""
    words = tuple(_user_words(user_dictionary)) if user_dictionary else ()
    rules = tuple(_rules(synonyms)) if synonyms else ()
    return Lexicon(words, rules) if words or rules else SHIPPED


def _user_words(file: Path) -> Iterator[UserWord]:
    """jieba's format: word, frequency and tag, parted by spaces; the last two may be left out."""
    for number, line in _lines(file):
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        word, rest = parts[0], parts[1:]
        if len(word) > LONGEST_WORD:
            raise _bad(
                file, number, f"词长超过 {LONGEST_WORD} 个字", f"the word is longer than {LONGEST_WORD} characters"
            )
        if len(rest) > 2:
            raise _bad(
                file, number, "应为“词 词频 词性”，后两项可省", "expected “word frequency tag”, the last two optional"
            )
        if rest and rest[0][0].isdigit() and not (rest[0].isascii() and rest[0].isdigit() and 0 < int(rest[0]) < 10**9):
            raise _bad(
                file, number, f"词频“{rest[0]}”不是正整数", f"the frequency {rest[0]} is no positive whole number"
            )
        yield UserWord(word, int(rest[0]) if rest and rest[0].isascii() and rest[0].isdigit() else None)


def _rules(file: Path) -> Iterator[SynonymRule]:
    for number, line in _lines(file):
        try:
            rule = read_rule(line)
        except ValueError as error:
            raise _bad(file, number, *error.args) from error
        if rule:
            yield rule


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconUnreadable(file=file, detail=error) from error
    return enumerate(text.splitlines(), start=1)


def _bad(file: Path, line: int, zh: str, en: str) -> BadLexiconLine:
    return BadLexiconLine(file=file, line=line, wrong_zh=zh, wrong_en=en)
