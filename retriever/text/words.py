"""The words of a text, for matching: jieba's search words, pairs of neighbouring characters, exact strings kept whole."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from retriever.text.folding import confused, fold
from retriever.text.numbers import numbers

_WORDLIKE = re.compile(r"\w")
# A code is Latin letters and digits with what joins them: ppr-9087, th01, co2, 13.5, 5g.
_CODE = re.compile(r"[a-z0-9]+(?:[-_./+#·:][a-z0-9]+)+|[a-z]+[0-9]+[a-z0-9]*|[0-9]+[a-z]+[a-z0-9]*")
_SPACED = re.compile(r"[a-z]+ [0-9]+(?![0-9.])")
_JOINS = re.compile(r"[-_./+#·: ]")
_LIKE_FIGURES = str.maketrans("oli", "011")  # what eyes and recognisers take for figures inside a code
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LOADING = threading.Lock()
REMEMBERED_TEXTS, REMEMBERED_CHARS = 1 << 13, 60  # about 4 MB


class UserWord(NamedTuple):
    """A word that a librarian wants kept whole; without a frequency jieba's own reckoning of one that suffices."""

    word: str
    frequency: int | None = None


class Cutter:
    """Cuts texts into words by jieba's dictionary and the user's own words. Safe to use from several threads.

    Without the hidden Markov model, which ranks no better on news (see ARCHITECTURE.md) and is three times slower.
    """

    def __init__(self, own: Sequence[UserWord] = ()) -> None:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._jieba: Any = jieba.Tokenizer()
        # Not tokenizer.initialize(): that unmarshals a cache from the shared temporary folder, which anybody may write.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        for word, frequency in own:
            self._jieba.add_word(fold(word), frequency)
        # A question, its words and their synonyms are cut over and over on the way to its answer; passages once.
        self._remembered_search = lru_cache(maxsize=REMEMBERED_TEXTS)(self._search_words)
        self._remembered_placed = lru_cache(maxsize=REMEMBERED_TEXTS)(self._placed_words)

    def search_words(self, text: str) -> list[str]:
        """Words as one would look them up, in order, folded: long words also by their parts, exact strings at the end.

        >>> shipped_cutter().search_words("四川天恩签约PPR-9087")
        ['四川', '天恩', '签约', 'ppr', '9087', 'ppr-9087', 'ppr9087']
        """
        return list(self._remembered_search(text) if len(text) <= REMEMBERED_CHARS else self._search_words(text))

    def _search_words(self, text: str) -> tuple[str, ...]:
        folded = fold(text)
        words = [word for word in self._jieba.cut_for_search(folded, HMM=False) if _WORDLIKE.search(word)]
        known = set(words)
        return (*words, *(form for form in _exact(folded) if form not in known))

    def placed_words(self, text: str) -> list[tuple[str, int]]:
        """The words that together make up the text, longest first choice, folded, each with its place in the folded text."""
        return list(self._remembered_placed(text) if len(text) <= REMEMBERED_CHARS else self._placed_words(text))

    def _placed_words(self, text: str) -> tuple[tuple[str, int], ...]:
        words, place = [], 0
        for word in self._jieba.cut(fold(text), HMM=False):
            if _WORDLIKE.search(word):
                words.append((word, place))
            place += len(word)
        return tuple(words)

    def knows(self, word: str) -> bool:
        """Whether the folded word stands in the dictionary."""
        return bool(self._jieba.FREQ.get(word))

    def begins(self, letters: str) -> bool:
        """Whether a word of the dictionary begins so; every word does with nothing."""
        return not letters or letters in self._jieba.FREQ


@cache
def _shipped_cutter() -> Cutter:
    return Cutter()


def shipped_cutter() -> Cutter:
    """The one without words of a user's."""
    with _LOADING:
        return _shipped_cutter()


def _exact(folded: str) -> Iterator[str]:
    """Strings that mean one thing: codes whole, codes without what joins them and with figures for their look-alikes,
    numbers in one form.

    >>> list(_exact("型号ppr-9o87,二〇二三年"))
    ['ppr-9o87', 'ppr9087', '2023年', '2023']
    """
    for match in _CODE.finditer(folded):
        yield match.group()
        yield from _bare(match.group())
    for match in _SPACED.finditer(folded):
        yield from _bare(match.group())
    for number in numbers(folded):
        yield from number.forms


def _bare(code: str) -> list[str]:
    """A code of letters and figures as it is recognised however it is joined; none where it has not both."""
    together = _JOINS.sub("", code)
    if together.isdigit() or not any(character.isdigit() for character in together):
        return []
    bare = together.translate(_LIKE_FIGURES)
    return [bare] if bare != code else []


def pairs(text: str) -> list[str]:
    """Every two neighbouring Han characters, folded: they find what jieba cuts elsewhere.

    A run of one character yields that character. Characters that recognisers mix up count as one (己, 已, 巳).

    >>> pairs("淇河实验室 A"), pairs("自己") == pairs("自已")
    (['淇河', '河实', '实验', '验室'], True)
    """
    return [run[i : i + 2] for run in _HAN_RUN.findall(confused(fold(text))) for i in range(max(1, len(run) - 1))]
