"""The words of a text, for matching: jieba's search words, pairs of neighbouring characters, codes kept whole."""

from __future__ import annotations

import logging
import re
import threading
from functools import cache
from typing import Any

from retriever.text.folding import fold

_WORDLIKE = re.compile(r"\w")
# A code is Latin letters and digits with what joins them: ppr-9087, th01, co2, 13.5, 5g.
_CODE = re.compile(r"[a-z0-9]+(?:[-_./+#·:][a-z0-9]+)+|[a-z]+[0-9]+[a-z0-9]*|[0-9]+[a-z]+[a-z0-9]*")
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LOADING = threading.Lock()


@cache
def _jieba() -> Any:
    with _LOADING:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        # Not tokenizer.initialize(): that unmarshals a cache from the shared temporary folder, which anybody may write.
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
        return tokenizer


def search_words(text: str) -> list[str]:
    """Words as one would look them up, in order, folded: long words also by their parts, codes whole and in parts.

    Without the hidden Markov model, which ranks no better on news (see ARCHITECTURE.md) and is three times slower.

    >>> search_words("四川天恩签约PPR-9087")
    ['四川', '天恩', '签约', 'ppr', '9087', 'ppr-9087']
    """
    folded = fold(text)
    words = [word for word in _jieba().cut_for_search(folded, HMM=False) if _WORDLIKE.search(word)]
    return words + [match.group() for match in _CODE.finditer(folded)]


def placed_words(text: str) -> list[tuple[str, int]]:
    """The words that together make up the text, longest first choice, folded, each with its place in the folded text."""
    words, place = [], 0
    for word in _jieba().cut(fold(text), HMM=False):
        if _WORDLIKE.search(word):
            words.append((word, place))
        place += len(word)
    return words


def pairs(text: str) -> list[str]:
    """Every two neighbouring Han characters, folded: they find what jieba cuts elsewhere.

    A run of one character yields that character.

    >>> pairs("淇河实验室 A")
    ['淇河', '河实', '实验', '验室']
    """
    return [run[i : i + 2] for run in _HAN_RUN.findall(fold(text)) for i in range(max(1, len(run) - 1))]
